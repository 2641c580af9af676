// Formulas in scalar regions, as short as on paper.
#pragma once

#include "Patterns.h"

namespace mlc {

/// Writes scalar ops one after the other.
struct Formula {
  mlir::OpBuilder &b;
  mlir::Location loc;
  using Value = mlir::Value;

  Value number(double value) { return scalar(b, loc, value); }
  template <typename Op> Value call(Value x) { return Op::create(b, loc, x); }
  template <typename Op> Value call(Value x, Value y) {
    return Op::create(b, loc, x, y);
  }
  Value add(Value x, Value y) { return call<mlir::arith::AddFOp>(x, y); }
  Value sub(Value x, Value y) { return call<mlir::arith::SubFOp>(x, y); }
  Value mul(Value x, Value y) { return call<mlir::arith::MulFOp>(x, y); }
  Value div(Value x, Value y) { return call<mlir::arith::DivFOp>(x, y); }
  Value max(Value x, Value y) { return call<mlir::arith::MaximumFOp>(x, y); }
  Value min(Value x, Value y) { return call<mlir::arith::MinimumFOp>(x, y); }
  Value exp(Value x) { return call<mlir::math::ExpOp>(x); }
  Value abs(Value x) { return call<mlir::math::AbsFOp>(x); }
  Value floor(Value x) { return call<mlir::math::FloorOp>(x); }
  Value tanh(Value x) { return call<mlir::math::TanhOp>(x); }
  Value negate(Value x) { return call<mlir::arith::NegFOp>(x); }

  /// Whether x and y compare like that, as a condition.
  Value compare(mlir::arith::CmpFPredicate how, Value x, Value y) {
    return mlir::arith::CmpFOp::create(b, loc, how, x, y);
  }
  Value select(Value condition, Value yes, Value no) {
    return mlir::arith::SelectOp::create(b, loc, condition, yes, no);
  }
  /// x >= limit ? yes : no
  Value atLeast(Value x, Value limit, Value yes, Value no) {
    return select(compare(mlir::arith::CmpFPredicate::OGE, x, limit), yes, no);
  }
  /// 1 / (1 + exp(-x))
  Value sigmoid(Value x) {
    return div(number(1), add(number(1), exp(negate(x))));
  }
  /// log(1 + exp(x)) without overflow.
  Value softplus(Value x) {
    Value small = exp(negate(abs(x)));
    Value log = call<mlir::math::LogOp>(add(number(1), small));
    return add(max(x, number(0)), log);
  }
};

} // namespace mlc
