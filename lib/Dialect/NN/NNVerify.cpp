// What makes an nn op well formed.
#include "mlc/Dialect/NN/NN.h"

#include "llvm/ADT/STLExtras.h"
#include <numeric>

using namespace mlir;
using namespace mlir::nn;

bool nn::broadcastsTo(ArrayRef<int64_t> from, ArrayRef<int64_t> to) {
  if (from.size() > to.size())
    return false;
  for (auto [have, want] : llvm::zip(from, to.take_back(from.size())))
    if (have != want && have != 1)
      return false;
  return true;
}

bool nn::isScalarOp(Operation *op) {
  if (!isa<arith::ArithDialect, math::MathDialect>(op->getDialect()))
    return false;
  auto isScalar = [](Type type) { return type.isIntOrIndexOrFloat(); };
  return op->getNumRegions() == 0 &&
         llvm::all_of(op->getOperandTypes(), isScalar) &&
         llvm::all_of(op->getResultTypes(), isScalar);
}

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

// Checks a scalar region whose first `leading` arguments are f32 elements and
// whose others are the elements of `inputs`, broadcast to `shape`.
static LogicalResult verifyScalarRegion(Operation *op, Region &region,
                                        StringRef what, unsigned leading,
                                        ValueRange inputs,
                                        ArrayRef<int64_t> shape) {
  if (region.empty()) {
    if (!inputs.empty())
      return op->emitOpError() << what << " has inputs but no region";
    return success();
  }
  if (!region.hasOneBlock())
    return op->emitOpError() << what << " must have one block";
  Block &block = region.front();
  if (block.getNumArguments() != leading + inputs.size())
    return op->emitOpError() << what << " takes " << leading + inputs.size()
                             << " elements, its block has "
                             << block.getNumArguments() << " arguments";
  for (unsigned i = 0; i < leading; ++i)
    if (!block.getArgument(i).getType().isF32())
      return op->emitOpError() << what << " argument #" << i << " must be f32";
  for (auto [index, input] : llvm::enumerate(inputs)) {
    auto type = cast<RankedTensorType>(input.getType());
    if (block.getArgument(leading + index).getType() != type.getElementType())
      return op->emitOpError()
             << what << " argument #" << leading + index << " must be "
             << type.getElementType() << ", as its input";
    if (!broadcastsTo(type.getShape(), shape))
      return op->emitOpError()
             << what << " input " << type
             << " does not broadcast to the shape [" << shape << "]";
  }
  for (Operation &inner : block.without_terminator())
    if (!isScalarOp(&inner))
      return inner.emitOpError() << "is not scalar work and cannot be in the "
                                 << what << " of '" << op->getName() << "'";
  if (!isa_and_nonnull<YieldOp>(block.getTerminator()))
    return op->emitOpError() << what << " must end with nn.yield";
  return success();
}

LogicalResult nn::detail::verifyFusableOp(Operation *op) {
  auto fusable = cast<FusableOpInterface>(op);
  if (failed(verifyScalarRegion(op, fusable.getPrologue(), "prologue", 1,
                                fusable.getPrologueInputs(),
                                fusable.getMainInputType().getShape())))
    return failure();
  return verifyScalarRegion(op, fusable.getEpilogue(), "epilogue", 1,
                            fusable.getEpilogueInputs(),
                            fusable.getMainResultType().getShape());
}

LogicalResult MapOp::verify() {
  return verifyScalarRegion(*this, getBody(), "body", 0, getInputs(),
                            getType().getShape());
}

//===----------------------------------------------------------------------===//
// Linear ops
//===----------------------------------------------------------------------===//

static LogicalResult verifyArray(Operation *op, StringRef name,
                                 ArrayRef<int64_t> values, size_t size,
                                 int64_t least) {
  if (values.size() != size)
    return op->emitOpError()
           << name << " needs " << size << " numbers, has " << values.size();
  for (int64_t value : values)
    if (value < least)
      return op->emitOpError()
             << name << " must be at least " << least << ", is " << value;
  return success();
}

static LogicalResult verifyWindowArrays(Operation *op,
                                        ArrayRef<int64_t> strides,
                                        ArrayRef<int64_t> dilations,
                                        int64_t groups) {
  if (failed(verifyArray(op, "strides", strides, 2, 1)) ||
      failed(verifyArray(op, "dilations", dilations, 2, 1)))
    return failure();
  if (groups < 1)
    return op->emitOpError("groups must be positive");
  return success();
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyWindowArrays(*this, getStrides(), getDilations(),
                                getGroups())) ||
      failed(verifyArray(*this, "padding", getPadding(), 4, 0)) ||
      (getMaxPool() &&
       failed(verifyArray(*this, "max_pool", *getMaxPool(), 2, 1))))
    return failure();
  ArrayRef<int64_t> in = shapeOf(getInput()), filter = shapeOf(getFilter()),
                    out = getType().getShape();
  if (filter.size() != 4)
    return emitOpError("filter must be [KH, KW, C/groups, O]");
  int64_t groups = getGroups();
  if (in[3] != filter[2] * groups)
    return emitOpError() << "input has " << in[3] << " channels, filter and "
                         << "groups want " << filter[2] * groups;
  if (out[3] != filter[3] || out[3] % groups)
    return emitOpError() << "result has " << out[3]
                         << " channels, filter makes " << filter[3] << " in "
                         << groups << " groups";
  if (out[0] != in[0])
    return emitOpError("batch sizes differ");
  for (unsigned i = 0; i < 2; ++i) {
    int64_t reach = (filter[i] - 1) * getDilations()[i] + 1;
    int64_t padded = in[1 + i] + getPadding()[2 * i] + getPadding()[2 * i + 1];
    int64_t windows = (padded - reach) / getStrides()[i] + 1;
    if (padded < reach || out[1 + i] != windows / getPoolWindow()[i])
      return emitOpError() << (i ? "columns" : "rows")
                           << " of the result do not follow from the input";
  }
  return success();
}

bool Conv2DOp::isPointwise() {
  auto all = [](ArrayRef<int64_t> values, int64_t wanted) {
    return llvm::all_of(values, [=](int64_t value) { return value == wanted; });
  };
  return all(shapeOf(getFilter()).take_front(2), 1) && all(getStrides(), 1) &&
         all(getPadding(), 0) && !getMaxPool();
}

LogicalResult ConvTranspose2DOp::verify() {
  if (failed(verifyWindowArrays(*this, getStrides(), getDilations(),
                                getGroups())) ||
      failed(verifyArray(*this, "padding", getPadding(), 2, INT32_MIN)))
    return failure();
  ArrayRef<int64_t> in = shapeOf(getInput()), filter = shapeOf(getFilter()),
                    out = getType().getShape();
  if (filter.size() != 4 || in[3] != filter[2] ||
      out[3] != filter[3] * int64_t(getGroups()) || in[3] % getGroups())
    return emitOpError("filter must be [KH, KW, C, O/groups]");
  if (out[0] != in[0])
    return emitOpError("batch sizes differ");
  return success();
}

LogicalResult MatMulOp::verify() {
  ArrayRef<int64_t> lhs = shapeOf(getLhs()), rhs = shapeOf(getRhs()),
                    out = getType().getShape();
  if (lhs.size() < 2 || rhs.size() < 2 || out.size() < 2)
    return emitOpError("operands and result need at least two dimensions");
  if (lhs.back() != rhs[rhs.size() - 2])
    return emitOpError() << "inner extents differ: " << lhs.back() << " and "
                         << rhs[rhs.size() - 2];
  if (out.back() != rhs.back() || out[out.size() - 2] != lhs[lhs.size() - 2])
    return emitOpError("result must be [..., m, n]");
  ArrayRef<int64_t> batch = out.drop_back(2);
  if (!broadcastsTo(lhs.drop_back(2), batch) ||
      !broadcastsTo(rhs.drop_back(2), batch))
    return emitOpError("leading dimensions do not broadcast to the result's");
  return success();
}

//===----------------------------------------------------------------------===//
// Windows and reductions
//===----------------------------------------------------------------------===//

LogicalResult Pool2DOp::verify() {
  if (failed(verifyArray(*this, "window", getWindow(), 2, 1)) ||
      failed(verifyArray(*this, "strides", getStrides(), 2, 1)) ||
      failed(verifyArray(*this, "padding", getPadding(), 4, 0)))
    return failure();
  if (auto counted = getCountedPadding()) {
    if (getKind() != PoolKind::Average)
      return emitOpError("only average pooling counts padding");
    if (failed(verifyArray(*this, "counting", *counted, 4, 0)))
      return failure();
  }
  ArrayRef<int64_t> in = shapeOf(getInput()), out = getType().getShape();
  if (in[0] != out[0] || in[3] != out[3])
    return emitOpError("batch and channels must not change");
  for (unsigned i = 0; i < 2; ++i) {
    int64_t padded = in[1 + i] + getPadding()[2 * i] + getPadding()[2 * i + 1];
    if (padded < getWindow()[i] ||
        out[1 + i] != (padded - getWindow()[i]) / getStrides()[i] + 1)
      return emitOpError() << (i ? "columns" : "rows")
                           << " of the result do not follow from the input";
  }
  return success();
}

static LogicalResult verifyAxes(Operation *op, ArrayRef<int64_t> axes,
                                int64_t rank) {
  if (axes.empty())
    return op->emitOpError("needs at least one axis");
  for (auto [index, axis] : llvm::enumerate(axes))
    if (axis < 0 || axis >= rank || (index && axis <= axes[index - 1]))
      return op->emitOpError() << "axes must ascend within the rank " << rank;
  return success();
}

LogicalResult ReduceOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), out = getType().getShape();
  if (failed(verifyAxes(*this, getAxes(), in.size())))
    return failure();
  if (getAxes().size() != 1 &&
      (getKind() == ReduceKind::ArgMax || getKind() == ReduceKind::ArgMin))
    return emitOpError("argmax and argmin take one axis");
  SmallVector<int64_t> expected(in);
  for (int64_t axis : getAxes())
    expected[axis] = 1;
  if (ArrayRef<int64_t>(expected) != out)
    return emitOpError() << "result must have the shape [" << expected << "]";
  return success();
}

LogicalResult NormalizeOp::verify() {
  if (getInput().getType() != getType())
    return emitOpError("result must have the type of the input");
  return verifyAxes(*this, getAxes(), getType().getRank());
}

LogicalResult SoftmaxOp::verify() {
  if (getInput().getType() != getType())
    return emitOpError("result must have the type of the input");
  if (int64_t(getAxis()) < 0 || int64_t(getAxis()) >= getType().getRank())
    return emitOpError("axis is out of range");
  return success();
}

LogicalResult LRNOp::verify() {
  if (getInput().getType() != getType())
    return emitOpError("result must have the type of the input");
  if (int64_t(getSize()) < 1)
    return emitOpError("size must be positive");
  return success();
}

LogicalResult ResizeOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), out = getType().getShape();
  if (in[0] != out[0] || in[3] != out[3])
    return emitOpError("batch and channels must not change");
  if (getScales().size() != 2 || getOffsets().size() != 2)
    return emitOpError("scales and offsets are for rows and columns");
  return success();
}

LogicalResult PadOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), out = getType().getShape();
  if (failed(verifyArray(*this, "low", getLow(), in.size(), 0)) ||
      failed(verifyArray(*this, "high", getHigh(), in.size(), 0)))
    return failure();
  if (in.size() != out.size())
    return emitOpError("rank must not change");
  for (size_t i = 0; i < in.size(); ++i) {
    if (out[i] != getLow()[i] + in[i] + getHigh()[i])
      return emitOpError() << "dimension " << i << " of the result must be "
                           << getLow()[i] + in[i] + getHigh()[i];
    if (getKind() == PadKind::Reflect &&
        (getLow()[i] >= in[i] || getHigh()[i] >= in[i]))
      return emitOpError() << "reflection in dimension " << i
                           << " reaches beyond the input";
  }
  return success();
}

LogicalResult GatherOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getIndices()), table = shapeOf(getTable()),
                    out = getType().getShape();
  if (table.size() != 2)
    return emitOpError("table must be [rows, length]");
  if (in.empty() || in.back() != 1 || in.size() != out.size() ||
      in.drop_back() != out.drop_back() || out.back() != table[1])
    return emitOpError("result must be the indices with rows of the table");
  return success();
}

// Checks that `axis` exists and that `other` is `in` except along it.
static LogicalResult verifyAlong(Operation *op, ArrayRef<int64_t> in,
                                 ArrayRef<int64_t> other, int64_t axis,
                                 StringRef what) {
  if (axis < 0 || axis >= int64_t(in.size()))
    return op->emitOpError("axis is out of range");
  if (in.size() != other.size())
    return op->emitOpError() << "rank of the " << what << " must not change";
  for (size_t i = 0; i < in.size(); ++i)
    if (int64_t(i) != axis && in[i] != other[i])
      return op->emitOpError()
             << "dimension " << i << " of the " << what << " must be " << in[i];
  return success();
}

LogicalResult TakeOp::verify() {
  if (!broadcastsTo(shapeOf(getIndices()), getType().getShape()))
    return emitOpError("indices do not broadcast to the result");
  return verifyAlong(*this, shapeOf(getInput()), getType().getShape(),
                     getAxis(), "result");
}

LogicalResult ScatterOp::verify() {
  if (getInput().getType() != getType())
    return emitOpError("result must have the type of the input");
  if (!broadcastsTo(shapeOf(getIndices()), shapeOf(getUpdates())))
    return emitOpError("indices do not broadcast to the updates");
  return verifyAlong(*this, shapeOf(getInput()), shapeOf(getUpdates()),
                     getAxis(), "updates");
}

LogicalResult ArgSortOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), out = getType().getShape();
  int64_t axis = getAxis();
  if (failed(verifyAlong(*this, in, out, axis, "result")))
    return failure();
  if (out[axis] > in[axis])
    return emitOpError("result has more elements than the input");
  return success();
}

LogicalResult CumSumOp::verify() {
  if (getInput().getType() != getType())
    return emitOpError("result must have the type of the input");
  return verifyAlong(*this, getType().getShape(), getType().getShape(),
                     getAxis(), "result");
}

LogicalResult CropResizeOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), boxes = shapeOf(getBoxes()),
                    out = getType().getShape();
  if (boxes.size() != 2 || (boxes[1] != 4 && boxes[1] != 5))
    return emitOpError("boxes must be [N, 4] or [N, 5]");
  int64_t images = boxes[1] == 4 ? in[0] : 1;
  if (out[0] != boxes[0] * images || out[3] != in[3])
    return emitOpError() << "result must have " << boxes[0] * images
                         << " images of " << in[3] << " channels";
  for (ArrayRef<double> numbers :
       {getUnits(), getOffsets(), getScales(), getSteps()})
    if (numbers.size() != 2)
      return emitOpError("needs a number for rows and one for columns");
  return success();
}

LogicalResult RecurrentOp::verify() {
  ArrayRef<int64_t> in = shapeOf(getInput()), matrix = shapeOf(getRecursion()),
                    out = getType().getShape();
  int64_t gates = getGates(), states = getNumStates();
  if (in.size() != 3 || out.size() != 3 || matrix.size() != 2)
    return emitOpError("needs [S, B, gates * U], [U, gates * U] and gives "
                       "[S, B, U] or [S, B, 2 * U]");
  int64_t units = matrix[0];
  if (gates < 1 || in[2] != gates * units || matrix[1] != in[2])
    return emitOpError() << "has " << units << " units and " << gates
                         << " gates, which the input and the recursion "
                            "matrix do not fit";
  if (out[0] != in[0] || out[1] != in[1] || out[2] != states * units)
    return emitOpError() << "result must be [" << in[0] << ", " << in[1] << ", "
                         << states * units << "]";
  if (!getInitial().empty() && int64_t(getInitial().size()) != states)
    return emitOpError() << "needs " << states << " initial states or none";
  for (Value state : getInitial())
    if (shapeOf(state) != ArrayRef<int64_t>({in[1], units}))
      return emitOpError("initial states must be [B, U]");
  int64_t vectors = 0;
  if (getVectors()) {
    ArrayRef<int64_t> shape = shapeOf(getVectors());
    if (shape.size() != 2 || shape[1] != units)
      return emitOpError("vectors must be [P, U]");
    vectors = shape[0];
  }
  if (!getReset().empty() && gates < 2)
    return emitOpError("needs two gates for a reset");
  unsigned others = states + vectors;
  if (failed(verifyScalarRegion(*this, getReset(), "reset", gates - 1 + others,
                                {}, {})) ||
      failed(verifyScalarRegion(*this, getMemory(), "memory", gates + others,
                                {}, {})))
    return failure();
  return verifyScalarRegion(*this, getOutput(), "output",
                            gates + others + states - 1, {}, {});
}

// Whether a text that sees `shape` can be given a channel-last `type`.
static bool fitsCustom(Type type, ArrayRef<int64_t> shape) {
  ArrayRef<int64_t> stored = cast<RankedTensorType>(type).getShape();
  if (shape.size() < 3)
    return !shape.empty() && stored == shape;
  if (shape.size() > 5 || stored.size() != 4)
    return false;
  int64_t batch = 1;
  for (int64_t extent : shape.drop_back(3))
    batch *= extent;
  ArrayRef<int64_t> image = shape.take_back(3);
  return stored == ArrayRef<int64_t>({batch, image[1], image[2], image[0]});
}

LogicalResult CustomOp::verify() {
  int64_t inputs = int64_t(getInputs().size()) - getNumWeights();
  if (getNumWeights() < 0 || inputs < 1 ||
      getNames().size() != getInputs().size() ||
      int64_t(getShapes().size()) != inputs + 1)
    return emitOpError("needs an input, a name for each input and weight, and "
                       "a shape for each input and the result");
  if (!getPrologue().empty())
    return emitOpError("cannot have a prologue");
  for (auto [index, shape] : llvm::enumerate(getShapes())) {
    Type type =
        int64_t(index) == inputs ? getType() : getInputs()[index].getType();
    if (!fitsCustom(type, cast<DenseI64ArrayAttr>(shape).asArrayRef()))
      return emitOpError() << "shape #" << index << " does not fit " << type;
  }
  for (Value weight : getInputs().drop_front(inputs))
    if (shapeOf(weight).size() != 1)
      return emitOpError("weights have one dimension");
  return success();
}

LogicalResult NMSOp::verify() {
  ArrayRef<int64_t> boxes = shapeOf(getBoxes()), scores = shapeOf(getScores());
  if (boxes.size() != 3 || boxes[2] != 4 || scores != boxes.drop_back() ||
      !broadcastsTo(shapeOf(getClasses()), scores))
    return emitOpError("boxes must be [B, N, 4], scores and classes [B, N]");
  if (getType().getRank() != 2 || getType().getDimSize(0) != boxes[0])
    return emitOpError("result must be [B, count]");
  for (Value limit : {getOverlapLimit(), getScoreLimit()})
    if (shapeOf(limit) != ArrayRef<int64_t>(1))
      return emitOpError("limits must be single numbers");
  return success();
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

LogicalResult ReshapeOp::verify() {
  auto in = cast<RankedTensorType>(getInput().getType());
  auto out = cast<RankedTensorType>(getType());
  if (in.getElementType() != out.getElementType())
    return emitOpError("element type must not change");
  if (in.getNumElements() != out.getNumElements())
    return emitOpError() << "has " << in.getNumElements()
                         << " elements to fill " << out.getNumElements();
  return success();
}

LogicalResult TransposeOp::verify() {
  auto in = cast<RankedTensorType>(getInput().getType());
  auto out = cast<RankedTensorType>(getType());
  SmallVector<int64_t> sorted(getPermutation());
  llvm::sort(sorted);
  for (auto [index, axis] : llvm::enumerate(sorted))
    if (axis != int64_t(index))
      return emitOpError("permutation must name each dimension once");
  if (int64_t(sorted.size()) != in.getRank() || in.getRank() != out.getRank() ||
      in.getElementType() != out.getElementType())
    return emitOpError("rank and element type must not change");
  for (auto [index, axis] : llvm::enumerate(getPermutation()))
    if (out.getDimSize(index) != in.getDimSize(axis))
      return emitOpError() << "dimension " << index << " of the result must be "
                           << in.getDimSize(axis);
  return success();
}

LogicalResult SliceOp::verify() {
  auto in = cast<RankedTensorType>(getInput().getType());
  auto out = cast<RankedTensorType>(getType());
  if (in.getRank() != out.getRank() ||
      in.getElementType() != out.getElementType())
    return emitOpError("rank and element type must not change");
  if (failed(verifyArray(*this, "offsets", getOffsets(), in.getRank(), 0)) ||
      failed(verifyArray(*this, "strides", getStrides(), in.getRank(), 1)))
    return failure();
  for (int64_t i = 0; i < in.getRank(); ++i)
    if (getOffsets()[i] + (out.getDimSize(i) - 1) * getStrides()[i] >=
        in.getDimSize(i))
      return emitOpError() << "reaches beyond dimension " << i;
  return success();
}

LogicalResult ConcatOp::verify() {
  ArrayRef<int64_t> out = getType().getShape();
  int64_t axis = getAxis(), total = 0;
  if (getInputs().empty())
    return emitOpError("needs at least one input");
  if (axis < 0 || axis >= int64_t(out.size()))
    return emitOpError("axis is out of range");
  for (Value input : getInputs()) {
    ArrayRef<int64_t> in = shapeOf(input);
    if (in.size() != out.size())
      return emitOpError("ranks differ");
    for (size_t i = 0; i < in.size(); ++i)
      if (int64_t(i) != axis && in[i] != out[i])
        return emitOpError() << "dimension " << i << " of an input is " << in[i]
                             << ", of the result " << out[i];
    total += in[axis];
  }
  if (total != out[axis])
    return emitOpError() << "inputs fill " << total << " of " << out[axis];
  return success();
}
