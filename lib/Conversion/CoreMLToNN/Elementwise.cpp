// Layers that compute each element on its own: activations, unary functions,
// sums and products of tensors. All become nn.map.
#include "Formula.h"

using namespace mlir;
using namespace mlc;

// The function of an activation. `alpha` and `beta` are null where the kind has
// none.
static Value activation(coreml::ActivationKind kind, Formula f, Value x,
                        Value alpha, Value beta) {
  using Kind = coreml::ActivationKind;
  switch (kind) {
  case Kind::linear:
    return f.add(f.mul(x, alpha), beta);
  case Kind::relu:
    return f.max(x, f.number(0));
  case Kind::leaky_relu:
  case Kind::prelu:
    return f.atLeast(x, f.number(0), x, f.mul(x, alpha));
  case Kind::thresholded_relu:
    return f.atLeast(x, alpha, x, f.number(0));
  case Kind::tanh:
    return f.tanh(x);
  case Kind::scaled_tanh:
    return f.mul(alpha, f.tanh(f.mul(beta, x)));
  case Kind::sigmoid:
    return f.sigmoid(x);
  case Kind::sigmoid_hard:
    return f.min(f.max(f.add(f.mul(alpha, x), beta), f.number(0)), f.number(1));
  case Kind::elu:
    return f.atLeast(x, f.number(0), x,
                     f.mul(alpha, f.sub(f.exp(x), f.number(1))));
  case Kind::softsign:
    return f.div(x, f.add(f.number(1), f.abs(x)));
  case Kind::softplus:
    return f.softplus(x);
  case Kind::parametric_softplus:
    return f.mul(alpha, f.softplus(f.mul(beta, x)));
  }
  llvm_unreachable("all kinds are handled");
}

Value mlc::createActivation(OpBuilder &b, Location loc,
                            coreml::ActivationKind kind, Value x, Value alpha,
                            Value beta) {
  return activation(kind, {b, loc}, x, alpha, beta);
}

// Whether every element of `values` is `wanted`.
static bool isAll(ElementsAttr values, float wanted) {
  FailureOr<std::vector<float>> data = readFloats(values);
  return succeeded(data) &&
         llvm::all_of(*data, [&](float value) { return value == wanted; });
}

namespace {

struct ActivationPattern : LayerPattern<coreml::ActivationOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::ActivationOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    // Converters write x * 1 + 0 to give a value a second name.
    if (op.getKind() == coreml::ActivationKind::linear &&
        isAll(op.getAlphaAttr(), 1) && isAll(op.getBetaAttr(), 0)) {
      rewriter.replaceOp(op, adaptor.getInput());
      return success();
    }
    SmallVector<Value> inputs = {adaptor.getInput()};
    int alpha = -1, beta = -1;
    auto parameter = [&](ElementsAttr values, StringRef name,
                         int &index) -> LogicalResult {
      if (!values)
        return success();
      FailureOr<Value> constant =
          broadcastConstant(rewriter, op.getLoc(), values, name);
      if (failed(constant))
        return op.emitOpError() << "has an unreadable " << name;
      index = inputs.size();
      inputs.push_back(*constant);
      return success();
    };
    if (failed(parameter(op.getAlphaAttr(), "alpha", alpha)) ||
        failed(parameter(op.getBetaAttr(), "beta", beta)))
      return failure();
    rewriter.replaceOp(
        op, createMap(rewriter, op.getLoc(), converted(op.getOutput()), inputs,
                      [&](OpBuilder &b, Location loc, ValueRange in) {
                        return activation(op.getKind(), Formula{b, loc}, in[0],
                                          alpha < 0 ? Value() : in[alpha],
                                          beta < 0 ? Value() : in[beta]);
                      }));
    return success();
  }
};

} // namespace

// x ^ exponent; small whole exponents are products, so that negative x work on
// every device.
static Value power(Formula f, Value x, double exponent) {
  constexpr int kMaxFactors = 8;
  double magnitude = std::fabs(exponent);
  if (magnitude != std::floor(magnitude) || magnitude > kMaxFactors)
    return math::PowFOp::create(f.b, f.loc, x, f.number(exponent));
  if (magnitude == 0)
    return f.number(1);
  Value result = x;
  for (int i = 1; i < int(magnitude); ++i)
    result = f.mul(result, x);
  return exponent < 0 ? f.div(f.number(1), result) : result;
}

static Value unary(coreml::UnaryFunctionOp op, Formula f, Value x) {
  using Operation = coreml::UnaryOperation;
  double alpha = op.getAlpha().convertToDouble(),
         scale = op.getScale().convertToDouble(),
         shift = op.getShift().convertToDouble();
  Value epsilon = f.number(op.getEpsilon().convertToDouble());
  if (scale != 1)
    x = f.mul(x, f.number(scale));
  if (shift != 0)
    x = f.add(x, f.number(shift));
  switch (op.getType()) {
  case Operation::SQRT:
    return math::SqrtOp::create(f.b, f.loc, x);
  case Operation::RSQRT:
    return f.div(f.number(1),
                 math::SqrtOp::create(f.b, f.loc, f.add(x, epsilon)));
  case Operation::INVERSE:
    return f.div(f.number(1), f.add(x, epsilon));
  case Operation::POWER:
    return power(f, x, alpha);
  case Operation::EXP:
    return f.exp(x);
  case Operation::LOG:
    return math::LogOp::create(f.b, f.loc, f.add(x, epsilon));
  case Operation::ABS:
    return f.abs(x);
  case Operation::THRESHOLD:
    return f.max(x, f.number(alpha));
  }
  llvm_unreachable("all functions are handled");
}

namespace {

struct UnaryPattern : LayerPattern<coreml::UnaryFunctionOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::UnaryFunctionOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(
        op, createMap(rewriter, op.getLoc(), converted(op.getOutput()),
                      adaptor.getInput(),
                      [&](OpBuilder &b, Location loc, ValueRange in) {
                        return unary(op, Formula{b, loc}, in[0]);
                      }));
    return success();
  }
};

// Layers that join any number of inputs by one operation; with one input the
// other operand is alpha.
template <typename Op> struct JoinPattern : LayerPattern<Op> {
  using LayerPattern<Op>::LayerPattern;

  static Value join(Formula f, Value x, Value y) {
    if constexpr (std::is_same_v<Op, coreml::MultiplyOp>)
      return f.mul(x, y);
    else if constexpr (std::is_same_v<Op, coreml::MaxOp>)
      return f.max(x, y);
    else if constexpr (std::is_same_v<Op, coreml::MinOp>)
      return f.min(x, y);
    else
      return f.add(x, y);
  }

  LogicalResult
  matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ArrayLayer layer{rewriter, op.getLoc(), op, adaptor.getOperands()};
    auto joinAll = [&](OpBuilder &b, Location loc, ValueRange in) {
      Value result = in.front();
      for (Value other : in.drop_front())
        result = join(Formula{b, loc}, result, other);
      return result;
    };
    auto body = [&](OpBuilder &b, Location loc, ValueRange in) {
      Formula f{b, loc};
      Value result = joinAll(b, loc, in);
      if constexpr (std::is_same_v<Op, coreml::AddOp> ||
                    std::is_same_v<Op, coreml::MultiplyOp>)
        if (in.size() == 1)
          result = join(f, result, f.number(op.getAlpha().convertToDouble()));
      if constexpr (std::is_same_v<Op, coreml::AverageOp>)
        result = f.mul(result, f.number(1.0 / double(op->getNumOperands())));
      return result;
    };
    rewriter.replaceOp(op, broadcastMap(layer, body, joinAll));
    return success();
  }
};

} // namespace

void mlc::populateElementwisePatterns(const TypeConverter &converter,
                                      RewritePatternSet &patterns) {
  patterns.add<ActivationPattern, UnaryPattern, JoinPattern<coreml::AddOp>,
               JoinPattern<coreml::MultiplyOp>, JoinPattern<coreml::AverageOp>,
               JoinPattern<coreml::MaxOp>, JoinPattern<coreml::MinOp>>(
      converter, patterns.getContext());
}
