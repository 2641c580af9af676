// Affine layers go into weights. Unlike in nn, layers stay layers: what cannot
// be said as one is not done.
//
// With L(x) = W x + v, the sum that a convolution or inner product computes,
// and x -> a x + b of each channel:
//
//   behind it:  a (W x + v) + b = (a W) x + (a v + b), a by output channel
//   before it:  W (a x + b) + v = (W a) x + (W b + v), a by input channel
//   behind a ReLU: a relu(y) + b = relu(a y) + b where a > 0
//
// Valid if
// - nobody else reads what is between the two layers (an output of the model is
//   a reader), or all readers before which it moves can take it in;
// - with a shift b before it, every window lies inside the image: where it
//   pads, the zeros come after the shift. What a deconvolution adds up depends
//   on the place, as with padding;
// - each channel is one row or column of the weights: convolutions, and inner
//   products of images of one pixel;
// - neither layer is updatable, weights are not quantised, and not computed;
// - all numbers are finite and no variance is negative: what is wrong in one
//   layer must not be spread to others, where nobody finds it;
// - halves hold the products as well as the weights (HalfLoss), whatever the
//   type in the file is: GPUs store halves. Weights that are halves in the file
//   are not rounded again: their products must be halves.
#include "mlc/Dialect/CoreML/Passes.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/HalfLoss.h"
#include "mlc/Support/Remarks.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

namespace mlc {
#define GEN_PASS_DEF_COREMLFOLDAFFINE
#include "mlc/Dialect/CoreML/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "coreml-fold-affine";

bool mlc::isQuantised(Operation *op, StringRef name) {
  Attribute form = op->getAttr("coreml.file");
  // The fields lie in the parameters of the layer, maybe further inside.
  SmallVector<DictionaryAttr> work;
  if (auto dictionary = dyn_cast_or_null<DictionaryAttr>(form))
    work.push_back(dictionary);
  while (!work.empty()) {
    DictionaryAttr current = work.pop_back_val();
    for (NamedAttribute entry : current) {
      auto inner = dyn_cast<DictionaryAttr>(entry.getValue());
      if (!inner)
        continue;
      if (entry.getName() == name &&
          (inner.contains("rawValue") || inner.contains("int8RawValue")))
        return true;
      work.push_back(inner);
    }
  }
  return false;
}

//===----------------------------------------------------------------------===//
// What an affine layer computes
//===----------------------------------------------------------------------===//

namespace {
// x * scale + shift, by channel.
struct Affine {
  std::vector<double> scale, shift;

  bool hasShift() const {
    return llvm::any_of(shift, [](double x) { return x != 0; });
  }
  bool isFinite() const {
    auto finite = [](double x) { return std::isfinite(x); };
    return llvm::all_of(scale, finite) && llvm::all_of(shift, finite);
  }
  bool isPositive() const {
    return llvm::all_of(scale, [](double x) { return x > 0; });
  }
};
} // namespace

// The number of channels, or 0 where there are none.
static int64_t channelsOf(Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  return type.getRank() < 3 ? 0 : type.getDimSize(type.getRank() - 3);
}

// A list of one number or one for each channel; all `otherwise` without it.
static std::optional<std::vector<double>>
readChannels(ElementsAttr attr, int64_t channels, double otherwise) {
  if (!attr)
    return std::vector<double>(channels, otherwise);
  FailureOr<std::vector<float>> data = readFloats(attr);
  auto type = cast<ShapedType>(attr.getType());
  if (failed(data) || type.getRank() != 1 ||
      (type.getDimSize(0) != 1 && type.getDimSize(0) != channels))
    return std::nullopt;
  if (data->size() == 1)
    return std::vector<double>(channels, data->front());
  return std::vector<double>(data->begin(), data->end());
}

static std::optional<Affine>
readBatchnorm(coreml::BatchnormOp op, int64_t channels, StringRef &reason) {
  if (op.getComputeMeanVar())
    return std::nullopt;
  auto gamma = readChannels(op.getGammaAttr(), channels, 1),
       beta = readChannels(op.getBetaAttr(), channels, 0),
       mean = readChannels(op.getMeanAttr(), channels, 0),
       variance = readChannels(op.getVarianceAttr(), channels, 1);
  if (!gamma || !beta || !mean || !variance)
    return std::nullopt;
  Affine affine;
  double epsilon = op.getEpsilon().convertToFloat();
  for (int64_t c = 0; c < channels; ++c) {
    if (!((*variance)[c] >= 0)) {
      reason = "its variance is negative or not a number";
      return std::nullopt;
    }
    double scale = (*gamma)[c] / std::sqrt((*variance)[c] + epsilon);
    affine.scale.push_back(scale);
    affine.shift.push_back((*beta)[c] - (*mean)[c] * scale);
  }
  return affine;
}

static std::optional<Affine> readScale(ElementsAttr scale, ElementsAttr shift,
                                       int64_t channels) {
  auto scales = readChannels(scale, channels, 1);
  auto shifts = readChannels(shift, channels, 0);
  if (!scales || !shifts)
    return std::nullopt;
  return Affine{std::move(*scales), std::move(*shifts)};
}

// What `op` computes if it is an affine layer; `reason` is set where it is one
// that must stay.
static std::optional<Affine> readAffine(Operation *op, StringRef &reason) {
  if (op->hasAttr("coreml.isUpdatable") || op->getNumOperands() != 1)
    return std::nullopt;
  int64_t channels = channelsOf(op->getOperand(0));
  if (channels == 0)
    return std::nullopt;
  std::optional<Affine> affine;
  if (auto batchnorm = dyn_cast<coreml::BatchnormOp>(op))
    affine = readBatchnorm(batchnorm, channels, reason);
  else if (auto layer = dyn_cast<coreml::ScaleOp>(op))
    affine = readScale(layer.getScaleAttr(), layer.getBiasAttr(), channels);
  else if (auto layer = dyn_cast<coreml::BiasOp>(op))
    affine = readScale({}, layer.getBiasAttr(), channels);
  if (affine && !affine->isFinite()) {
    reason = "it has numbers that are not finite";
    return std::nullopt;
  }
  return affine;
}

//===----------------------------------------------------------------------===//
// Layers with weights
//===----------------------------------------------------------------------===//

// The largest error, relative to a number, of rounding it to half.
static constexpr double kHalfRounding = 0x1p-11;

namespace {

// The weights of a convolution or inner product, seen as
// [group, outputs of it, inputs of it, taps].
class Linear {
public:
  // Weights and bias that may take the place of a layer's.
  struct Numbers {
    std::vector<float> weights;
    std::vector<double> bias;
  };

  // Null unless `op` is such a layer whose weights may change; `reason` is set
  // where it is one whose weights may not.
  static std::optional<Linear> get(Operation *op, StringRef &reason) {
    Linear linear;
    linear.op = op;
    if (auto convolution = dyn_cast_or_null<coreml::ConvolutionOp>(op)) {
      if (convolution.getFilter())
        return std::nullopt;
      linear.groups = convolution.getNGroups();
      linear.transposed = convolution.getIsDeconvolution();
      ArrayRef<int64_t> shape = linear.shape();
      linear.inputs = shape[1];
      linear.outputs = shape[0] / linear.groups;
      if (linear.transposed) {
        linear.inputs = shape[0] / linear.groups;
        linear.outputs = shape[1];
      }
      linear.taps = shape[2] * shape[3];
    } else if (isa_and_nonnull<coreml::InnerProductOp>(op)) {
      // At lower ranks the last dimension takes part, not the channels.
      if (cast<RankedTensorType>(op->getOperand(0).getType()).getRank() < 4)
        return std::nullopt;
      linear.outputs = linear.shape()[0];
      linear.inputs = linear.shape()[1];
    } else {
      return std::nullopt;
    }
    if (op->hasAttr("coreml.isUpdatable"))
      return std::nullopt;
    if (isQuantised(op, "weights")) {
      reason = "the weights that it could go into are quantised";
      return std::nullopt;
    }
    return linear;
  }

  // Whether input elements that are zeros of a border take part.
  bool pads() const {
    auto convolution = dyn_cast<coreml::ConvolutionOp>(op);
    if (!convolution)
      return false;
    // What a deconvolution's border gets depends on the place.
    if (transposed)
      return true;
    for (unsigned dimension : {0, 1}) {
      coreml::Window window = coreml::getWindow(convolution, dimension);
      int64_t end = (window.output - 1) * window.stride +
                    (window.kernel - 1) * window.dilation + 1 - window.before;
      if (window.before > 0 || end > window.input)
        return true;
    }
    return false;
  }

  // Whether each input channel is one column of the weights.
  bool readsChannels() const {
    return isa<coreml::ConvolutionOp>(op) ||
           channelsOf(op->getOperand(0)) == inputs;
  }

  // What makes the layer compute a * itself + b, unless its type cannot hold
  // that.
  std::optional<Numbers> after(const Affine &affine, StringRef &reason) {
    return change(affine.scale, affine.shift, {}, {}, reason);
  }

  // What makes the layer compute itself of a * x + b.
  std::optional<Numbers> before(const Affine &affine, StringRef &reason) {
    return change({}, {}, affine.scale, affine.shift, reason);
  }

  void set(Numbers numbers) {
    std::string name = layerList(op->getLoc());
    auto type = cast<RankedTensorType>(weightsAttr().getType());
    op->setAttr("weights", makeFloats(type, std::move(numbers.weights),
                                      name + ".weights"));
    ArrayRef<double> bias = numbers.bias;
    bool hadBias = bool(biasAttr());
    if (!hadBias && llvm::all_of(bias, [](double x) { return x == 0; }))
      return;
    // A few floats more are better than digits lost.
    Type element = Float32Type::get(op->getContext());
    if (hadBias && biasAttr().getElementType().isF16() &&
        llvm::all_of(bias, [](double x) {
          return std::fabs(fromHalf(toHalf(float(x))) - x) <=
                 std::fabs(x) * kHalfRounding;
        }))
      element = biasAttr().getElementType();
    op->setAttr("bias", makeFloats(RankedTensorType::get({channels()}, element),
                                   std::vector<float>(bias.begin(), bias.end()),
                                   name + ".bias"));
  }

private:
  int64_t channels() const { return groups * outputs; }
  ElementsAttr weightsAttr() const {
    return op->getAttrOfType<ElementsAttr>("weights");
  }
  ElementsAttr biasAttr() const {
    return op->getAttrOfType<ElementsAttr>("bias");
  }
  ArrayRef<int64_t> shape() const {
    return cast<ShapedType>(weightsAttr().getType()).getShape();
  }

  // Calls with the place of each weight, its output and its input channel.
  void forEach(llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) {
    int64_t rows = shape()[0], columns = shape()[1];
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < columns; ++column) {
        int64_t group = row / (transposed ? inputs : outputs);
        int64_t output = transposed ? group * outputs + column : row;
        int64_t input = transposed ? row : group * inputs + column;
        for (int64_t tap = 0; tap < taps; ++tap)
          visit((row * columns + column) * taps + tap, output, input);
      }
  }

  // Scales and shifts outputs, then inputs; empty lists change nothing.
  std::optional<Numbers> change(ArrayRef<double> outputScale,
                                ArrayRef<double> outputShift,
                                ArrayRef<double> inputScale,
                                ArrayRef<double> inputShift,
                                StringRef &reason) {
    FailureOr<std::vector<float>> old = readFloats(weightsAttr());
    auto bias = readChannels(biasAttr(), channels(), 0);
    if (failed(old) || !bias)
      return std::nullopt;
    Numbers numbers{std::move(*old), std::move(*bias)};
    if (!outputShift.empty())
      for (int64_t o = 0; o < channels(); ++o)
        numbers.bias[o] = numbers.bias[o] * outputScale[o] + outputShift[o];
    // Output channels, then input channels.
    HalfLoss lossBefore(channels() + groups * inputs), loss = lossBefore;
    bool isHalf = weightsAttr().getElementType().isF16(), isExact = true;
    forEach([&](int64_t index, int64_t output, int64_t input) {
      float &weight = numbers.weights[index];
      if (!inputShift.empty())
        numbers.bias[output] += weight * inputShift[input];
      double product = double(weight) *
                       (outputScale.empty() ? 1 : outputScale[output]) *
                       (inputScale.empty() ? 1 : inputScale[input]);
      for (int64_t channel : {output, channels() + input}) {
        lossBefore.add(channel, weight);
        loss.add(channel, product);
      }
      weight = float(product);
      isExact = isExact && (!isHalf || fromHalf(toHalf(weight)) == weight);
    });
    auto finite = [](double x) { return std::isfinite(float(x)); };
    if (!llvm::all_of(numbers.weights, finite) ||
        !llvm::all_of(numbers.bias, finite)) {
      reason = "its products with the weights are not all finite";
      return std::nullopt;
    }
    if (!loss.isAcceptable(lossBefore)) {
      reason = "half precision would lose its products with the weights";
      return std::nullopt;
    }
    // Where large products cancel, a second rounding is seen.
    if (!isExact) {
      reason = "its products with the weights, which are halves, would be "
               "rounded";
      return std::nullopt;
    }
    return numbers;
  }

  Operation *op = nullptr;
  bool transposed = false;
  int64_t groups = 1, outputs = 0, inputs = 0, taps = 1;
};

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

struct CoreMLFoldAffine : mlc::impl::CoreMLFoldAffineBase<CoreMLFoldAffine> {
  void runOnOperation() override {
    if (failed(checkConstants(getOperation())))
      return signalPassFailure();
    // A layer that is folded away may bring another next to a convolution.
    SmallVector<std::pair<Operation *, StringRef>> missed;
    bool changed = true;
    while (changed) {
      changed = false;
      missed.clear();
      for (Operation &op : llvm::make_early_inc_range(
               getOperation().getBody().front().without_terminator())) {
        StringRef reason;
        std::optional<Affine> affine = readAffine(&op, reason);
        if (affine && (foldBack(&op, *affine, reason) ||
                       foldForward(&op, *affine, reason) ||
                       foldThroughReLU(&op, *affine, reason)))
          changed = true;
        else if (!reason.empty())
          missed.push_back({&op, reason});
      }
    }
    for (auto [op, reason] : missed)
      emitMissed(op, kPass, "stays: " + reason);
  }

private:
  static void remove(Operation *op, StringRef how) {
    emitPassed(op, kPass, how);
    op->getResult(0).replaceAllUsesWith(op->getOperand(0));
    op->erase();
  }

  // Into the layer that computes `value`, if it is for the reader alone.
  static bool foldInto(Value value, const Affine &affine, StringRef &reason) {
    if (!value.hasOneUse() || !value.getDefiningOp())
      return false;
    std::optional<Linear> linear = Linear::get(value.getDefiningOp(), reason);
    if (!linear)
      return false;
    std::optional<Linear::Numbers> numbers = linear->after(affine, reason);
    if (numbers)
      linear->set(std::move(*numbers));
    return numbers.has_value();
  }

  bool foldBack(Operation *op, const Affine &affine, StringRef &reason) {
    if (!foldInto(op->getOperand(0), affine, reason))
      return false;
    remove(op, "is part of the layer in front of it");
    return true;
  }

  bool foldForward(Operation *op, const Affine &affine, StringRef &reason) {
    // An input of the model stays apart from its output, and a value that
    // others read keeps its meaning.
    SmallVector<std::pair<Linear, Linear::Numbers>> readers;
    for (Operation *user : op->getResult(0).getUsers()) {
      std::optional<Linear> linear = Linear::get(user, reason);
      if (!linear || !linear->readsChannels())
        return false;
      if (affine.hasShift() && linear->pads()) {
        reason = "padding behind it is zero after its shift";
        return false;
      }
      std::optional<Linear::Numbers> numbers = linear->before(affine, reason);
      if (!numbers)
        return false;
      readers.push_back({*linear, std::move(*numbers)});
    }
    if (readers.empty())
      return false;
    for (auto &[reader, numbers] : readers)
      reader.set(std::move(numbers));
    remove(op, "is part of the layers behind it");
    return true;
  }

  bool foldThroughReLU(Operation *op, const Affine &affine, StringRef &reason) {
    auto relu = op->getOperand(0).getDefiningOp<coreml::ActivationOp>();
    if (!relu || relu.getKind() != coreml::ActivationKind::relu ||
        !relu->hasOneUse() || !affine.isPositive() || isa<coreml::BiasOp>(op))
      return false;
    Affine scale{affine.scale, std::vector<double>(affine.shift.size(), 0)};
    if (!foldInto(relu.getInput(), scale, reason))
      return false;
    if (!affine.hasShift()) {
      remove(op, "is part of the layer in front of the ReLU");
      return true;
    }
    emitPassed(op, kPass, "is a bias behind the ReLU");
    OpBuilder b(op);
    auto channels = int64_t(affine.shift.size());
    auto type = RankedTensorType::get({channels}, b.getF32Type());
    auto bias = coreml::BiasOp::create(
        b, op->getLoc(), op->getOperand(0),
        cast<ElementsAttr>(
            makeFloats(type, std::vector<float>(affine.shift.begin(),
                                                affine.shift.end()))));
    for (StringRef kept : {"coreml.blobs"})
      if (Attribute names = op->getAttr(kept))
        bias->setDiscardableAttr(kept, names);
    op->getResult(0).replaceAllUsesWith(bias);
    op->erase();
    return true;
  }
};

} // namespace
