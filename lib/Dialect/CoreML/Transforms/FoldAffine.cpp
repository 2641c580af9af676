// Affine layers go into weights. Unlike in nn, layers stay layers: what cannot
// be said as one is not done.
#include "mlc/Dialect/CoreML/Passes.h"
#include "mlc/Support/Constants.h"
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

static std::optional<Affine> readBatchnorm(coreml::BatchnormOp op,
                                           int64_t channels) {
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
    double scale = (*gamma)[c] / std::sqrt((*variance)[c] + epsilon);
    affine.scale.push_back(scale);
    affine.shift.push_back((*beta)[c] - (*mean)[c] * scale);
  }
  return affine;
}

static std::optional<Affine> readAffine(Operation *op) {
  if (op->hasAttr("coreml.isUpdatable") || op->getNumOperands() != 1)
    return std::nullopt;
  int64_t channels = channelsOf(op->getOperand(0));
  if (channels == 0)
    return std::nullopt;
  if (auto batchnorm = dyn_cast<coreml::BatchnormOp>(op))
    return readBatchnorm(batchnorm, channels);
  ElementsAttr scale, shift;
  if (auto layer = dyn_cast<coreml::ScaleOp>(op)) {
    scale = layer.getScaleAttr();
    shift = layer.getBiasAttr();
  } else if (auto layer = dyn_cast<coreml::BiasOp>(op)) {
    shift = layer.getBiasAttr();
  } else {
    return std::nullopt;
  }
  auto scales = readChannels(scale, channels, 1);
  auto shifts = readChannels(shift, channels, 0);
  if (!scales || !shifts)
    return std::nullopt;
  return Affine{std::move(*scales), std::move(*shifts)};
}

//===----------------------------------------------------------------------===//
// Layers with weights
//===----------------------------------------------------------------------===//

namespace {

// The weights of a convolution or inner product, seen as
// [group, outputs of it, inputs of it, taps].
class Linear {
public:
  // Null unless `op` is such a layer whose weights may change.
  static std::optional<Linear> get(Operation *op) {
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
      emitMissed(op, kPass, "its weights are quantised");
      return std::nullopt;
    }
    return linear;
  }

  // Whether input elements that are zeros of a border take part.
  bool pads() const {
    auto convolution = dyn_cast<coreml::ConvolutionOp>(op);
    if (!convolution)
      return false;
    bool isValid = convolution.getPaddingType() == coreml::PaddingType::valid &&
                   llvm::all_of(convolution.getPaddingAmounts(),
                                [](int64_t amount) { return amount == 0; });
    // What a deconvolution's border gets depends on the place.
    return transposed || (!isValid && taps > 1);
  }

  // Whether each input channel is one column of the weights.
  bool readsChannels() const {
    return isa<coreml::ConvolutionOp>(op) ||
           channelsOf(op->getOperand(0)) == inputs;
  }

  // Makes the layer compute a * itself + b.
  void applyAfter(const Affine &affine) {
    std::vector<float> weights = *readFloats(weightsAttr());
    std::vector<double> bias = *readChannels(biasAttr(), channels(), 0);
    forEach([&](int64_t index, int64_t output, int64_t) {
      weights[index] = float(weights[index] * affine.scale[output]);
    });
    for (int64_t o = 0; o < channels(); ++o)
      bias[o] = bias[o] * affine.scale[o] + affine.shift[o];
    set(std::move(weights), bias);
  }

  // Makes the layer compute itself of a * x + b.
  void applyBefore(const Affine &affine) {
    std::vector<float> weights = *readFloats(weightsAttr());
    std::vector<double> bias = *readChannels(biasAttr(), channels(), 0);
    forEach([&](int64_t index, int64_t output, int64_t input) {
      bias[output] += weights[index] * affine.shift[input];
      weights[index] = float(weights[index] * affine.scale[input]);
    });
    set(std::move(weights), bias);
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

  void set(std::vector<float> weights, const std::vector<double> &bias) {
    std::string name = layerList(op->getLoc());
    auto type = cast<RankedTensorType>(weightsAttr().getType());
    op->setAttr("weights",
                makeFloats(type, std::move(weights), name + ".weights"));
    bool hadBias = bool(biasAttr());
    if (!hadBias && llvm::all_of(bias, [](double x) { return x == 0; }))
      return;
    Type element = hadBias ? biasAttr().getElementType()
                           : Type(Float32Type::get(op->getContext()));
    op->setAttr("bias", makeFloats(RankedTensorType::get({channels()}, element),
                                   std::vector<float>(bias.begin(), bias.end()),
                                   name + ".bias"));
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
    // A layer that is folded away may bring another next to a convolution.
    bool changed = true;
    while (changed) {
      changed = false;
      for (Operation &op : llvm::make_early_inc_range(
               getOperation().getBody().front().without_terminator()))
        if (std::optional<Affine> affine = readAffine(&op))
          changed |= foldBack(&op, *affine) || foldForward(&op, *affine) ||
                     foldThroughReLU(&op, *affine);
    }
  }

private:
  static void remove(Operation *op, StringRef how) {
    emitPassed(op, kPass, how);
    op->getResult(0).replaceAllUsesWith(op->getOperand(0));
    op->erase();
  }

  bool foldBack(Operation *op, const Affine &affine) {
    Value input = op->getOperand(0);
    if (!input.hasOneUse() || !input.getDefiningOp())
      return false;
    std::optional<Linear> linear = Linear::get(input.getDefiningOp());
    if (!linear)
      return false;
    linear->applyAfter(affine);
    remove(op, "is part of the layer in front of it");
    return true;
  }

  bool foldForward(Operation *op, const Affine &affine) {
    // An input of the model stays apart from its output, and a value that
    // others read keeps its meaning.
    SmallVector<Linear> readers;
    for (Operation *user : op->getResult(0).getUsers()) {
      std::optional<Linear> linear = Linear::get(user);
      if (!linear || !linear->readsChannels() ||
          (affine.hasShift() && linear->pads()))
        return false;
      readers.push_back(*linear);
    }
    if (readers.empty())
      return false;
    for (Linear &reader : readers)
      reader.applyBefore(affine);
    remove(op, "is part of the layers behind it");
    return true;
  }

  bool foldThroughReLU(Operation *op, const Affine &affine) {
    auto relu = op->getOperand(0).getDefiningOp<coreml::ActivationOp>();
    if (!relu || relu.getKind() != coreml::ActivationKind::relu ||
        !relu->hasOneUse() || !affine.isPositive() || isa<coreml::BiasOp>(op))
      return false;
    Value input = relu.getInput();
    if (!input.hasOneUse() || !input.getDefiningOp())
      return false;
    std::optional<Linear> linear = Linear::get(input.getDefiningOp());
    if (!linear)
      return false;
    Affine scale{affine.scale, std::vector<double>(affine.shift.size(), 0)};
    linear->applyAfter(scale);
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
