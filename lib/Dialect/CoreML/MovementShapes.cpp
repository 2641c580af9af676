// Shapes of layers that only move elements.
#include "Inference.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::coreml;

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> loc,
                                         Adaptor op,
                                         SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ValueRange inputs = op.getInputs();
  if (inputs.empty())
    return infer.fail("needs an input");
  int64_t fromEnd = op.getSequenceConcat() ? 5 : 3;
  if (failed(infer.needRank(inputs[0], fromEnd)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(inputs[0]));
  size_t axis = shape.size() - fromEnd;
  for (Value input : inputs.drop_front()) {
    ArrayRef<int64_t> other = shapeOf(input);
    bool fits = other.size() == shape.size();
    for (size_t i = 0; fits && i < shape.size(); ++i)
      fits = i == axis || shape[i] == other[i];
    if (!fits)
      return infer.fail("inputs ", formatShape(shapeOf(inputs[0])), " and ",
                        formatShape(other), " differ beyond the ",
                        op.getSequenceConcat() ? "sequence" : "channels");
    shape[axis] += other[axis];
  }
  return infer.give(shape);
}

LogicalResult SplitOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location> loc, Adaptor op,
                                        SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  int64_t parts = op.getNOutputs();
  if (failed(infer.needRank(op.getInput(), 3)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  int64_t &channels = shape[shape.size() - 3];
  if (parts < 1 || channels % parts)
    return infer.fail("cannot cut ", channels, " channels into ", parts,
                      " equal parts");
  channels /= parts;
  for (int64_t i = 0; i < parts; ++i)
    if (failed(infer.give(shape)))
      return failure();
  return success();
}

template <typename Op>
static SliceRange resolveSlice(Op op, ArrayRef<int64_t> shape) {
  SliceRange range;
  range.axis = shape.size() - 3 + static_cast<unsigned>(op.getAxis());
  int64_t size = shape[range.axis];
  int64_t begin = op.getStartIndex(), end = op.getEndIndex();
  range.begin = std::clamp<int64_t>(begin < 0 ? begin + size : begin, 0, size);
  end = std::clamp<int64_t>(end <= 0 ? end + size : end, 0, size);
  range.stride = op.getStride();
  range.size = end <= range.begin
                   ? 0
                   : llvm::divideCeil(end - range.begin, range.stride);
  return range;
}

SliceRange coreml::getSliceRange(SliceOp op) {
  return resolveSlice(op, shapeOf(op.getInput()));
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location> loc, Adaptor op,
                                        SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  int64_t stride = op.getStride();
  // Channels are the third dimension from the end, columns the first.
  if (failed(infer.needRank(op.getInput(), 3 - int64_t(op.getAxis()))) ||
      failed(infer.needList("stride", stride, 1, 1)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  SliceRange range = resolveSlice(op, shape);
  if (range.size == 0)
    return infer.fail("nothing lies between startIndex ", op.getStartIndex(),
                      " and endIndex ", op.getEndIndex(), " of ",
                      shape[range.axis], " elements");
  shape[range.axis] = range.size;
  return infer.give(shape);
}

LogicalResult
ReorganizeDataOp::inferReturnTypes(MLIRContext *context,
                                   std::optional<Location> loc, Adaptor op,
                                   SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  // A larger block than 2^15 has more pixels than any value has elements.
  int64_t block = op.getBlockSize();
  if (block < 1 || block > (1 << 15))
    return infer.fail("blockSize is ", block);
  if (failed(infer.needRank(op.getInput(), 3)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  int64_t &channels = shape[shape.size() - 3];
  int64_t &height = shape[shape.size() - 2], &width = shape[shape.size() - 1];
  if (op.getMode() == ReorganizationType::SPACE_TO_DEPTH) {
    if (height % block || width % block)
      return infer.fail("blockSize ", block, " does not divide ", height, "x",
                        width);
    channels *= block * block;
    height /= block;
    width /= block;
  } else {
    if (channels % (block * block))
      return infer.fail("the square of blockSize ", block,
                        " does not divide the ", channels, " channels");
    channels /= block * block;
    height *= block;
    width *= block;
  }
  return infer.give(shape);
}

/// Seq, C, H and W among the dimensions of a value of rank 5, or for rank 4
/// the first and the last three.
static SmallVector<int64_t> permute(ArrayRef<int64_t> axis, int64_t rank) {
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < rank; ++i)
    order.push_back(i);
  auto position = [&](int64_t i) { return i == 0 ? 0 : rank - 4 + i; };
  for (int64_t i = 0; i < 4; ++i)
    order[position(i)] = position(axis[i]);
  return order;
}

SmallVector<int64_t> coreml::getPermutation(PermuteOp op) {
  return permute(op.getAxis(), op.getInput().getType().getRank());
}

LogicalResult PermuteOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          Adaptor op,
                                          SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> input = shapeOf(op.getInput());
  if (input.size() != 4 && input.size() != 5)
    return infer.fail("needs an input of rank 5, but has rank ", input.size());
  SmallVector<int64_t> sorted(op.getAxis());
  llvm::sort(sorted);
  if (sorted != SmallVector<int64_t>{0, 1, 2, 3})
    return infer.fail("axis is no permutation of 0, 1, 2 and 3");
  SmallVector<int64_t> shape;
  for (int64_t from : permute(op.getAxis(), input.size()))
    shape.push_back(input[from]);
  return infer.give(shape);
}

LogicalResult ReshapeOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          Adaptor op,
                                          SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> input = shapeOf(op.getInput());
  ArrayRef<int64_t> target = op.getTargetShape();
  if (failed(infer.needRank(op.getInput(), 4)))
    return failure();
  if (target.size() != 3 && target.size() != 4)
    return infer.fail("targetShape has ", target.size(),
                      " elements instead of 3 (C, H, W) or 4 (Seq, C, H, W)");
  // One -1 stands for what the others leave.
  SmallVector<int64_t> shape(input);
  llvm::copy(target.take_back(3), shape.end() - 3);
  if (target.size() == 4)
    shape[0] = target[0];
  int64_t count = *countElements(input);
  auto *free = llvm::find(shape, -1);
  bool isFree = free != shape.end();
  if (isFree) {
    *free = 1;
    std::optional<int64_t> others = countElements(shape);
    if (others && count % *others == 0)
      *free = count / *others;
  } else if (failed(infer.needList("targetShape", target, target.size(), 1))) {
    return failure();
  }
  if (countElements(shape) != count)
    return infer.fail("cannot reshape ", formatShape(input), " to ",
                      formatShape(isFree ? target : ArrayRef(shape)));
  return infer.give(shape);
}

LogicalResult FlattenOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          Adaptor op,
                                          SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(infer.needRank(op.getInput(), 3)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  size_t rank = shape.size();
  shape[rank - 3] *= shape[rank - 2] * shape[rank - 1];
  shape[rank - 2] = shape[rank - 1] = 1;
  return infer.give(shape);
}
