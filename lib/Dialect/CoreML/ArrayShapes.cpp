// Shapes of the array layers that move or make elements, and what their
// families share.
#include "Inference.h"

#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::coreml;

// The signature that every rule has.
#define INFER(Op)                                                              \
  LogicalResult Op::inferReturnTypes(MLIRContext *context,                     \
                                     std::optional<Location> loc, Adaptor op,  \
                                     SmallVectorImpl<Type> &results)

std::optional<int64_t> coreml::resolveAxis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return std::nullopt;
  return fromFront(axis, rank);
}

LogicalResult coreml::inferSameShape(MLIRContext *context,
                                     std::optional<Location> loc, Value input,
                                     SmallVectorImpl<Type> &results) {
  return Inference(context, loc, results).give(shapeOf(input));
}

LogicalResult coreml::inferMatrix(MLIRContext *context,
                                  std::optional<Location> loc, Value input,
                                  SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(infer.needRank(input, 2)))
    return failure();
  return infer.give(shapeOf(input));
}

// Widens `shape` so that `other` broadcasts to it too.
static bool broadcast(SmallVectorImpl<int64_t> &shape,
                      ArrayRef<int64_t> other) {
  if (other.size() > shape.size())
    shape.insert(shape.begin(), other.size() - shape.size(), 1);
  for (auto [size, with] : llvm::zip(
           MutableArrayRef<int64_t>(shape).take_back(other.size()), other)) {
    if (size != with && size != 1 && with != 1)
      return false;
    if (size == 1)
      size = with;
  }
  return true;
}

LogicalResult coreml::inferBroadcast(MLIRContext *context,
                                     std::optional<Location> loc,
                                     ValueRange inputs, size_t least,
                                     size_t most,
                                     SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (inputs.size() < least || inputs.size() > most)
    return infer.fail("takes ", least, " to ", most, " inputs, but has ",
                      inputs.size());
  SmallVector<int64_t> shape;
  for (Value input : inputs)
    if (!broadcast(shape, shapeOf(input)))
      return infer.fail("inputs ", formatShape(shapeOf(inputs[0])), " and ",
                        formatShape(shapeOf(input)), " do not broadcast");
  return infer.give(shape);
}

INFER(ClipOp) {
  Inference infer(context, loc, results);
  if (op.getMinVal() > op.getMaxVal())
    return infer.fail("minVal ", op.getMinVal().convertToFloat(),
                      " is above maxVal ", op.getMaxVal().convertToFloat());
  return infer.give(shapeOf(op.getInput()));
}

//===----------------------------------------------------------------------===//
// Reordering and reshapes
//===----------------------------------------------------------------------===//

INFER(ReverseOp) {
  Inference infer(context, loc, results);
  size_t rank = shapeOf(op.getInput()).size(),
         count = op.getReverseDim().size();
  if (count != rank)
    return infer.fail("reverseDim has ", count, " elements, but the input has ",
                      "rank ", rank);
  return infer.give(shapeOf(op.getInput()));
}

INFER(TransposeOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  SmallVector<int64_t> sorted(op.getAxes()), shape;
  llvm::sort(sorted);
  for (auto [index, axis] : llvm::enumerate(sorted))
    if (axis != int64_t(index))
      sorted.clear();
  if (sorted.size() != in.size())
    return infer.fail("axes are no permutation of the ", in.size(),
                      " dimensions of the input");
  for (int64_t axis : op.getAxes())
    shape.push_back(in[axis]);
  return infer.give(shape);
}

// The shape that `target` stands for: 0 keeps a size, one -1 follows.
static LogicalResult giveReshaped(const Inference &infer, Inference &give,
                                  ArrayRef<int64_t> in,
                                  ArrayRef<int64_t> target, StringRef name) {
  SmallVector<int64_t> shape(target);
  int64_t count = *countElements(in), free = -1;
  if (shape.empty())
    return infer.fail(name, " is empty");
  for (auto [index, size] : llvm::enumerate(shape)) {
    if (size == 0 && index < in.size())
      size = in[index];
    if (size == -1 && free < 0)
      free = index;
    else if (size < 1)
      return infer.fail(name, " has the element ", target[index], " in place ",
                        index);
  }
  if (free >= 0) {
    shape[free] = 1;
    std::optional<int64_t> others = countElements(shape);
    if (others && count % *others == 0)
      shape[free] = count / *others;
  }
  if (countElements(shape) != count)
    return infer.fail("cannot reshape ", formatShape(in), " to ",
                      formatShape(target));
  return give.give(shape);
}

INFER(ReshapeStaticOp) {
  Inference infer(context, loc, results);
  return giveReshaped(infer, infer, shapeOf(op.getInput()), op.getTargetShape(),
                      "targetShape");
}

INFER(RankPreservingReshapeOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  if (op.getTargetShape().size() != in.size())
    return infer.fail("targetShape has ", op.getTargetShape().size(),
                      " elements instead of ", in.size());
  return giveReshaped(infer, infer, in, op.getTargetShape(), "targetShape");
}

INFER(ReshapeLikeOp) {
  Inference infer(context, loc, results);
  return giveReshaped(infer, infer, shapeOf(op.getInput()),
                      shapeOf(op.getOther()), "the other shape");
}

// What `value`, an input that holds whole numbers, is known to be.
static FailureOr<SmallVector<int64_t>>
needIntegers(const Inference &infer, Value value, StringRef what) {
  auto elements = getKnownElements(value);
  if (!elements) {
    (void)infer.fail("has a shape that depends on data: ", what,
                     " is not known when compiling");
    return failure();
  }
  SmallVector<int64_t> numbers;
  for (float element : *elements) {
    if (!(std::fabs(element) <= float(kMaxElements))) {
      (void)infer.fail(what, " has the element ", element);
      return failure();
    }
    numbers.push_back(std::llround(element));
  }
  return numbers;
}

INFER(ReshapeDynamicOp) {
  Inference infer(context, loc, results);
  auto target = needIntegers(infer, op.getOther(), "the target shape");
  if (failed(target))
    return failure();
  return giveReshaped(infer, infer, shapeOf(op.getInput()), *target,
                      "the target shape");
}

INFER(ExpandDimsOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  int64_t rank = in.size() + op.getAxes().size();
  SmallVector<bool> isNew(rank, false);
  for (int64_t axis : op.getAxes()) {
    std::optional<int64_t> place = resolveAxis(axis, rank);
    if (!place || isNew[*place])
      return infer.fail("axis ", axis, " is out of range or repeated");
    isNew[*place] = true;
  }
  SmallVector<int64_t> shape;
  for (bool unit : isNew) {
    shape.push_back(unit ? 1 : in.front());
    if (!unit)
      in = in.drop_front();
  }
  return infer.give(shape);
}

INFER(SqueezeOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  SmallVector<bool> drop(in.size(), false);
  for (int64_t axis : op.getAxes()) {
    std::optional<int64_t> place = resolveAxis(axis, in.size());
    if (!place || in[*place] != 1)
      return infer.fail("axis ", axis, " is no dimension of size 1 of ",
                        formatShape(in));
    drop[*place] = true;
  }
  SmallVector<int64_t> shape;
  for (auto [index, size] : llvm::enumerate(in))
    if (!drop[index] && !(op.getSqueezeAll() && size == 1))
      shape.push_back(size);
  if (shape.empty())
    shape.push_back(1);
  return infer.give(shape);
}

INFER(FlattenTo2DOp) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  int64_t rank = in.size(), axis = fromFront(op.getAxis(), rank);
  // An axis behind the last dimension is allowed here.
  if (axis < 0 || axis > rank)
    return infer.fail("axis ", int64_t(op.getAxis()), " is out of range");
  SmallVector<int64_t> shape = {1, 1};
  for (auto [index, size] : llvm::enumerate(in))
    shape[int64_t(index) >= axis] *= size;
  return infer.give(shape);
}

//===----------------------------------------------------------------------===//
// Joining and cutting
//===----------------------------------------------------------------------===//

INFER(ConcatNDOp) {
  Inference infer(context, loc, results);
  ValueRange inputs = op.getInputs();
  if (inputs.empty())
    return infer.fail("needs an input");
  SmallVector<int64_t> shape(shapeOf(inputs[0]));
  std::optional<int64_t> axis = resolveAxis(op.getAxis(), shape.size());
  if (!axis)
    return infer.fail("axis ", int64_t(op.getAxis()), " is out of range");
  for (Value input : inputs.drop_front()) {
    ArrayRef<int64_t> other = shapeOf(input);
    bool fits = other.size() == shape.size();
    for (size_t i = 0; fits && i < shape.size(); ++i)
      fits = (int64_t(i) == *axis && !op.getInterleave()) ||
             shapeOf(inputs[0])[i] == other[i];
    if (!fits)
      return infer.fail("inputs ", formatShape(shapeOf(inputs[0])), " and ",
                        formatShape(other), " do not fit together");
    shape[*axis] += other[*axis];
  }
  return infer.give(shape);
}

INFER(SplitNDOp) {
  Inference infer(context, loc, results);
  SmallVector<int64_t> shape(shapeOf(op.getInput())), sizes(op.getSplitSizes());
  std::optional<int64_t> axis = resolveAxis(op.getAxis(), shape.size());
  if (!axis)
    return infer.fail("axis ", int64_t(op.getAxis()), " is out of range");
  int64_t whole = shape[*axis], parts = op.getNumSplits(), sum = 0;
  if (sizes.empty()) {
    // A layer names each of its outputs, so there are not millions.
    constexpr int64_t kMaxParts = int64_t(1) << 16;
    if (parts < 1 || parts > kMaxParts || parts > whole)
      return infer.fail("cannot cut ", whole, " elements into ", parts,
                        " parts");
    // As numpy.array_split: the first parts are larger by one.
    sizes.assign(parts, whole / parts);
    for (int64_t &size : MutableArrayRef(sizes).take_front(whole % parts))
      ++size;
  }
  for (int64_t size : sizes)
    if (size < 1 || (sum += size) > whole)
      return infer.fail("splitSizes do not add up to ", whole);
  if (sum != whole)
    return infer.fail("splitSizes do not add up to ", whole);
  for (int64_t size : sizes) {
    shape[*axis] = size;
    if (failed(infer.give(shape)))
      return failure();
  }
  return success();
}

INFER(StackOp) {
  Inference infer(context, loc, results);
  ValueRange inputs = op.getInputs();
  if (inputs.empty())
    return infer.fail("needs an input");
  SmallVector<int64_t> shape(shapeOf(inputs[0]));
  std::optional<int64_t> axis = resolveAxis(op.getAxis(), shape.size() + 1);
  if (!axis)
    return infer.fail("axis ", int64_t(op.getAxis()), " is out of range");
  for (Value input : inputs)
    if (shapeOf(input) != ArrayRef(shape))
      return infer.fail("inputs ", formatShape(shape), " and ",
                        formatShape(shapeOf(input)), " differ in shape");
  shape.insert(shape.begin() + *axis, int64_t(inputs.size()));
  return infer.give(shape);
}

template <typename Op>
static FailureOr<SmallVector<int64_t>> repetitions(const Inference &infer,
                                                   Op op) {
  ValueRange inputs = op.getInputs();
  if (inputs.empty() || inputs.size() > 2)
    return infer.fail("takes 1 or 2 inputs, but has ", inputs.size());
  SmallVector<int64_t> reps(op.getReps());
  if (inputs.size() == 2) {
    auto known = needIntegers(infer, inputs[1], "the number of repetitions");
    if (failed(known))
      return failure();
    reps = *known;
  }
  size_t rank = shapeOf(inputs[0]).size();
  if (reps.size() > rank)
    return infer.fail("reps has ", reps.size(), " elements for ", rank,
                      " dimensions");
  for (int64_t count : reps)
    if (count < 1 || count > kMaxElements)
      return infer.fail("reps has the element ", count);
  reps.insert(reps.begin(), rank - reps.size(), 1);
  return reps;
}

INFER(TileOp) {
  Inference infer(context, loc, results);
  auto reps = repetitions(infer, op);
  if (failed(reps))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInputs()[0]));
  for (auto [size, count] : llvm::zip(shape, *reps))
    size *= count;
  return infer.give(shape);
}

// Inference without a place for errors, to ask again what was checked.
static Inference silent(Operation *op, SmallVectorImpl<Type> &results) {
  return Inference(op->getContext(), std::nullopt, results);
}

std::optional<SmallVector<int64_t>> coreml::getRepetitions(TileOp op) {
  SmallVector<Type> none;
  auto reps = repetitions(silent(op, none), op);
  return succeeded(reps) ? std::optional(*reps) : std::nullopt;
}

template <typename Op>
static FailureOr<SmallVector<int64_t>> padAmounts(const Inference &infer,
                                                  Op op) {
  ValueRange inputs = op.getInputs();
  if (inputs.empty() || inputs.size() > 2)
    return infer.fail("takes 1 or 2 inputs, but has ", inputs.size());
  SmallVector<int64_t> amounts(op.getPadAmounts());
  if (inputs.size() == 2) {
    auto known = needIntegers(infer, inputs[1], "the amount of padding");
    if (failed(known))
      return failure();
    amounts = *known;
  }
  ArrayRef<int64_t> in = shapeOf(inputs[0]);
  if (failed(infer.needList("padAmounts", amounts, 2 * in.size(), 0)))
    return failure();
  if (op.getPadToGivenOutputSizeMode())
    for (size_t i = 0; i < in.size(); ++i) {
      int64_t *pair = &amounts[2 * i];
      if (pair[0] && pair[1])
        return infer.fail("padAmounts has sizes for both sides of dimension ",
                          i);
      for (int side : {0, 1})
        pair[side] = std::max<int64_t>(0, pair[side] - in[i]);
    }
  return amounts;
}

INFER(ConstantPadOp) {
  Inference infer(context, loc, results);
  auto amounts = padAmounts(infer, op);
  if (failed(amounts))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInputs()[0]));
  for (auto [i, size] : llvm::enumerate(shape))
    size += (*amounts)[2 * i] + (*amounts)[2 * i + 1];
  return infer.give(shape);
}

std::optional<SmallVector<int64_t>> coreml::getPadAmounts(ConstantPadOp op) {
  SmallVector<Type> none;
  auto amounts = padAmounts(silent(op, none), op);
  return succeeded(amounts) ? std::optional(*amounts) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Constants and copies
//===----------------------------------------------------------------------===//

INFER(LoadConstantNDOp) {
  return Inference(context, loc, results)
      .give(op.getData().getShapedType().getShape());
}

INFER(FillStaticOp) {
  Inference infer(context, loc, results);
  if (op.getTargetShape().empty())
    return infer.fail("targetShape is empty");
  return infer.give(op.getTargetShape());
}

INFER(FillDynamicOp) {
  Inference infer(context, loc, results);
  auto shape = needIntegers(infer, op.getInput(), "the target shape");
  if (failed(shape))
    return failure();
  return infer.give(*shape);
}

static LogicalResult giveBroadcast(Inference &infer, ArrayRef<int64_t> in,
                                   ArrayRef<int64_t> target) {
  SmallVector<int64_t> shape(target);
  // As numpy does, with the reading that the target may have ones itself.
  if (!broadcast(shape, in) || shape.size() != target.size())
    return infer.fail(formatShape(in), " does not broadcast to ",
                      formatShape(target));
  return infer.give(shape);
}

INFER(BroadcastToStaticOp) {
  Inference infer(context, loc, results);
  return giveBroadcast(infer, shapeOf(op.getInput()), op.getTargetShape());
}

INFER(BroadcastToLikeOp) {
  Inference infer(context, loc, results);
  return giveBroadcast(infer, shapeOf(op.getInput()), shapeOf(op.getOther()));
}

INFER(BroadcastToDynamicOp) {
  Inference infer(context, loc, results);
  auto shape = needIntegers(infer, op.getOther(), "the target shape");
  if (failed(shape))
    return failure();
  return giveBroadcast(infer, shapeOf(op.getInput()), *shape);
}

INFER(GetShapeOp) {
  return Inference(context, loc, results)
      .give({int64_t(shapeOf(op.getInput()).size())});
}

INFER(WhereNonZeroOp) {
  Inference infer(context, loc, results);
  auto elements = getKnownElements(op.getInput());
  if (!elements)
    return infer.fail("how many elements are not 0 is not known when "
                      "compiling, and the file gives no bound");
  int64_t count = llvm::count_if(*elements, [](float x) { return x != 0; });
  if (count == 0)
    return infer.fail("no element is other than 0");
  return infer.give({count, int64_t(shapeOf(op.getInput()).size())});
}

static LogicalResult giveRange(Inference &infer, double start, double end,
                               double step) {
  double count = std::ceil((end - start) / step);
  if (!(count >= 1 && count <= double(kMaxElements)))
    return infer.fail("nothing lies between startValue ", start,
                      " and endValue ", end, " in steps of ", step);
  return infer.give({int64_t(count)});
}

INFER(RangeStaticOp) {
  Inference infer(context, loc, results);
  return giveRange(infer, op.getStartValue().convertToFloat(),
                   op.getEndValue().convertToFloat(),
                   op.getStepSizeValue().convertToFloat());
}

// end, start, step.
template <typename Op>
static FailureOr<std::array<float, 3>> rangeOf(const Inference &infer, Op op) {
  ValueRange inputs = op.getInputs();
  if (inputs.empty() || inputs.size() > 3)
    return infer.fail("takes 1 to 3 inputs, but has ", inputs.size());
  std::array<float, 3> numbers = {0, op.getStartValue().convertToFloat(),
                                  op.getStepSizeValue().convertToFloat()};
  for (auto [index, input] : llvm::enumerate(inputs)) {
    auto known = getKnownElements(input);
    if (!known || known->size() != 1)
      return infer.fail("has a shape that depends on data: input #", index,
                        " is not one number known when compiling");
    numbers[index] = known->front();
  }
  return numbers;
}

INFER(RangeDynamicOp) {
  Inference infer(context, loc, results);
  auto range = rangeOf(infer, op);
  if (failed(range))
    return failure();
  return giveRange(infer, (*range)[1], (*range)[0], (*range)[2]);
}

std::optional<std::pair<float, float>> coreml::getRange(RangeDynamicOp op) {
  SmallVector<Type> none;
  auto range = rangeOf(silent(op, none), op);
  if (failed(range))
    return std::nullopt;
  return std::pair((*range)[1], (*range)[2]);
}
