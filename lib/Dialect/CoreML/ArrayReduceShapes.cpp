// Shapes of the array layers that reduce, order, multiply and look up.
#include "Inference.h"

#include <cmath>

using namespace mlir;
using namespace mlir::coreml;

#define INFER(Op)                                                              \
  LogicalResult Op::inferReturnTypes(MLIRContext *context,                     \
                                     std::optional<Location> loc, Adaptor op,  \
                                     SmallVectorImpl<Type> &results)

std::optional<SmallVector<int64_t>>
coreml::getReducedAxes(ArrayRef<int64_t> axes, bool reduceAll, int64_t rank) {
  SmallVector<int64_t> reduced;
  if (axes.empty() || reduceAll)
    llvm::append_range(reduced, llvm::seq<int64_t>(rank));
  else
    for (int64_t axis : axes) {
      std::optional<int64_t> place = resolveAxis(axis, rank);
      if (!place)
        return std::nullopt;
      reduced.push_back(*place);
    }
  llvm::sort(reduced);
  reduced.erase(llvm::unique(reduced), reduced.end());
  return reduced;
}

LogicalResult coreml::inferReduction(MLIRContext *context,
                                     std::optional<Location> loc, Value input,
                                     ArrayRef<int64_t> axes, bool keepDims,
                                     bool reduceAll,
                                     SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(input);
  auto reduced = getReducedAxes(axes, reduceAll, in.size());
  if (!reduced)
    return infer.fail("axes are out of the range of ", in.size(),
                      " dimensions");
  SmallVector<int64_t> shape;
  for (auto [index, size] : llvm::enumerate(in)) {
    if (!llvm::is_contained(*reduced, int64_t(index)))
      shape.push_back(size);
    else if (keepDims)
      shape.push_back(1);
  }
  if (shape.empty())
    shape.push_back(1);
  return infer.give(shape);
}

// The single number that a further input holds.
static FailureOr<int64_t> needInteger(const Inference &infer, Value value,
                                      StringRef what,
                                      StringRef whatDepends = "a shape") {
  auto known = getKnownElements(value);
  if (!known || known->size() != 1 ||
      !(std::fabs(known->front()) <= float(kMaxElements)))
    return infer.fail("has ", whatDepends, " that depends on data: ", what,
                      " is not one number known when compiling");
  return std::llround(known->front());
}

// The axis among `rank` dimensions, or an error.
static FailureOr<int64_t> needAxis(const Inference &infer, int64_t axis,
                                   int64_t rank) {
  if (std::optional<int64_t> place = resolveAxis(axis, rank))
    return *place;
  return infer.fail("axis ", axis, " is out of range");
}

//===----------------------------------------------------------------------===//
// Order
//===----------------------------------------------------------------------===//

INFER(TopKOp) {
  Inference infer(context, loc, results);
  ValueRange inputs = op.getInputs();
  if (inputs.empty() || inputs.size() > 2)
    return infer.fail("takes 1 or 2 inputs, but has ", inputs.size());
  SmallVector<int64_t> shape(shapeOf(inputs[0]));
  FailureOr<int64_t> axis = needAxis(infer, op.getAxis(), shape.size());
  FailureOr<int64_t> count = int64_t(op.getK());
  if (inputs.size() == 2)
    count = needInteger(infer, inputs[1], "K");
  if (failed(axis) || failed(count))
    return failure();
  if (*count < 1 || *count > shape[*axis])
    return infer.fail("K is ", *count, " of ", shape[*axis], " elements");
  shape[*axis] = *count;
  return success(succeeded(infer.give(shape)) && succeeded(infer.give(shape)));
}

INFER(ArgSortOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  if (failed(needAxis(infer, op.getAxis(), in.size())))
    return failure();
  return infer.give(in);
}

template <typename Op>
static FailureOr<int64_t> sumAxis(const Inference &infer, Op op) {
  ValueRange inputs = op.getInputs();
  if (inputs.empty() || inputs.size() > 2)
    return infer.fail("takes 1 or 2 inputs, but has ", inputs.size());
  FailureOr<int64_t> axis = int64_t(op.getAxis());
  if (inputs.size() == 2)
    axis = needInteger(infer, inputs[1], "the second input", "an axis");
  if (failed(axis))
    return failure();
  return needAxis(infer, *axis, shapeOf(inputs[0]).size());
}

INFER(CumSumOp) {
  Inference infer(context, loc, results);
  if (failed(sumAxis(infer, op)))
    return failure();
  return infer.give(shapeOf(op.getInputs()[0]));
}

std::optional<int64_t> coreml::getAxis(CumSumOp op) {
  SmallVector<Type> none;
  auto axis = sumAxis(Inference(op.getContext(), std::nullopt, none), op);
  return succeeded(axis) ? std::optional(*axis) : std::nullopt;
}

INFER(OneHotOp) {
  Inference infer(context, loc, results);
  ValueRange inputs = op.getInputs();
  if (inputs.empty() || inputs.size() > 2)
    return infer.fail("takes 1 or 2 inputs, but has ", inputs.size());
  SmallVector<int64_t> shape(shapeOf(inputs[0]));
  FailureOr<int64_t> axis = needAxis(infer, op.getAxis(), shape.size() + 1);
  FailureOr<int64_t> size = int64_t(op.getOneHotVectorSize());
  if (inputs.size() == 2)
    size = needInteger(infer, inputs[1], "the size of the vectors");
  if (failed(axis) || failed(size))
    return failure();
  shape.insert(shape.begin() + *axis, *size);
  return infer.give(shape);
}

INFER(SoftmaxNDOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  if (failed(needAxis(infer, op.getAxis(), in.size())))
    return failure();
  return infer.give(in);
}

INFER(LayerNormalizationOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput()),
                    shape = op.getNormalizedShape();
  if (shape.empty() || shape.size() > in.size() ||
      in.take_back(shape.size()) != shape)
    return infer.fail("normalizedShape is not the end of ", formatShape(in));
  if (failed(infer.needShape("gamma", op.getGammaAttr(), shape)) ||
      failed(infer.needShape("beta", op.getBetaAttr(), shape)))
    return failure();
  return infer.give(in);
}

//===----------------------------------------------------------------------===//
// Products and look-ups
//===----------------------------------------------------------------------===//

// The product with constant weights.
template <typename Op>
static LogicalResult giveWeighted(Inference &infer, Op op) {
  SmallVector<int64_t> shape(shapeOf(op.getInputs()[0]));
  if (!op.getWeightsAttr())
    return infer.fail("has one input, but no weights");
  ArrayRef<int64_t> weights = op.getWeightsAttr().getShapedType().getShape();
  if (weights.size() != 2 || weights[1] != shape.back())
    return infer.fail("weights ", formatShape(weights), " do not fit ",
                      shape.back(), " elements in a row");
  if (op.getBiasAttr() &&
      failed(infer.needShape("bias", op.getBiasAttr(), weights[0])))
    return failure();
  shape.back() = weights[0];
  return infer.give(shape);
}

INFER(BatchedMatMulOp) {
  Inference infer(context, loc, results);
  ValueRange inputs = op.getInputs();
  if (inputs.size() == 1)
    return giveWeighted(infer, op);
  if (inputs.size() != 2)
    return infer.fail("takes 1 or 2 inputs, but has ", inputs.size());
  SmallVector<int64_t> a(shapeOf(inputs[0])), b(shapeOf(inputs[1]));
  if (a.size() == 1)
    a.insert(a.begin(), 1);
  if (b.size() == 1)
    b.push_back(1);
  if (op.getTransposeA())
    std::swap(a[a.size() - 1], a[a.size() - 2]);
  if (op.getTransposeB())
    std::swap(b[b.size() - 1], b[b.size() - 2]);
  bool fits = a.back() == b[b.size() - 2];
  int64_t rows = a[a.size() - 2], columns = b.back();
  a.truncate(a.size() - 2);
  b.truncate(b.size() - 2);
  if (a.size() < b.size())
    a.insert(a.begin(), b.size() - a.size(), 1);
  for (size_t i = 0; i < b.size(); ++i) {
    int64_t &size = a[a.size() - 1 - i], other = b[b.size() - 1 - i];
    fits = fits && (size == other || size == 1 || other == 1);
    size = std::max(size, other);
  }
  if (!fits)
    return infer.fail("cannot multiply ", formatShape(shapeOf(inputs[0])),
                      " and ", formatShape(shapeOf(inputs[1])));
  a.append({rows, columns});
  return infer.give(a);
}

INFER(EmbeddingNDOp) {
  Inference infer(context, loc, results);
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  ArrayRef<int64_t> weights = op.getWeights().getShapedType().getShape();
  if (failed(infer.needRank(op.getInput(), 2)))
    return failure();
  if (shape.back() != 1)
    return infer.fail("the last dimension should be 1, but is ", shape.back());
  if (weights.size() != 2)
    return infer.fail("weights should have two dimensions");
  if (op.getBiasAttr() &&
      failed(infer.needShape("bias", op.getBiasAttr(), weights[0])))
    return failure();
  shape.back() = weights[0];
  return infer.give(shape);
}

//===----------------------------------------------------------------------===//
// Gather and scatter
//===----------------------------------------------------------------------===//

// `in` with dimension `axis` replaced by `indices`.
static SmallVector<int64_t> gathered(ArrayRef<int64_t> in,
                                     ArrayRef<int64_t> indices, int64_t axis) {
  SmallVector<int64_t> shape(in.take_front(axis));
  llvm::append_range(shape, indices);
  llvm::append_range(shape, in.drop_front(axis + 1));
  return shape;
}

INFER(GatherOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  FailureOr<int64_t> axis = needAxis(infer, op.getAxis(), in.size());
  if (failed(axis))
    return failure();
  return infer.give(gathered(in, shapeOf(op.getIndices()), *axis));
}

// The shape of the slices that tuples of indices lead to; empty lists become
// one element.
static FailureOr<SmallVector<int64_t>> tupleShape(const Inference &infer,
                                                  ArrayRef<int64_t> in,
                                                  ArrayRef<int64_t> indices) {
  if (indices.back() > int64_t(in.size()))
    return infer.fail("indices are tuples of ", indices.back(), " for ",
                      in.size(), " dimensions");
  SmallVector<int64_t> shape(indices.drop_back());
  llvm::append_range(shape, in.drop_front(indices.back()));
  if (shape.empty())
    shape.push_back(1);
  return shape;
}

INFER(GatherNDOp) {
  Inference infer(context, loc, results);
  auto shape =
      tupleShape(infer, shapeOf(op.getInput()), shapeOf(op.getIndices()));
  if (failed(shape))
    return failure();
  return infer.give(*shape);
}

// Checks that `other` is `in` except for dimension `axis`.
static bool differsAlong(ArrayRef<int64_t> in, ArrayRef<int64_t> other,
                         int64_t axis) {
  return in.size() == other.size() &&
         in.take_front(axis) == other.take_front(axis) &&
         in.drop_front(axis + 1) == other.drop_front(axis + 1);
}

INFER(GatherAlongAxisOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput()),
                    indices = shapeOf(op.getIndices());
  FailureOr<int64_t> axis = needAxis(infer, op.getAxis(), in.size());
  if (failed(axis))
    return failure();
  if (!differsAlong(in, indices, *axis))
    return infer.fail("indices ", formatShape(indices), " do not fit ",
                      formatShape(in));
  return infer.give(indices);
}

// Updates must have the shape `wanted`; the result is the container's.
template <typename Op>
static LogicalResult giveScattered(Inference &infer, Op op,
                                   ArrayRef<int64_t> wanted) {
  ArrayRef<int64_t> updates = shapeOf(op.getUpdates());
  if (updates != wanted)
    return infer.fail("updates should have the shape ", formatShape(wanted),
                      ", but have ", formatShape(updates));
  return infer.give(shapeOf(op.getContainer()));
}

INFER(ScatterOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getContainer());
  FailureOr<int64_t> axis = needAxis(infer, op.getAxis(), in.size());
  if (failed(axis))
    return failure();
  return giveScattered(infer, op,
                       gathered(in, shapeOf(op.getIndices()), *axis));
}

INFER(ScatterNDOp) {
  Inference infer(context, loc, results);
  auto shape =
      tupleShape(infer, shapeOf(op.getContainer()), shapeOf(op.getIndices()));
  if (failed(shape))
    return failure();
  return giveScattered(infer, op, *shape);
}

INFER(ScatterAlongAxisOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getContainer()),
                    indices = shapeOf(op.getIndices());
  FailureOr<int64_t> axis = needAxis(infer, op.getAxis(), in.size());
  if (failed(axis))
    return failure();
  if (!differsAlong(in, indices, *axis))
    return infer.fail("indices ", formatShape(indices), " do not fit ",
                      formatShape(in));
  return giveScattered(infer, op, indices);
}
