// Gather and scatter: all come to elements taken or changed along one
// dimension, nn.take and nn.scatter.
#include "Formula.h"

using namespace mlir;
using namespace mlc;

using Results = SmallVector<Value>;

static int64_t product(ArrayRef<int64_t> sizes) {
  int64_t count = 1;
  for (int64_t size : sizes)
    count *= size;
  return count;
}

// The indices of a layer in one line along dimension `axis` of `rank`.
static Value indexLine(ArrayLayer &layer, int64_t axis, int64_t rank) {
  SmallVector<int64_t> shape(rank - axis, 1);
  shape.front() = product(layer.inShape(1));
  return layer.reshape(layer.input(1), shape);
}

// Tuples of indices as places in the dimensions they lead through, seen as one:
// [tuples, 1].
static Value flatIndices(ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape(0), indices = layer.inShape(1);
  int64_t length = indices.back(), tuples = product(indices.drop_back());
  std::vector<float> sizes, steps(length, 1);
  for (int64_t i = 0; i < length; ++i)
    sizes.push_back(float(in[i]));
  for (int64_t i = length - 1; i-- > 0;)
    steps[i] = steps[i + 1] * sizes[i + 1];
  Value places = layer.map(
      {tuples, length},
      {layer.reshape(layer.input(1), {tuples, length}),
       layer.line(std::move(sizes), 1, 2), layer.line(std::move(steps), 1, 2)},
      [](OpBuilder &b, Location loc, ValueRange at) {
        Formula f{b, loc};
        Value own = f.atLeast(at[0], f.number(0), at[0], f.add(at[0], at[1]));
        // A place outside of its dimension must not reach another row.
        Value last = f.sub(at[1], f.number(1));
        Value inside = f.min(f.max(own, f.number(0)), last);
        // Nor must the fraction of an index, which a step would make whole.
        return f.mul(f.floor(inside), at[2]);
      });
  return nn::ReduceOp::create(layer.b, layer.loc, layer.type({tuples, 1}),
                              places, ValueRange(), ValueRange(),
                              nn::ReduceKind::Sum, ArrayRef<int64_t>{1});
}

// The first operand as [places that tuples lead to, elements of a slice].
static Value flatOperand(ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape(0);
  int64_t length = layer.inShape(1).back();
  return layer.reshape(layer.input(0), {product(in.take_front(length)),
                                        product(in.drop_front(length))});
}

namespace mlc {

static Results convert(coreml::GatherOp op, ArrayLayer &layer) {
  int64_t rank = layer.inShape().size(),
          axis = coreml::fromFront(op.getAxis(), rank);
  Value taken = layer.take(layer.input(), indexLine(layer, axis, rank), axis,
                           product(layer.inShape(1)));
  return {layer.give(taken)};
}

static Results convert(coreml::GatherNDOp, ArrayLayer &layer) {
  Value taken = layer.take(flatOperand(layer), flatIndices(layer), 0,
                           product(layer.inShape(1).drop_back()));
  return {layer.give(taken)};
}

static Results convert(coreml::GatherAlongAxisOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape(), indices = layer.inShape(1);
  int64_t axis = coreml::fromFront(op.getAxis(), in.size());
  ArrayForm form(in.size(), axis);
  Value taken =
      layer.take(form.enter(layer.b, layer.loc, layer.operands[0], in),
                 form.enter(layer.b, layer.loc, layer.operands[1], indices),
                 form.axis(axis), indices[axis]);
  return {form.leave(layer.b, layer.loc, taken, indices)};
}

static Value scatter(ArrayLayer &layer, coreml::ScatterMode mode,
                     Value container, Value indices, Value updates,
                     int64_t axis) {
  // Both enumerations have the specification's order.
  auto kind = nn::ScatterKind(uint32_t(mode));
  return nn::ScatterOp::create(layer.b, layer.loc, container.getType(),
                               container, indices, updates, ValueRange(),
                               ValueRange(), kind, axis);
}

static Results convert(coreml::ScatterOp op, ArrayLayer &layer) {
  SmallVector<int64_t> shape(layer.inShape());
  int64_t rank = shape.size(), axis = coreml::fromFront(op.getAxis(), rank);
  shape[axis] = product(layer.inShape(1));
  Value updates = layer.reshape(layer.input(2), shape);
  return {layer.give(scatter(layer, op.getMode(), layer.input(),
                             indexLine(layer, axis, rank), updates, axis))};
}

static Results convert(coreml::ScatterNDOp op, ArrayLayer &layer) {
  Value container = flatOperand(layer);
  int64_t tuples = product(layer.inShape(1).drop_back()),
          length = product(layer.inShape(2)) / tuples;
  Value updates = layer.reshape(layer.input(2), {tuples, length});
  return {layer.give(
      scatter(layer, op.getMode(), container, flatIndices(layer), updates, 0))};
}

static Results convert(coreml::ScatterAlongAxisOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape();
  int64_t axis = coreml::fromFront(op.getAxis(), in.size());
  ArrayForm form(in.size(), axis);
  Results inputs;
  for (auto [i, operand] : llvm::enumerate(layer.operands))
    inputs.push_back(form.enter(layer.b, layer.loc, operand, layer.inShape(i)));
  Value result = scatter(layer, op.getMode(), inputs[0], inputs[1], inputs[2],
                         form.axis(axis));
  return {form.leave(layer.b, layer.loc, result, in)};
}

} // namespace mlc

void mlc::populateArrayIndexPatterns(const TypeConverter &converter,
                                     RewritePatternSet &patterns) {
  using namespace coreml;
  addArrayPatterns<GatherOp, GatherNDOp, GatherAlongAxisOp, ScatterOp,
                   ScatterNDOp, ScatterAlongAxisOp>(converter, patterns);
}
