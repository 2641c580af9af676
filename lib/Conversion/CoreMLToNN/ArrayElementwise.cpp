// Elementwise array layers: all become nn.map, in the stored order of their
// operands wherever these broadcast there.
#include "Formula.h"
#include "mlc/Dialect/NN/Precision.h"

using namespace mlir;
using namespace mlc;
using Predicate = arith::CmpFPredicate;

//===----------------------------------------------------------------------===//
// Formulas, one for each layer
//===----------------------------------------------------------------------===//

// Conditions as numbers.
static Value truth(Formula f, Value condition) {
  return f.select(condition, f.number(1), f.number(0));
}
static Value isTrue(Formula f, Value x) {
  return truth(f, f.compare(Predicate::UNE, x, f.number(0)));
}

// a modulo b, with the sign of b.
static Value modulo(Formula f, Value a, Value b) {
  Value zero = f.number(0), rest = f.call<arith::RemFOp>(a, b);
  // The signs of the rest and of b differ: their product is negative.
  Value differ = f.compare(Predicate::OLT, f.mul(rest, b), zero);
  return f.select(differ, f.add(rest, b), rest);
}

static Value gelu(coreml::GeluMode mode, Formula f, Value x) {
  switch (mode) {
  case coreml::GeluMode::EXACT: {
    Value erf = f.call<math::ErfOp>(f.mul(x, f.number(std::sqrt(0.5))));
    return f.mul(f.mul(f.number(0.5), x), f.add(f.number(1), erf));
  }
  case coreml::GeluMode::TANH_APPROXIMATION: {
    Value cube = f.mul(f.mul(x, x), x);
    Value inner = f.mul(f.number(std::sqrt(2 / M_PI)),
                        f.add(x, f.mul(f.number(0.044715), cube)));
    return f.mul(f.mul(f.number(0.5), x), f.add(f.number(1), f.tanh(inner)));
  }
  case coreml::GeluMode::SIGMOID_APPROXIMATION:
    return f.mul(x, f.sigmoid(f.mul(f.number(1.702), x)));
  }
  llvm_unreachable("all modes are handled");
}

// Functions that are one scalar op.
#define FUNCTION(Layer, Op)                                                    \
  static Value formula(coreml::Layer, Formula f, ValueRange in) {              \
    return f.call<Op>(in[0]);                                                  \
  }
FUNCTION(CeilOp, math::CeilOp)
FUNCTION(FloorOp, math::FloorOp)
FUNCTION(RoundOp, math::RoundEvenOp)
FUNCTION(Exp2Op, math::Exp2Op)
FUNCTION(SinOp, math::SinOp)
FUNCTION(CosOp, math::CosOp)
FUNCTION(TanOp, math::TanOp)
FUNCTION(AsinOp, math::AsinOp)
FUNCTION(AcosOp, math::AcosOp)
FUNCTION(AtanOp, math::AtanOp)
FUNCTION(SinhOp, math::SinhOp)
FUNCTION(CoshOp, math::CoshOp)
FUNCTION(TanhOp, math::TanhOp)
FUNCTION(AsinhOp, math::AsinhOp)
FUNCTION(AcoshOp, math::AcoshOp)
FUNCTION(AtanhOp, math::AtanhOp)
FUNCTION(ErfOp, math::ErfOp)
#undef FUNCTION

static Value formula(coreml::SignOp, Formula f, ValueRange in) {
  Value zero = f.number(0);
  Value negative =
      f.select(f.compare(Predicate::OLT, in[0], zero), f.number(-1), zero);
  return f.select(f.compare(Predicate::OGT, in[0], zero), f.number(1),
                  negative);
}
static Value formula(coreml::GeluOp op, Formula f, ValueRange in) {
  return gelu(op.getMode(), f, in[0]);
}
static Value formula(coreml::ClipOp op, Formula f, ValueRange in) {
  return f.min(f.max(in[0], f.number(op.getMinVal().convertToDouble())),
               f.number(op.getMaxVal().convertToDouble()));
}
static Value formula(coreml::ClampedReLUOp op, Formula f, ValueRange in) {
  Value scaled = f.mul(in[0], f.number(op.getAlpha().convertToDouble()));
  return f.min(f.atLeast(in[0], f.number(0), in[0], scaled),
               f.number(op.getBeta().convertToDouble()));
}

// Layers of two operands, as an expression in f, a and b.
#define BINARY(Layer, expression)                                              \
  static Value formula(coreml::Layer, Formula f, ValueRange in) {              \
    Value a = in[0], b = in[1];                                                \
    return expression;                                                         \
  }
BINARY(AddBroadcastableOp, f.add(a, b))
BINARY(SubtractBroadcastableOp, f.sub(a, b))
BINARY(MultiplyBroadcastableOp, f.mul(a, b))
BINARY(DivideBroadcastableOp, f.div(a, b))
BINARY(FloorDivBroadcastableOp, f.floor(f.div(a, b)))
BINARY(ModBroadcastableOp, modulo(f, a, b))
BINARY(PowBroadcastableOp, f.call<math::PowFOp>(a, b))
BINARY(MinBroadcastableOp, f.min(a, b))
BINARY(MaxBroadcastableOp, f.max(a, b))
BINARY(LogicalOrOp, f.max(isTrue(f, a), isTrue(f, b)))
BINARY(LogicalAndOp, f.min(isTrue(f, a), isTrue(f, b)))
BINARY(LogicalXorOp, f.abs(f.sub(isTrue(f, a), isTrue(f, b))))
#undef BINARY

static Value formula(coreml::LogicalNotOp, Formula f, ValueRange in) {
  return truth(f, f.compare(Predicate::OEQ, in[0], f.number(0)));
}

#define COMPARISON(Layer, predicate)                                           \
  static Value formula(coreml::Layer op, Formula f, ValueRange in) {           \
    Value other =                                                              \
        in.size() == 2 ? in[1] : f.number(op.getAlpha().convertToDouble());    \
    return truth(f, f.compare(Predicate::predicate, in[0], other));            \
  }
COMPARISON(EqualOp, OEQ)
COMPARISON(NotEqualOp, UNE)
COMPARISON(LessThanOp, OLT)
COMPARISON(LessEqualOp, OLE)
COMPARISON(GreaterThanOp, OGT)
COMPARISON(GreaterEqualOp, OGE)
#undef COMPARISON

static Value formula(coreml::WhereBroadcastableOp, Formula f, ValueRange in) {
  return f.select(f.compare(Predicate::UNE, in[0], f.number(0)), in[1], in[2]);
}

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

// Whether values of shape `in` broadcast to `out` in their stored order, which
// joins all dimensions before the last three.
static bool broadcastsStored(ArrayRef<int64_t> in, ArrayRef<int64_t> out) {
  if (out.size() <= 4)
    return true;
  ArrayRef<int64_t> batch = out.drop_back(3);
  if (in.size() <= 3)
    return true;
  ArrayRef<int64_t> own = in.drop_back(3);
  return own == batch.take_back(own.size())
             ? own.size() == batch.size()
             : llvm::all_of(own, [](int64_t size) { return size == 1; });
}

// A kernel binds 31 buffers; fusion and the result need some of them.
static constexpr size_t kMaxMapInputs = 16;

// As many inputs as one map may have, of which the first joins the others.
static SmallVector<Value> joinInputs(ArrayLayer &layer, ArrayRef<Value> inputs,
                                     ArrayRef<int64_t> shape, ScalarBody join) {
  SmallVector<Value> group;
  for (Value input : inputs) {
    if (group.size() == kMaxMapInputs) {
      Value joined = layer.map(shape, group, join);
      // A sum on its way may be larger than an average, and is never seen.
      joined.getDefiningOp()->setAttr(nn::kPrecisionAttr,
                                      layer.b.getStringAttr("f32"));
      group.assign(1, joined);
    }
    group.push_back(input);
  }
  return group;
}

Value mlc::broadcastMap(ArrayLayer &layer, ScalarBody body, ScalarBody join) {
  ArrayRef<int64_t> out = layer.outShape();
  int64_t rank = out.size();
  bool stored = true;
  for (unsigned i = 0; i < layer.operands.size(); ++i)
    stored = stored && broadcastsStored(layer.inShape(i), out);
  ArrayForm form = stored ? ArrayForm(rank, {}) : ArrayForm::logical(rank);
  SmallVector<Value> inputs;
  for (auto [i, operand] : llvm::enumerate(layer.operands)) {
    ArrayRef<int64_t> in = layer.inShape(i);
    if (int64_t(in.size()) == rank) {
      inputs.push_back(form.enter(layer.b, layer.loc, operand, in));
      continue;
    }
    // Ones in front, as numpy does, and then the order of the others.
    SmallVector<int64_t> padded(rank - in.size(), 1);
    llvm::append_range(padded, in);
    Value whole = layer.reshape(layer.input(i), padded);
    inputs.push_back(stored ? fromLogical(layer.b, layer.loc, whole, padded)
                            : whole);
  }
  if (join)
    inputs = joinInputs(layer, inputs, form.shape(out), join);
  Value result = layer.map(form.shape(out), inputs, body);
  return form.leave(layer.b, layer.loc, result, out);
}

namespace {
template <typename Op> class FormulaPattern : public LayerPattern<Op> {
public:
  using LayerPattern<Op>::LayerPattern;
  LogicalResult
  matchAndRewrite(Op op, typename Op::Adaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ArrayLayer layer{rewriter, op.getLoc(), op, adaptor.getOperands()};
    rewriter.replaceOp(
        op, broadcastMap(layer, [&](OpBuilder &b, Location loc, ValueRange in) {
          return formula(op, Formula{b, loc}, in);
        }));
    return success();
  }
};

} // namespace

template <typename... Ops>
static void addFormulas(const TypeConverter &converter,
                        RewritePatternSet &patterns) {
  patterns.add<FormulaPattern<Ops>...>(converter, patterns.getContext());
}

void mlc::populateArrayElementwisePatterns(const TypeConverter &converter,
                                           RewritePatternSet &patterns) {
  using namespace coreml;
  addFormulas<CeilOp, FloorOp, SignOp, RoundOp, Exp2Op, SinOp, CosOp, TanOp,
              AsinOp, AcosOp, AtanOp, SinhOp, CoshOp, TanhOp, AsinhOp, AcoshOp,
              AtanhOp, ErfOp, GeluOp, ClipOp, ClampedReLUOp>(converter,
                                                             patterns);
  addFormulas<AddBroadcastableOp, SubtractBroadcastableOp,
              MultiplyBroadcastableOp, DivideBroadcastableOp,
              FloorDivBroadcastableOp, ModBroadcastableOp, PowBroadcastableOp,
              MinBroadcastableOp, MaxBroadcastableOp>(converter, patterns);
  addFormulas<LogicalOrOp, LogicalAndOp, LogicalXorOp, LogicalNotOp, EqualOp,
              NotEqualOp, LessThanOp, LessEqualOp, GreaterThanOp,
              GreaterEqualOp, WhereBroadcastableOp>(converter, patterns);
}
