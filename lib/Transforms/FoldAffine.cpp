// Scales and shifts of each channel go into the weights of linear ops.
//
// With W x the sum that a convolution computes:
//
//   epilogue: a (W x) + b = (a W) x + b, a by output channel
//   prologue: W (a x + b) = (W a) x + W b, a by input channel
//   ReLU:     a relu(y) = relu(a y) where a > 0
//
// Valid if
// - the filter is a constant, and a and b are: one number, or one for each
//   channel along the last dimension;
// - nothing else in the region reads what is between the sum and a or b, and in
//   a prologue nothing follows them;
// - with a shift b in a prologue, no window reaches beyond the image: padding
//   is zero after the prologue;
// - all numbers are finite: a x is not a number where x is infinite and a is 0,
//   and what is wrong in one layer must be found there and not in another;
// - halves hold the products as well as they hold the filter (HalfLoss), since
//   the lowering may store them so.
// The sums are rounded in another place, which costs no digits.
#include "mlc/Support/Constants.h"
#include "mlc/Support/HalfLoss.h"
#include "mlc/Support/Remarks.h"
#include "mlc/Transforms/Passes.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_FOLDAFFINE
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "fold-affine";

namespace {

// `x * scale + shift` with a number for each channel.
struct Affine {
  std::vector<double> scale, shift;

  explicit Affine(int64_t channels)
      : scale(channels, 1.0), shift(channels, 0.0) {}
  bool isScaled() const {
    return llvm::any_of(scale, [](double s) { return s != 1.0; });
  }
  bool isShifted() const {
    return llvm::any_of(shift, [](double s) { return s != 0.0; });
  }
  bool isFinite() const {
    auto finite = [](double x) { return std::isfinite(float(x)); };
    return llvm::all_of(scale, finite) && llvm::all_of(shift, finite);
  }
};

// One end of an op: the region, the tensors it reads, the channels of the
// element it starts from.
struct End {
  Region &region;
  OperandRange inputs;
  int64_t channels;
};

} // namespace

// The values that `operand` has for each channel, if they are constant.
static std::optional<std::vector<double>> perChannel(Value operand,
                                                     const End &end) {
  FloatAttr scalar;
  if (matchPattern(operand, m_Constant(&scalar)))
    return std::vector<double>(end.channels, scalar.getValueAsDouble());
  auto argument = dyn_cast<BlockArgument>(operand);
  if (!argument || argument.getArgNumber() == 0)
    return std::nullopt;
  Value tensor = end.inputs[argument.getArgNumber() - 1];
  auto type = cast<RankedTensorType>(tensor.getType());
  int64_t count = type.getNumElements();
  if (count != 1 &&
      (count != end.channels || type.getShape().back() != end.channels))
    return std::nullopt;
  FailureOr<std::vector<float>> data = mlc::readConstant(tensor);
  if (failed(data))
    return std::nullopt;
  if (count == 1)
    return std::vector<double>(end.channels, data->front());
  return std::vector<double>(data->begin(), data->end());
}

// Takes one more affine op that is the only use of `value` into `affine`.
// Returns its result, or null if the use is something else.
static Value step(Value value, const End &end, Affine &affine) {
  if (!value.hasOneUse())
    return {};
  OpOperand &use = *value.use_begin();
  Operation *op = use.getOwner();
  if (isa<arith::NegFOp>(op)) {
    for (int64_t i = 0; i < end.channels; ++i) {
      affine.scale[i] = -affine.scale[i];
      affine.shift[i] = -affine.shift[i];
    }
    return op->getResult(0);
  }
  if (!isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp>(op))
    return {};
  bool isLeft = use.getOperandNumber() == 0;
  auto other = perChannel(op->getOperand(isLeft ? 1 : 0), end);
  if (!other || (isa<arith::DivFOp>(op) && !isLeft))
    return {};
  for (int64_t i = 0; i < end.channels; ++i) {
    double &a = affine.scale[i], &b = affine.shift[i], c = (*other)[i];
    if (isa<arith::AddFOp>(op)) {
      b += c;
    } else if (isa<arith::SubFOp>(op)) {
      b -= c;
      if (!isLeft) {
        a = -a;
        b = -b;
      }
    } else {
      double factor = isa<arith::DivFOp>(op) ? 1.0 / c : c;
      a *= factor;
      b *= factor;
    }
  }
  return op->getResult(0);
}

// The longest affine chain that starts at `value`; `value` becomes its end.
static Affine takeChain(Value &value, const End &end, unsigned &length) {
  Affine affine(end.channels);
  length = 0;
  while (Value next = step(value, end, affine)) {
    value = next;
    ++length;
  }
  return affine;
}

static Value channelConstant(OpBuilder &b, Location loc,
                             ArrayRef<double> values) {
  return mlc::makeConstant(b, loc, {int64_t(values.size())},
                           std::vector<float>(values.begin(), values.end()),
                           "bias");
}

// Removes inputs (and their arguments) that a region no longer reads.
static void dropUnused(Region &region, MutableOperandRange inputs) {
  Block &block = region.front();
  for (unsigned i = inputs.size(); i-- > 0;) {
    if (!block.getArgument(1 + i).use_empty())
      continue;
    block.eraseArgument(1 + i);
    inputs.erase(i);
  }
}

// Erases pure ops of a region that nothing uses.
static void dropDead(Region &region) {
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(region.front())))
    if (!op.hasTrait<OpTrait::IsTerminator>() && op.use_empty())
      op.erase();
}

//===----------------------------------------------------------------------===//
// Filters
//===----------------------------------------------------------------------===//

// Calls with the place of each weight in a filter, its output channel and its
// input channel. [KH, KW, C/groups, O], or transposed [KH, KW, C, O/groups].
template <typename ConvOp, typename Visit>
static void forEachWeight(ConvOp conv, Visit visit) {
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(conv.getFilter().getType()).getShape();
  int64_t inputs = shape[2], last = shape[3], groups = conv.getGroups();
  bool isTransposed = isa<ConvTranspose2DOp>(conv.getOperation());
  int64_t rows = shape[0] * shape[1] * inputs, index = 0;
  for (int64_t row = 0; row < rows; ++row) {
    int64_t input = row % inputs;
    if (isTransposed) {
      int64_t first = input / (inputs / groups) * last;
      for (int64_t i = 0; i < last; ++i)
        visit(index++, first + i, input);
      continue;
    }
    for (int64_t group = 0; group < groups; ++group)
      for (int64_t i = 0; i < last / groups; ++i)
        visit(index++, group * (last / groups) + i, group * inputs + input);
  }
}

// The filter of `conv` with its output channels and its input channels scaled;
// empty lists change nothing. Nothing, and a remark, if it cannot be stored.
template <typename ConvOp>
static std::optional<std::vector<float>>
scaleFilter(ConvOp conv, ArrayRef<double> outputScale,
            ArrayRef<double> inputScale) {
  FailureOr<mlc::FloatView> view = mlc::viewConstant(conv.getFilter());
  if (failed(view))
    return std::nullopt;
  ArrayRef<float> filter = *view;
  int64_t outputs = conv.getType().getShape()[3];
  // Output channels, then input channels.
  mlc::HalfLoss loss(outputs + conv.getInput().getType().getShape()[3]);
  std::vector<float> result(filter.size());
  bool isFinite = true;
  forEachWeight(conv, [&](int64_t index, int64_t output, int64_t input) {
    double product = double(filter[index]) *
                     (outputScale.empty() ? 1 : outputScale[output]) *
                     (inputScale.empty() ? 1 : inputScale[input]);
    result[index] = float(product);
    isFinite = isFinite && std::isfinite(result[index]);
    loss.add(output, product);
    loss.add(outputs + input, product);
  });
  if (!isFinite) {
    mlc::emitMissed(conv, kPass,
                    "keeps a scale: its products with the filter are not all "
                    "finite");
    return std::nullopt;
  }
  if (loss.isAcceptable())
    return result;
  mlc::HalfLoss before(outputs + conv.getInput().getType().getShape()[3]);
  forEachWeight(conv, [&](int64_t index, int64_t output, int64_t input) {
    before.add(output, filter[index]);
    before.add(outputs + input, filter[index]);
  });
  if (loss.isAcceptable(before))
    return result;
  mlc::emitMissed(conv, kPass,
                  "keeps a scale: half precision would lose its products with "
                  "the filter");
  return std::nullopt;
}

template <typename ConvOp>
static void setFilter(ConvOp conv, std::vector<float> filter) {
  OpBuilder b(conv);
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(conv.getFilter().getType()).getShape();
  Value scaled = mlc::makeConstant(b, conv.getFilter().getLoc(), shape,
                                   std::move(filter), "filter");
  conv.getFilterMutable().assign(scaled);
}

// For each output channel the sum of the filter times the shift of its input:
// what a shift of the input adds where nothing is padded.
static std::vector<double> sumShifts(Conv2DOp conv, ArrayRef<float> filter,
                                     ArrayRef<double> shift) {
  std::vector<double> sums(conv.getType().getShape()[3], 0.0);
  forEachWeight(conv, [&](int64_t index, int64_t output, int64_t input) {
    sums[output] += filter[index] * shift[input];
  });
  return sums;
}

//===----------------------------------------------------------------------===//
// Epilogues
//===----------------------------------------------------------------------===//

// max(x, 0), which commutes with positive factors.
static bool isReLU(Operation *op) {
  return isa<arith::MaximumFOp, arith::MaxNumFOp>(op) &&
         matchPattern(op->getOperand(1), m_AnyZeroFloat());
}

// relu(v) * a with a > 0 becomes relu(v * a): makes the scale part of the
// chain in front. Returns whether something moved.
static bool moveScaleBeforeReLU(Value value, const End &end) {
  if (!value.hasOneUse() || !isReLU(*value.user_begin()))
    return false;
  Operation *relu = *value.user_begin();
  Value active = relu->getResult(0);
  if (!active.hasOneUse())
    return false;
  Operation *mul = *active.user_begin();
  if (!isa<arith::MulFOp>(mul))
    return false;
  Value factor = mul->getOperand(mul->getOperand(0) == active ? 1 : 0);
  auto scale = perChannel(factor, end);
  if (!scale ||
      !llvm::all_of(*scale, [](double s) { return s > 0 && std::isfinite(s); }))
    return false;
  // A constant outside of the region is there for others as well.
  if (Operation *def = factor.getDefiningOp();
      def && def->getBlock() == relu->getBlock())
    def->moveBefore(relu);
  mul->moveBefore(relu);
  active.replaceAllUsesWith(value);
  mul->getResult(0).replaceAllUsesWith(active);
  relu->replaceUsesOfWith(value, mul->getResult(0));
  mul->replaceUsesOfWith(active, value);
  return true;
}

template <typename ConvOp>
static bool foldEpilogue(ConvOp conv, mlc::ConstantMemory &memory) {
  if (conv.getEpilogue().empty() || !mlc::isConstant(conv.getFilter()))
    return false;
  Block &block = conv.getEpilogue().front();
  End end{conv.getEpilogue(), conv.getEpilogueInputs(),
          conv.getType().getShape()[3]};
  Value acc = block.getArgument(0), last = acc;
  unsigned length;
  Affine affine = takeChain(last, end, length);
  while (moveScaleBeforeReLU(last, end)) {
    last = acc;
    affine = takeChain(last, end, length);
  }
  // A single sum is what folding would leave.
  if (length == 0 || (!affine.isScaled() && length == 1))
    return false;
  if (!affine.isFinite()) {
    mlc::emitMissed(conv, kPass, "keeps a scale or shift that is not finite");
    return false;
  }
  if (affine.isScaled()) {
    auto filter = scaleFilter(conv, affine.scale, {});
    if (!filter)
      return false;
    memory.release(conv.getFilter(), conv);
    setFilter(conv, std::move(*filter));
  }

  OpBuilder b(conv);
  Value result = acc;
  if (affine.isShifted()) {
    Value bias = channelConstant(b, conv.getLoc(), affine.shift);
    conv.getEpilogueInputsMutable().append(bias);
    Value element = block.addArgument(b.getF32Type(), conv.getLoc());
    // The sum stands before everything that reads the end of the chain.
    b.setInsertionPointToStart(&block);
    result = arith::AddFOp::create(b, conv.getLoc(), acc, element);
  }
  last.replaceAllUsesWith(result);
  dropDead(conv.getEpilogue());
  dropUnused(conv.getEpilogue(), conv.getEpilogueInputsMutable());
  mlc::emitPassed(conv, kPass, "folded a scale or shift into its weights");
  return true;
}

//===----------------------------------------------------------------------===//
// Prologues
//===----------------------------------------------------------------------===//

static bool foldPrologue(Conv2DOp conv) {
  if (conv.getPrologue().empty())
    return false;
  Block &block = conv.getPrologue().front();
  End end{conv.getPrologue(), conv.getPrologueInputs(),
          conv.getInput().getType().getShape()[3]};
  Value last = block.getArgument(0);
  unsigned length;
  Affine affine = takeChain(last, end, length);
  if (length == 0 || cast<YieldOp>(block.getTerminator()).getValue() != last)
    return false;
  bool isPadded =
      llvm::any_of(conv.getPadding(), [](int64_t p) { return p != 0; });
  if (affine.isShifted() && isPadded) {
    mlc::emitMissed(conv, kPass,
                    "keeps a shift in front of it: its padding is zero after "
                    "the shift");
    return false;
  }
  FailureOr<mlc::FloatView> filter = mlc::viewConstant(conv.getFilter());
  if (failed(filter)) {
    mlc::emitMissed(conv, kPass, "its filter is not a constant");
    return false;
  }
  std::vector<double> sums = sumShifts(conv, *filter, affine.shift);
  bool isFinite =
      llvm::all_of(sums, [](double s) { return std::isfinite(float(s)); });
  if (!affine.isFinite() || !isFinite) {
    mlc::emitMissed(conv, kPass,
                    "keeps a scale or shift in front of it that is not finite");
    return false;
  }
  auto scaled = scaleFilter(conv, {}, affine.scale);
  if (!scaled)
    return false;
  setFilter(conv, std::move(*scaled));
  conv.getPrologueInputsMutable().clear();
  block.erase();
  mlc::emitPassed(conv, kPass, "folded what was in front of it");
  if (llvm::all_of(sums, [](double s) { return s == 0.0; }))
    return true;

  // The shift reaches every output as a constant: the epilogue's first sum.
  OpBuilder b(conv);
  Value bias = channelConstant(b, conv.getLoc(), sums);
  Region &epilogue = conv.getEpilogue();
  if (epilogue.empty()) {
    Block *made = b.createBlock(&epilogue);
    Value element = made->addArgument(b.getF32Type(), conv.getLoc());
    YieldOp::create(b, conv.getLoc(), element);
  }
  conv.getEpilogueInputsMutable().append(bias);
  Block &after = epilogue.front();
  Value acc = after.getArgument(0);
  Value element = after.addArgument(b.getF32Type(), conv.getLoc());
  b.setInsertionPointToStart(&after);
  auto sum = arith::AddFOp::create(b, conv.getLoc(), acc, element);
  acc.replaceAllUsesExcept(sum, sum);
  return true;
}

namespace {

struct FoldAffine : mlc::impl::FoldAffineBase<FoldAffine> {
  using FoldAffineBase::FoldAffineBase;

  void runOnOperation() override {
    if (failed(mlc::checkConstants(getOperation())))
      return signalPassFailure();
    mlc::ConstantMemory memory(getOperation());
    for (Operation &op : getOperation().getBody().front()) {
      if (auto conv = dyn_cast<Conv2DOp>(op)) {
        numFolded += foldPrologue(conv);
        numFolded += foldEpilogue(conv, memory);
      } else if (auto conv = dyn_cast<ConvTranspose2DOp>(op)) {
        numFolded += foldEpilogue(conv, memory);
      }
    }
  }
};

} // namespace
