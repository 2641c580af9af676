// Array layers that look at many elements for each result: reductions, order,
// normalisation, products of matrices.
#include "Formula.h"

using namespace mlir;
using namespace mlc;

using Results = SmallVector<Value>;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

static Value reduce(ArrayLayer &layer, nn::ReduceKind kind, Value input,
                    ArrayRef<int64_t> axes) {
  SmallVector<int64_t> shape(shapeOf(input)), sorted(axes);
  for (int64_t axis : axes)
    shape[axis] = 1;
  llvm::sort(sorted);
  return nn::ReduceOp::create(layer.b, layer.loc, layer.type(shape), input,
                              ValueRange(), ValueRange(), kind, sorted);
}

// log(sum(exp(x - max))) + max, which does not overflow.
static Value logSumExp(ArrayLayer &layer, Value input, ArrayRef<int64_t> axes) {
  Value largest = reduce(layer, nn::ReduceKind::Max, input, axes);
  Value small = layer.map(shapeOf(input), {input, largest},
                          [](OpBuilder &b, Location loc, ValueRange in) {
                            Formula f{b, loc};
                            return f.exp(f.sub(in[0], in[1]));
                          });
  Value sum = reduce(layer, nn::ReduceKind::LogSum, small, axes);
  return layer.map(shapeOf(sum), {sum, largest},
                   [](OpBuilder &b, Location loc, ValueRange in) {
                     return Formula{b, loc}.add(in[0], in[1]);
                   });
}

// Reduces in the stored form if it can, and gives the result its shape.
static Results
reduceWith(ArrayLayer &layer, ArrayRef<int64_t> axes,
           function_ref<Value(Value input, ArrayRef<int64_t> axes)> function) {
  ArrayRef<int64_t> in = layer.inShape();
  ArrayForm form(in.size(), axes);
  SmallVector<int64_t> formAxes, kept(in);
  for (int64_t axis : axes) {
    formAxes.push_back(form.axis(axis));
    kept[axis] = 1;
  }
  llvm::sort(formAxes);
  Value result =
      function(form.enter(layer.b, layer.loc, layer.operands[0], in), formAxes);
  result = form.leave(layer.b, layer.loc, result, kept);
  if (ArrayRef(kept) == layer.outShape())
    return {result};
  return {layer.give(toLogical(layer.b, layer.loc, result, kept))};
}

template <typename Op>
static Results reduceAxes(Op op, ArrayLayer &layer, nn::ReduceKind kind) {
  auto axes = coreml::getReducedAxes(op.getAxes(), op.getReduceAll(),
                                     layer.inShape().size());
  return reduceWith(layer, *axes, [&](Value input, ArrayRef<int64_t> formAxes) {
    return reduce(layer, kind, input, formAxes);
  });
}

namespace mlc {

#define REDUCTION(Layer, kind)                                                 \
  static Results convert(coreml::Layer op, ArrayLayer &layer) {                \
    return reduceAxes(op, layer, nn::ReduceKind::kind);                        \
  }
REDUCTION(ReduceL1Op, L1)
REDUCTION(ReduceL2Op, L2)
REDUCTION(ReduceMaxOp, Max)
REDUCTION(ReduceMinOp, Min)
REDUCTION(ReduceSumOp, Sum)
REDUCTION(ReduceProdOp, Product)
REDUCTION(ReduceMeanOp, Mean)
REDUCTION(ReduceLogSumOp, LogSum)
REDUCTION(ReduceSumSquareOp, SumSquare)
#undef REDUCTION

static Results convert(coreml::ReduceLogSumExpOp op, ArrayLayer &layer) {
  auto axes = coreml::getReducedAxes(op.getAxes(), op.getReduceAll(),
                                     layer.inShape().size());
  return reduceWith(layer, *axes, [&](Value input, ArrayRef<int64_t> formAxes) {
    return logSumExp(layer, input, formAxes);
  });
}

template <typename Op>
static Results argReduce(Op op, ArrayLayer &layer, nn::ReduceKind kind) {
  int64_t axis = coreml::fromFront(op.getAxis(), layer.inShape().size());
  return reduceWith(layer, axis, [&](Value input, ArrayRef<int64_t> formAxes) {
    return reduce(layer, kind, input, formAxes);
  });
}
static Results convert(coreml::ArgMaxOp op, ArrayLayer &layer) {
  return argReduce(op, layer, nn::ReduceKind::ArgMax);
}
static Results convert(coreml::ArgMinOp op, ArrayLayer &layer) {
  return argReduce(op, layer, nn::ReduceKind::ArgMin);
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

static Value argSort(ArrayLayer &layer, Value input, int64_t axis,
                     int64_t count, bool descending) {
  SmallVector<int64_t> shape(shapeOf(input));
  shape[axis] = count;
  return nn::ArgSortOp::create(layer.b, layer.loc, layer.type(shape), input,
                               ValueRange(), ValueRange(), axis, descending);
}

static Results convert(coreml::TopKOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape(), out = layer.outShape();
  int64_t axis = coreml::fromFront(op.getAxis(), in.size());
  ArrayForm form(in.size(), axis);
  Value input = form.enter(layer.b, layer.loc, layer.operands[0], in);
  Value indices =
      argSort(layer, input, form.axis(axis), out[axis], !op.getUseBottomK());
  Value values = layer.take(input, indices, form.axis(axis), out[axis]);
  return {form.leave(layer.b, layer.loc, values, out),
          form.leave(layer.b, layer.loc, indices, out)};
}

static Results convert(coreml::ArgSortOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape();
  int64_t axis = coreml::fromFront(op.getAxis(), in.size());
  ArrayForm form(in.size(), axis);
  Value input = form.enter(layer.b, layer.loc, layer.operands[0], in);
  Value indices =
      argSort(layer, input, form.axis(axis), in[axis], op.getDescending());
  return {form.leave(layer.b, layer.loc, indices, in)};
}

static Results convert(coreml::CumSumOp op, ArrayLayer &layer) {
  std::optional<int64_t> axis = coreml::getAxis(op);
  if (!axis)
    return {};
  ArrayRef<int64_t> in = layer.inShape();
  ArrayForm form(in.size(), *axis);
  Value input = form.enter(layer.b, layer.loc, layer.operands[0], in);
  Value sums = nn::CumSumOp::create(
      layer.b, layer.loc, cast<RankedTensorType>(input.getType()), input,
      ValueRange(), ValueRange(), form.axis(*axis), op.getExcludeFinalSum(),
      op.getReverse());
  return {form.leave(layer.b, layer.loc, sums, in)};
}

static Results convert(coreml::OneHotOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> out = layer.outShape();
  int64_t rank = out.size(), axis = coreml::fromFront(op.getAxis(), rank);
  if (out[axis] > (int64_t(1) << 24)) {
    op.emitOpError() << "makes vectors of " << out[axis]
                     << " elements, more than floats can count";
    return {};
  }
  SmallVector<int64_t> shape(out);
  shape[axis] = 1;
  Value indices = layer.reshape(layer.input(), shape);
  Value result = layer.map(
      out, {indices, layer.iota(out[axis], axis, rank)},
      [&](OpBuilder &b, Location loc, ValueRange in) {
        Formula f{b, loc};
        return f.select(f.compare(arith::CmpFPredicate::OEQ, in[0], in[1]),
                        f.number(op.getOnValue().convertToDouble()),
                        f.number(op.getOffValue().convertToDouble()));
      });
  return {layer.give(result)};
}

//===----------------------------------------------------------------------===//
// Normalisation
//===----------------------------------------------------------------------===//

static Results convert(coreml::SoftmaxNDOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape();
  int64_t axis = coreml::fromFront(op.getAxis(), in.size());
  ArrayForm form(in.size(), axis);
  Value input = form.enter(layer.b, layer.loc, layer.operands[0], in);
  Value result = nn::SoftmaxOp::create(
      layer.b, layer.loc, cast<RankedTensorType>(input.getType()), input,
      ValueRange(), ValueRange(), form.axis(axis));
  return {form.leave(layer.b, layer.loc, result, in)};
}

// A constant of a weight attribute as it is, or null after an error.
static Value constant(ArrayLayer &layer, ElementsAttr weights, StringRef name) {
  FailureOr<std::vector<float>> data = readFloats(weights);
  if (failed(data)) {
    layer.op->emitOpError() << "has unreadable " << name;
    return {};
  }
  return makeConstant(layer.b, layer.loc, weights.getShapedType().getShape(),
                      std::move(*data), name);
}

static Results convert(coreml::LayerNormalizationOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape();
  Value gamma = constant(layer, op.getGammaAttr(), "gamma"),
        beta = constant(layer, op.getBetaAttr(), "beta");
  if (!gamma || !beta)
    return {};
  int64_t rank = in.size(), count = op.getNormalizedShape().size();
  auto axes = llvm::to_vector(llvm::seq(rank - count, rank));
  Value normal = nn::NormalizeOp::create(
      layer.b, layer.loc, layer.type(in), layer.input(), ValueRange(),
      ValueRange(), nn::NormalizeKind::MeanVariance, axes, op.getEps());
  Value result = layer.map(in, {normal, gamma, beta},
                           [](OpBuilder &b, Location loc, ValueRange x) {
                             Formula f{b, loc};
                             return f.add(f.mul(x[0], x[1]), x[2]);
                           });
  return {layer.give(result)};
}

//===----------------------------------------------------------------------===//
// Products and look-ups
//===----------------------------------------------------------------------===//

static Value addBias(ArrayLayer &layer, Value value, ElementsAttr bias) {
  if (!bias)
    return value;
  Value constantBias = constant(layer, bias, "bias");
  if (!constantBias)
    return {};
  return layer.map(shapeOf(value), {value, constantBias},
                   [](OpBuilder &b, Location loc, ValueRange in) {
                     return Formula{b, loc}.add(in[0], in[1]);
                   });
}

// A weight matrix with rows and columns exchanged, or null after an error.
static Value transposed(ArrayLayer &layer, ElementsAttr weights) {
  FailureOr<std::vector<float>> data = permuteWeights(weights, {1, 0});
  if (failed(data)) {
    layer.op->emitOpError("has unreadable weights");
    return {};
  }
  ArrayRef<int64_t> shape = weights.getShapedType().getShape();
  return makeConstant(layer.b, layer.loc, {shape[1], shape[0]},
                      std::move(*data), "weights");
}

static Value multiply(ArrayLayer &layer, ArrayRef<int64_t> shape, Value lhs,
                      Value rhs) {
  return nn::MatMulOp::create(layer.b, layer.loc, layer.type(shape), lhs, rhs,
                              ValueRange(), ValueRange());
}

// An operand as matrices: a vector becomes a row or column.
static Value matrices(ArrayLayer &layer, unsigned index, bool transpose) {
  SmallVector<int64_t> shape(layer.inShape(index));
  if (shape.size() == 1)
    shape.insert(index == 0 ? shape.begin() : shape.end(), 1);
  Value value = layer.reshape(layer.input(index), shape);
  if (!transpose)
    return value;
  auto order = llvm::to_vector(llvm::seq<int64_t>(shape.size()));
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return transposeTo(layer.b, layer.loc, value, order);
}

static Results convert(coreml::BatchedMatMulOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> out = layer.outShape();
  if (layer.operands.size() == 2)
    return {
        layer.give(multiply(layer, out, matrices(layer, 0, op.getTransposeA()),
                            matrices(layer, 1, op.getTransposeB())))};
  Value weights = transposed(layer, op.getWeightsAttr());
  if (!weights)
    return {};
  ArrayRef<int64_t> in = layer.inShape();
  int64_t rows = 1;
  for (int64_t size : in.drop_back())
    rows *= size;
  Value product =
      multiply(layer, {rows, out.back()},
               layer.reshape(layer.input(), {rows, in.back()}), weights);
  Value result = addBias(layer, product, op.getBiasAttr());
  return result ? Results{layer.give(result)} : Results();
}

static Results convert(coreml::EmbeddingNDOp op, ArrayLayer &layer) {
  Value table = transposed(layer, op.getWeightsAttr());
  if (!table)
    return {};
  Value rows =
      nn::GatherOp::create(layer.b, layer.loc, layer.type(layer.outShape()),
                           layer.input(), table, ValueRange(), ValueRange());
  Value result = addBias(layer, rows, op.getBiasAttr());
  return result ? Results{layer.give(result)} : Results();
}

} // namespace mlc

void mlc::populateArrayReductionPatterns(const TypeConverter &converter,
                                         RewritePatternSet &patterns) {
  using namespace coreml;
  addArrayPatterns<ReduceL1Op, ReduceL2Op, ReduceMaxOp, ReduceMinOp,
                   ReduceSumOp, ReduceProdOp, ReduceMeanOp, ReduceLogSumOp,
                   ReduceSumSquareOp, ReduceLogSumExpOp, ArgMaxOp, ArgMinOp>(
      converter, patterns);
  addArrayPatterns<TopKOp, ArgSortOp, CumSumOp, OneHotOp, SoftmaxNDOp,
                   LayerNormalizationOp, BatchedMatMulOp, EmbeddingNDOp>(
      converter, patterns);
}
