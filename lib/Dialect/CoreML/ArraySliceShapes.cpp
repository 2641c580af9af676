// Shapes of the array layers that take boxes and windows out of a value.
#include "Inference.h"

#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::coreml;

#define INFER(Op)                                                              \
  LogicalResult Op::inferReturnTypes(MLIRContext *context,                     \
                                     std::optional<Location> loc, Adaptor op,  \
                                     SmallVectorImpl<Type> &results)

namespace {
// What sliceStatic has as attributes and sliceDynamic maybe as inputs.
struct Bounds {
  SmallVector<int64_t> begin, end, stride;
  SmallVector<bool> beginMask, endMask, squeeze;
};
} // namespace

// Resolves as numpy does; nothing where a list has another length than `in`,
// a stride is 0 or nothing lies in a range.
static FailureOr<BoxRange> resolve(const Inference &infer, Bounds bounds,
                                   ArrayRef<int64_t> in) {
  size_t rank = in.size();
  auto fill = [&](auto &list, auto value) {
    if (list.empty())
      list.assign(rank, value);
    return list.size() == rank;
  };
  // Masks may be left out; so may ends whose masks are all set.
  bool fits = fill(bounds.beginMask, false) && fill(bounds.endMask, false) &&
              fill(bounds.squeeze, false) && fill(bounds.stride, 1) &&
              fill(bounds.end, 0) && fill(bounds.begin, 0);
  if (!fits)
    return infer.fail("bounds, strides and masks must have ", rank,
                      " elements, one for each dimension");
  BoxRange box;
  for (size_t i = 0; i < rank; ++i) {
    int64_t size = in[i], stride = bounds.stride[i];
    auto clamped = [&](int64_t at, int64_t low, int64_t high) {
      return std::clamp<int64_t>(at < 0 ? at + size : at, low, high);
    };
    box.squeezed.push_back(bounds.squeeze[i]);
    if (bounds.squeeze[i]) {
      int64_t at = bounds.beginMask[i] ? 0 : fromFront(bounds.begin[i], size);
      if (at < 0 || at >= size)
        return infer.fail("beginIds has ", bounds.begin[i], " for dimension ",
                          i, " of ", size, " elements");
      box.begin.push_back(at);
      box.stride.push_back(1);
      box.size.push_back(1);
      continue;
    }
    if (stride == 0 || stride > kMaxElements || stride < -kMaxElements)
      return infer.fail("strides has the element ", stride);
    bool forward = stride > 0;
    int64_t low = forward ? 0 : -1, high = forward ? size : size - 1;
    int64_t begin = bounds.beginMask[i] ? (forward ? 0 : size - 1)
                                        : clamped(bounds.begin[i], low, high);
    int64_t end = bounds.endMask[i] ? (forward ? size : -1)
                                    : clamped(bounds.end[i], low, high);
    int64_t reach = forward ? end - begin : begin - end;
    if (reach <= 0)
      return infer.fail("nothing lies between ", begin, " and ", end,
                        " of dimension ", i);
    box.begin.push_back(begin);
    box.stride.push_back(stride);
    box.size.push_back(llvm::divideCeil(reach, std::abs(stride)));
  }
  return box;
}

static LogicalResult give(Inference &infer, const FailureOr<BoxRange> &box) {
  if (failed(box))
    return failure();
  SmallVector<int64_t> shape;
  for (auto [size, squeezed] : llvm::zip(box->size, box->squeezed))
    if (!squeezed)
      shape.push_back(size);
  if (shape.empty())
    shape.push_back(1);
  return infer.give(shape);
}

template <typename Op> static Bounds attributesOf(Op op) {
  Bounds bounds;
  bounds.end.assign(op.getEndIds().begin(), op.getEndIds().end());
  bounds.stride.assign(op.getStrides().begin(), op.getStrides().end());
  bounds.beginMask.assign(op.getBeginMasks().begin(), op.getBeginMasks().end());
  bounds.endMask.assign(op.getEndMasks().begin(), op.getEndMasks().end());
  bounds.squeeze.assign(op.getSqueezeMasks().begin(),
                        op.getSqueezeMasks().end());
  return bounds;
}

template <typename Op>
static FailureOr<BoxRange> staticBox(const Inference &infer, Op op) {
  Bounds bounds = attributesOf(op);
  bounds.begin.assign(op.getBeginIds().begin(), op.getBeginIds().end());
  return resolve(infer, bounds, shapeOf(op.getInput()));
}

template <typename Op>
static FailureOr<BoxRange> dynamicBox(const Inference &infer, Op op) {
  ValueRange inputs = op.getInputs();
  if (inputs.size() < 2 || inputs.size() > 7)
    return infer.fail("takes 2 to 7 inputs, but has ", inputs.size());
  Bounds bounds = attributesOf(op);
  SmallVector<int64_t> *indices[] = {&bounds.begin, &bounds.end,
                                     &bounds.stride};
  SmallVector<bool> *masks[] = {&bounds.beginMask, &bounds.endMask,
                                &bounds.squeeze};
  for (auto [index, input] : llvm::enumerate(inputs.drop_front())) {
    auto known = getKnownElements(input);
    if (!known)
      return infer.fail("has a shape that depends on data: input #", index + 1,
                        " is not known when compiling");
    if (index < 3)
      indices[index]->clear();
    else
      masks[index - 3]->clear();
    for (float element : *known) {
      if (!(std::fabs(element) <= float(kMaxElements)))
        return infer.fail("input #", index + 1, " has the element ", element);
      if (index < 3)
        indices[index]->push_back(std::llround(element));
      else
        masks[index - 3]->push_back(element != 0);
    }
  }
  return resolve(infer, bounds, shapeOf(inputs[0]));
}

INFER(SliceStaticOp) {
  Inference infer(context, loc, results);
  return give(infer, staticBox(infer, op));
}

INFER(SliceDynamicOp) {
  Inference infer(context, loc, results);
  return give(infer, dynamicBox(infer, op));
}

std::optional<BoxRange> coreml::getBox(SliceStaticOp op) {
  SmallVector<Type> none;
  auto box = staticBox(Inference(op.getContext(), std::nullopt, none), op);
  return succeeded(box) ? std::optional(*box) : std::nullopt;
}

std::optional<BoxRange> coreml::getBox(SliceDynamicOp op) {
  SmallVector<Type> none;
  auto box = dynamicBox(Inference(op.getContext(), std::nullopt, none), op);
  return succeeded(box) ? std::optional(*box) : std::nullopt;
}

INFER(SliceBySizeOp) {
  Inference infer(context, loc, results);
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  std::optional<int64_t> axis = resolveAxis(op.getAxis(), shape.size());
  if (!axis)
    return infer.fail("axis ", int64_t(op.getAxis()), " is out of range");
  if (countElements(shapeOf(op.getOther())) != 1)
    return infer.fail("the begin should be one number, but has the shape ",
                      formatShape(shapeOf(op.getOther())));
  int64_t size = op.getSize();
  if (size < 1 || size > shape[*axis])
    return infer.fail("size is ", size, " of ", shape[*axis], " elements");
  shape[*axis] = size;
  return infer.give(shape);
}

INFER(ReverseSeqOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  std::optional<int64_t> batch = resolveAxis(op.getBatchAxis(), in.size()),
                         sequence =
                             resolveAxis(op.getSequenceAxis(), in.size());
  if (!batch || !sequence || *batch == *sequence)
    return infer.fail("batchAxis ", int64_t(op.getBatchAxis()),
                      " and sequenceAxis ", int64_t(op.getSequenceAxis()),
                      " are no two dimensions of ", formatShape(in));
  if (countElements(shapeOf(op.getOther())) != in[*batch])
    return infer.fail("there are ", in[*batch], " sequences, but the lengths ",
                      "have the shape ", formatShape(shapeOf(op.getOther())));
  return infer.give(in);
}

INFER(SlidingWindowsOp) {
  Inference infer(context, loc, results);
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  std::optional<int64_t> axis = resolveAxis(op.getAxis(), shape.size());
  int64_t window = op.getWindowSize(), step = op.getStep();
  if (!axis)
    return infer.fail("axis ", int64_t(op.getAxis()), " is out of range");
  if (window < 1 || window > shape[*axis] || step < 1)
    return infer.fail("windowSize ", window, " and step ", step, " do not fit ",
                      shape[*axis], " elements");
  shape[*axis] = (shape[*axis] - window) / step + 1;
  shape.insert(shape.begin() + *axis + 1, window);
  return infer.give(shape);
}
