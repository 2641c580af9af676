// Array layers that move or make elements: views, concats, look-ups with
// constant indices, constants.
#include "Formula.h"

#include <numeric>

using namespace mlir;
using namespace mlc;
using Predicate = arith::CmpFPredicate;

using Results = SmallVector<Value>;

// Constants of more elements are not made when compiling.
static constexpr int64_t kMaxConstantElements = int64_t(1) << 24;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static int64_t product(ArrayRef<int64_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), int64_t(1),
                         std::multiplies<>());
}

//===----------------------------------------------------------------------===//
// Reordering and reshapes
//===----------------------------------------------------------------------===//

namespace mlc {

static Results convert(coreml::TransposeOp op, ArrayLayer &layer) {
  Value moved = transposeTo(layer.b, layer.loc, layer.input(), op.getAxes());
  return {layer.give(moved)};
}

// Layers that keep all elements in their order.
template <typename Op> static Results reshaped(Op, ArrayLayer &layer) {
  return {layer.give(layer.input())};
}
#define RESHAPE(Layer)                                                         \
  static Results convert(coreml::Layer op, ArrayLayer &layer) {                \
    return reshaped(op, layer);                                                \
  }
RESHAPE(ReshapeStaticOp)
RESHAPE(ReshapeLikeOp)
RESHAPE(ReshapeDynamicOp)
RESHAPE(RankPreservingReshapeOp)
RESHAPE(ExpandDimsOp)
RESHAPE(SqueezeOp)
RESHAPE(FlattenTo2DOp)
#undef RESHAPE

//===----------------------------------------------------------------------===//
// Joining
//===----------------------------------------------------------------------===//

static Value join(ArrayLayer &layer, ValueRange parts, int64_t axis) {
  SmallVector<int64_t> shape(shapeOf(parts.front()));
  shape[axis] = 0;
  for (Value part : parts)
    shape[axis] += shapeOf(part)[axis];
  return nn::ConcatOp::create(layer.b, layer.loc, layer.type(shape), parts,
                              axis, /*in_place=*/false);
}

// The inputs joined along a new dimension of size 1 each.
static Value stack(ArrayLayer &layer, int64_t axis) {
  Results parts;
  for (unsigned i = 0; i < layer.operands.size(); ++i) {
    SmallVector<int64_t> shape(layer.inShape(i));
    shape.insert(shape.begin() + axis, 1);
    parts.push_back(layer.reshape(layer.input(i), shape));
  }
  return join(layer, parts, axis);
}

static Results convert(coreml::StackOp op, ArrayLayer &layer) {
  int64_t axis = coreml::fromFront(op.getAxis(), layer.outShape().size());
  return {layer.give(stack(layer, axis))};
}

static Results convert(coreml::ConcatNDOp op, ArrayLayer &layer) {
  int64_t rank = layer.outShape().size(),
          axis = coreml::fromFront(op.getAxis(), rank);
  // Taking turns is a stack behind the axis, seen as one dimension.
  if (op.getInterleave())
    return {layer.give(stack(layer, axis + 1))};
  ArrayForm form(rank, axis);
  Results parts;
  for (auto [i, operand] : llvm::enumerate(layer.operands))
    parts.push_back(form.enter(layer.b, layer.loc, operand, layer.inShape(i)));
  Value joined = join(layer, parts, form.axis(axis));
  return {form.leave(layer.b, layer.loc, joined, layer.outShape())};
}

// Repeats by a broadcast: dimension [d] is seen as [1, d], repeated to [r, d].
static Results convert(coreml::TileOp op, ArrayLayer &layer) {
  auto reps = coreml::getRepetitions(op);
  if (!reps)
    return {};
  SmallVector<int64_t> from, to;
  for (auto [size, count] : llvm::zip(layer.inShape(), *reps)) {
    if (count != 1) {
      from.push_back(1);
      to.push_back(count);
    }
    from.push_back(size);
    to.push_back(size);
  }
  Value whole = layer.reshape(layer.input(), from);
  auto same = [](OpBuilder &, Location, ValueRange in) { return in[0]; };
  return {layer.give(layer.map(to, whole, same))};
}

//===----------------------------------------------------------------------===//
// Cutting
//===----------------------------------------------------------------------===//

static Value slice(ArrayLayer &layer, Value input, ArrayRef<int64_t> begin,
                   ArrayRef<int64_t> stride, ArrayRef<int64_t> size) {
  return layer.b.createOrFold<nn::SliceOp>(layer.loc, layer.type(size), input,
                                           begin, stride);
}

// Dimension `axis` from its end to its beginning.
static Value reverse(ArrayLayer &layer, Value input, int64_t axis) {
  int64_t size = shapeOf(input)[axis];
  if (size == 1)
    return input;
  std::vector<float> order(size);
  for (int64_t i = 0; i < size; ++i)
    order[i] = float(size - 1 - i);
  Value indices = layer.line(std::move(order), axis, shapeOf(input).size());
  return layer.take(input, indices, axis, size);
}

static Results convert(coreml::SplitNDOp op, ArrayLayer &layer) {
  int64_t rank = layer.inShape().size(),
          coremlAxis = coreml::fromFront(op.getAxis(), rank);
  ArrayForm form(rank, coremlAxis);
  Value whole =
      form.enter(layer.b, layer.loc, layer.operands[0], layer.inShape());
  int64_t axis = form.axis(coremlAxis);
  SmallVector<int64_t> begin(shapeOf(whole).size(), 0),
      stride(shapeOf(whole).size(), 1);
  Results parts;
  for (unsigned i = 0; i < op->getNumResults(); ++i) {
    ArrayRef<int64_t> out = layer.outShape(i);
    Value part = slice(layer, whole, begin, stride, form.shape(out));
    parts.push_back(form.leave(layer.b, layer.loc, part, out));
    begin[axis] += out[coremlAxis];
  }
  return parts;
}

static Results sliceBox(ArrayLayer &layer,
                        const std::optional<coreml::BoxRange> &box) {
  if (!box)
    return {};
  ArrayRef<int64_t> in = layer.inShape();
  SmallVector<int64_t> cut, begin, stride;
  for (auto [i, size] : llvm::enumerate(in)) {
    int64_t step = box->stride[i], count = box->size[i];
    if (count != size)
      cut.push_back(i);
    else if (step < 0)
      cut.push_back(i);
    // What goes backwards is cut forwards and turned around behind that.
    begin.push_back(step < 0 ? box->begin[i] + (count - 1) * step
                             : box->begin[i]);
    stride.push_back(std::abs(step));
  }
  ArrayForm form(in.size(), cut);
  Value value = form.enter(layer.b, layer.loc, layer.operands[0], in);
  value = slice(layer, value, form.list(begin, 0), form.list(stride, 1),
                form.shape(box->size));
  for (int64_t i : cut)
    if (box->stride[i] < 0)
      value = reverse(layer, value, form.axis(i));
  if (ArrayRef(box->size) == layer.outShape())
    return {form.leave(layer.b, layer.loc, value, layer.outShape())};
  // Squeezed dimensions go.
  value = form.leave(layer.b, layer.loc, value, box->size);
  return {layer.give(toLogical(layer.b, layer.loc, value, box->size))};
}

static Results convert(coreml::SliceStaticOp op, ArrayLayer &layer) {
  return sliceBox(layer, coreml::getBox(op));
}

static Results convert(coreml::SliceDynamicOp op, ArrayLayer &layer) {
  return sliceBox(layer, coreml::getBox(op));
}

// The begin may come from data: only the size of the part is part of its type.
static Results convert(coreml::SliceBySizeOp op, ArrayLayer &layer) {
  int64_t rank = layer.inShape().size(),
          axis = coreml::fromFront(op.getAxis(), rank), size = op.getSize();
  SmallVector<int64_t> line(rank - axis, 1);
  Value begin = layer.reshape(layer.input(1), line);
  line.front() = size;
  Value indices = layer.map(line, {begin, layer.iota(size, axis, rank)},
                            [](OpBuilder &b, Location loc, ValueRange in) {
                              return Formula{b, loc}.add(in[0], in[1]);
                            });
  return {layer.give(layer.take(layer.input(), indices, axis, size))};
}

static Results convert(coreml::ReverseOp op, ArrayLayer &layer) {
  Value value = layer.input();
  for (auto [axis, isReversed] : llvm::enumerate(op.getReverseDim()))
    if (isReversed && axis < layer.inShape().size())
      value = reverse(layer, value, axis);
  return {layer.give(value)};
}

static Results convert(coreml::ReverseSeqOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape();
  int64_t rank = in.size(), batch = coreml::fromFront(op.getBatchAxis(), rank),
          axis = coreml::fromFront(op.getSequenceAxis(), rank);
  SmallVector<int64_t> shape(rank, 1);
  shape[batch] = in[batch];
  Value lengths = layer.reshape(layer.input(1), shape);
  shape[axis] = in[axis];
  Value indices =
      layer.map(shape, {layer.iota(in[axis], axis, rank), lengths},
                [&](OpBuilder &b, Location loc, ValueRange at) {
                  Formula f{b, loc};
                  // Whole, and no more than there is.
                  Value length =
                      f.floor(f.min(at[1], f.number(double(in[axis]))));
                  Value mirrored = f.sub(f.sub(length, f.number(1)), at[0]);
                  return f.select(f.compare(Predicate::OLT, at[0], length),
                                  mirrored, at[0]);
                });
  return {layer.give(layer.take(layer.input(), indices, axis, in[axis]))};
}

static Results convert(coreml::SlidingWindowsOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape(), out = layer.outShape();
  int64_t rank = in.size(), axis = coreml::fromFront(op.getAxis(), rank),
          window = op.getWindowSize(), count = out[axis];
  if (count * window > kMaxConstantElements) {
    layer.op->emitOpError() << "has " << count << " windows of " << window
                            << " elements, which is too many";
    return {};
  }
  std::vector<float> order;
  for (int64_t i = 0; i < count; ++i)
    for (int64_t j = 0; j < window; ++j)
      order.push_back(float(i * int64_t(op.getStep()) + j));
  Value indices = layer.line(std::move(order), axis, rank);
  return {layer.give(layer.take(layer.input(), indices, axis, count * window))};
}

static Results convert(coreml::ConstantPadOp op, ArrayLayer &layer) {
  auto amounts = coreml::getPadAmounts(op);
  if (!amounts)
    return {};
  SmallVector<int64_t> low, high, padded;
  for (size_t i = 0; i < layer.inShape().size(); ++i) {
    low.push_back((*amounts)[2 * i]);
    high.push_back((*amounts)[2 * i + 1]);
    if (low[i] || high[i])
      padded.push_back(i);
  }
  ArrayForm form(low.size(), padded);
  Value input =
      form.enter(layer.b, layer.loc, layer.operands[0], layer.inShape());
  Value result = nn::PadOp::create(
      layer.b, layer.loc, layer.type(form.shape(layer.outShape())), input,
      ValueRange(), ValueRange(), nn::PadKind::Constant, form.list(low, 0),
      form.list(high, 0), op.getValue());
  return {form.leave(layer.b, layer.loc, result, layer.outShape())};
}

//===----------------------------------------------------------------------===//
// Constants and copies
//===----------------------------------------------------------------------===//

static Results convert(coreml::LoadConstantNDOp op, ArrayLayer &layer) {
  FailureOr<std::vector<float>> data = readFloats(op.getDataAttr());
  if (failed(data)) {
    op.emitOpError("has unreadable data");
    return {};
  }
  return {layer.give(makeConstant(layer.b, layer.loc, layer.outShape(),
                                  std::move(*data), "constant"))};
}

// A map of nothing, so that large fills need no memory when compiling.
static Results filled(ArrayLayer &layer, const APFloat &value) {
  ArrayForm form(layer.outShape().size(), {});
  return {layer.map(form.shape(layer.outShape()), {},
                    [&](OpBuilder &b, Location loc, ValueRange) {
                      return scalar(b, loc, value.convertToDouble());
                    })};
}

static Results convert(coreml::FillStaticOp op, ArrayLayer &layer) {
  return filled(layer, op.getValue());
}
static Results convert(coreml::FillLikeOp op, ArrayLayer &layer) {
  return filled(layer, op.getValue());
}
static Results convert(coreml::FillDynamicOp op, ArrayLayer &layer) {
  return filled(layer, op.getValue());
}

template <typename Op> static Results broadcast(Op, ArrayLayer &layer) {
  auto same = [](OpBuilder &, Location, ValueRange in) { return in[0]; };
  return {layer.give(layer.map(layer.outShape(), layer.input(), same))};
}
static Results convert(coreml::BroadcastToStaticOp op, ArrayLayer &layer) {
  return broadcast(op, layer);
}
static Results convert(coreml::BroadcastToLikeOp op, ArrayLayer &layer) {
  return broadcast(op, layer);
}
static Results convert(coreml::BroadcastToDynamicOp op, ArrayLayer &layer) {
  return broadcast(op, layer);
}

static Results convert(coreml::GetShapeOp, ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape();
  return {makeConstant(layer.b, layer.loc, layer.outShape(),
                       std::vector<float>(in.begin(), in.end()), "shape")};
}

static Results convert(coreml::WhereNonZeroOp op, ArrayLayer &layer) {
  auto elements = coreml::getKnownElements(op.getInput());
  if (!elements)
    return {};
  ArrayRef<int64_t> shape = op.getInput().getType().getShape();
  std::vector<float> places;
  for (auto [index, element] : llvm::enumerate(*elements)) {
    if (element == 0)
      continue;
    SmallVector<int64_t> place(shape.size());
    int64_t rest = index;
    for (size_t i = shape.size(); i-- > 0; rest /= shape[i])
      place[i] = rest % shape[i];
    places.insert(places.end(), place.begin(), place.end());
  }
  return {makeConstant(layer.b, layer.loc, layer.outShape(), std::move(places),
                       "places")};
}

static Results range(ArrayLayer &layer, float start, float step) {
  int64_t count = product(layer.outShape());
  if (count > kMaxConstantElements) {
    layer.op->emitOpError()
        << "has " << count << " elements, which is too many";
    return {};
  }
  std::vector<float> values(count);
  for (int64_t i = 0; i < count; ++i)
    values[i] = start + float(i) * step;
  return {makeConstant(layer.b, layer.loc, layer.outShape(), std::move(values),
                       "range")};
}

static Results convert(coreml::RangeStaticOp op, ArrayLayer &layer) {
  return range(layer, op.getStartValue().convertToFloat(),
               op.getStepSizeValue().convertToFloat());
}

static Results convert(coreml::RangeDynamicOp op, ArrayLayer &layer) {
  auto numbers = coreml::getRange(op);
  return numbers ? range(layer, numbers->first, numbers->second) : Results();
}

//===----------------------------------------------------------------------===//
// Bands of matrices
//===----------------------------------------------------------------------===//

// Keeps elements whose column is at most `above` behind the row and at most
// `below` in front of it; no bound keeps all on its side.
static Results band(ArrayLayer &layer, std::optional<int64_t> below,
                    std::optional<int64_t> above) {
  ArrayRef<int64_t> shape = layer.outShape();
  int64_t rank = shape.size();
  Value rows = layer.iota(shape[rank - 2], rank - 2, rank),
        columns = layer.iota(shape[rank - 1], rank - 1, rank);
  Value kept = layer.map(
      shape, {layer.input(), rows, columns},
      [&](OpBuilder &b, Location loc, ValueRange in) {
        Formula f{b, loc};
        Value value = in[0], behind = f.sub(in[2], in[1]);
        auto bound = [&](Predicate how, int64_t limit) {
          value = f.select(f.compare(how, behind, f.number(double(limit))),
                           value, f.number(0));
        };
        if (above)
          bound(Predicate::OLE, *above);
        if (below)
          bound(Predicate::OGE, -*below);
        return value;
      });
  return {layer.give(kept)};
}

static Results convert(coreml::LowerTriangularOp op, ArrayLayer &layer) {
  return band(layer, std::nullopt, int64_t(op.getK()));
}
static Results convert(coreml::UpperTriangularOp op, ArrayLayer &layer) {
  return band(layer, -int64_t(op.getK()), std::nullopt);
}
static Results convert(coreml::MatrixBandPartOp op, ArrayLayer &layer) {
  auto bound = [](int64_t number) {
    return number < 0 ? std::optional<int64_t>() : number;
  };
  return band(layer, bound(op.getNumLower()), bound(op.getNumUpper()));
}

} // namespace mlc

void mlc::populateArrayShapePatterns(const TypeConverter &converter,
                                     RewritePatternSet &patterns) {
  using namespace coreml;
  addArrayPatterns<TransposeOp, ReshapeStaticOp, ReshapeLikeOp,
                   ReshapeDynamicOp, RankPreservingReshapeOp, ExpandDimsOp,
                   SqueezeOp, FlattenTo2DOp, ConcatNDOp, SplitNDOp, StackOp,
                   TileOp>(converter, patterns);
  addArrayPatterns<SliceStaticOp, SliceDynamicOp, SliceBySizeOp, ReverseOp,
                   ReverseSeqOp, SlidingWindowsOp, ConstantPadOp>(converter,
                                                                  patterns);
  addArrayPatterns<LoadConstantNDOp, FillStaticOp, FillLikeOp, FillDynamicOp,
                   BroadcastToStaticOp, BroadcastToLikeOp, BroadcastToDynamicOp,
                   GetShapeOp, WhereNonZeroOp, RangeStaticOp, RangeDynamicOp,
                   LowerTriangularOp, UpperTriangularOp, MatrixBandPartOp>(
      converter, patterns);
}
