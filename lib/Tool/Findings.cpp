// Each check is a function that appends its lines, warnings first. None fails:
// the network can be compiled all the same.
#include "mlc/Tool/Findings.h"

#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/Progress.h"
#include "mlc/Support/Provenance.h"
#include "mlc/Tool/NonFinite.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

using Findings = std::vector<Finding>;

static std::string layerText(Operation *op) {
  return "layer '" + layerList(op->getLoc()) + "'";
}

static std::string shapeText(ArrayRef<int64_t> shape) {
  return llvm::join(
      llvm::map_range(shape, [](int64_t i) { return std::to_string(i); }), "x");
}

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static void findNonFiniteWeights(Operation *op, Findings &findings) {
  for (auto [name, weights] : weightsOfLayer(op)) {
    NonFiniteCount count = countNonFinite(weights);
    // Constants of infinity are what masks are made of.
    bool isConstant = isa<coreml::LoadConstantOp, coreml::LoadConstantNDOp>(op);
    if (count.sum() == 0 || (isConstant && count.nans == 0))
      continue;
    findings.push_back(
        {true, layerText(op) + ": of its " + name.str() + ", " + count.text()});
  }
}

// Below -epsilon the root is NaN; a variance is never negative.
static void findNegativeVariances(Operation *op, Findings &findings) {
  auto layer = dyn_cast<coreml::BatchnormOp>(op);
  if (!layer || !layer.getVarianceAttr())
    return;
  FailureOr<FloatView> variances = viewFloats(layer.getVarianceAttr());
  if (failed(variances))
    return;
  float epsilon = layer.getEpsilon().convertToFloat();
  int64_t negative = 0, noRoot = 0;
  for (float variance : ArrayRef<float>(*variances)) {
    negative += variance < 0;
    noRoot += variance + epsilon <= 0;
  }
  std::string of = " of " + std::to_string(variances->size()) + " variances ";
  auto are = [](int64_t count) { return count == 1 ? "is " : "are "; };
  if (negative)
    findings.push_back({true, layerText(op) + ": " + std::to_string(negative) +
                                  of + are(negative) + "negative"});
  if (noRoot)
    findings.push_back(
        {true, layerText(op) + ": " + std::to_string(noRoot) + of +
                   are(noRoot) +
                   "not positive even with epsilon, so results are not "
                   "finite"});
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

// The dimension that a layer normalises or searches along, if it is one.
static std::optional<int64_t> axisOf(Operation *op, StringRef &gives) {
  gives = "is 1 everywhere";
  int64_t rank = shapeOf(op->getResult(0)).size();
  if (auto softmax = dyn_cast<coreml::SoftmaxOp>(op))
    return rank < 3 ? rank - 1 : rank - 3;
  if (auto softmax = dyn_cast<coreml::SoftmaxNDOp>(op))
    return coreml::fromFront(softmax.getAxis(), rank);
  gives = "is 0 everywhere";
  rank = op->getNumOperands() ? shapeOf(op->getOperand(0)).size() : 0;
  if (auto arg = dyn_cast<coreml::ArgMaxOp>(op))
    return coreml::fromFront(arg.getAxis(), rank);
  if (auto arg = dyn_cast<coreml::ArgMinOp>(op))
    return coreml::fromFront(arg.getAxis(), rank);
  return std::nullopt;
}

static void findTrivialAxis(Operation *op, Findings &findings) {
  StringRef gives;
  if (op->getNumOperands() == 0 || op->getNumResults() == 0)
    return;
  std::optional<int64_t> axis = axisOf(op, gives);
  ArrayRef<int64_t> shape = shapeOf(op->getOperand(0));
  if (!axis || *axis < 0 || *axis >= int64_t(shape.size()) || shape[*axis] != 1)
    return;
  bool isImage = shape.size() >= 3 && *axis == int64_t(shape.size()) - 3;
  findings.push_back(
      {false, layerText(op) + ": its result " + gives.str() + ", because " +
                  (isImage ? "the channels are"
                           : "dimension " + std::to_string(*axis) + " is") +
                  " of size 1 in " + shapeText(shape)});
}

//===----------------------------------------------------------------------===//
// Inputs and outputs
//===----------------------------------------------------------------------===//

static std::string nameOf(DictionaryAttr feature, StringRef otherwise) {
  auto name = feature ? feature.getAs<StringAttr>("name") : StringAttr();
  return name ? name.getValue().str() : otherwise.str();
}

static void findUnreadInputs(func::FuncOp main, Findings &findings) {
  // What outputs are computed of.
  llvm::DenseSet<Value> needed;
  SmallVector<Value> worklist(
      main.getBody().front().getTerminator()->getOperands());
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (!needed.insert(value).second)
      continue;
    if (Operation *op = value.getDefiningOp())
      llvm::append_range(worklist, op->getOperands());
  }
  // Preprocessing is there for every image.
  auto isPreprocessing = [](Operation *op) {
    return isa<coreml::ScalerOp, coreml::MeanImageOp>(op) && op->use_empty();
  };
  for (BlockArgument argument : main.getArguments()) {
    if (needed.contains(argument))
      continue;
    auto feature = main.getArgAttrOfType<DictionaryAttr>(
        argument.getArgNumber(), "coreml.feature");
    findings.push_back(
        {false, "input '" + nameOf(feature, "input") + "' " +
                    (llvm::all_of(argument.getUsers(), isPreprocessing)
                         ? "is read by no layer"
                         : "is read only by layers that no output depends "
                           "on")});
  }
}

static SmallVector<int64_t> withoutOnes(ArrayRef<int64_t> shape) {
  return llvm::to_vector(
      llvm::make_filter_range(shape, [](int64_t size) { return size != 1; }));
}

static int64_t product(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

static bool isFlexible(DictionaryAttr feature) {
  constexpr StringRef kRanges[] = {"imageSizeRange", "enumeratedSizes",
                                   "shapeRange", "enumeratedShapes"};
  return feature && llvm::any_of(kRanges, [&](StringRef name) {
           return feature.contains(name);
         });
}

// What a declared output is beside what the network gives. Another number of
// elements may come from the shapes chosen for flexible inputs.
static void findOtherShapes(func::FuncOp main, Findings &findings) {
  bool flexible = false;
  for (unsigned i = 0; i < main.getNumArguments(); ++i)
    flexible |=
        isFlexible(main.getArgAttrOfType<DictionaryAttr>(i, "coreml.feature"));
  for (unsigned i = 0; i < main.getNumResults(); ++i) {
    auto feature =
        main.getResultAttrOfType<DictionaryAttr>(i, "coreml.feature");
    auto declared = feature ? feature.getAs<DenseI64ArrayAttr>("shape")
                            : DenseI64ArrayAttr();
    if (!declared || declared.empty())
      continue;
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(main.getResultTypes()[i]).getShape();
    SmallVector<int64_t> real = withoutOnes(shape),
                         wanted = withoutOnes(declared.asArrayRef());
    bool sameCount = product(real) == product(wanted);
    // A list of all elements has them in the same order.
    if (real == wanted || (sameCount && wanted.size() <= 1) ||
        (!sameCount && flexible))
      continue;
    findings.push_back(
        {false,
         "output '" + nameOf(feature, "output") + "' is declared as " +
             shapeText(declared.asArrayRef()) + ", but the network gives " +
             shapeText(shape.drop_while([](int64_t n) { return n == 1; }))});
  }
}

// The last layer of a picture of 0 to 255 that gives 0 to 1.
static void findDarkPictures(func::FuncOp main, Findings &findings) {
  Operation *ret = main.getBody().front().getTerminator();
  for (unsigned i = 0; i < main.getNumResults(); ++i) {
    auto feature =
        main.getResultAttrOfType<DictionaryAttr>(i, "coreml.feature");
    auto text = [&](StringRef key) {
      auto attr = feature ? feature.getAs<StringAttr>(key) : StringAttr();
      return attr ? attr.getValue() : "";
    };
    Operation *op = ret->getOperand(i).getDefiningOp();
    if (text("type") != "image" || text("colorSpace") == "GRAYSCALE_FLOAT16")
      continue;
    auto activation = dyn_cast_or_null<coreml::ActivationOp>(op);
    using Kind = coreml::ActivationKind;
    bool isSmall =
        isa_and_nonnull<coreml::SoftmaxOp, coreml::SoftmaxNDOp>(op) ||
        (activation &&
         llvm::is_contained({Kind::sigmoid, Kind::sigmoid_hard, Kind::tanh},
                            activation.getKind()));
    if (isSmall)
      findings.push_back({false, "output '" + nameOf(feature, "output") +
                                     "' is a picture of 0 to 255, but " +
                                     layerText(op) +
                                     " gives at most 1, which is black"});
  }
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

std::vector<Finding> mlc::findIn(ModuleOp network) {
  Findings findings;
  network.walk([&](Operation *op) {
    if (!isa<coreml::CoreMLDialect>(op->getDialect()))
      return;
    findNonFiniteWeights(op, findings);
    findNegativeVariances(op, findings);
  });
  for (auto main : network.getOps<func::FuncOp>()) {
    if (main.isPrivate())
      continue;
    findUnreadInputs(main, findings);
    findOtherShapes(main, findings);
    findDarkPictures(main, findings);
  }
  network.walk([&](Operation *op) {
    if (isa<coreml::CoreMLDialect>(op->getDialect()))
      findTrivialAxis(op, findings);
  });
  return findings;
}

int64_t mlc::countHalfWeights(ModuleOp network) {
  int64_t count = 0;
  network.walk([&](Operation *op) {
    for (auto [name, weights] : weightsOfLayer(op))
      if (weights.getElementType().isF16())
        count += weights.getNumElements();
  });
  return count;
}

std::vector<Finding> mlc::findInOptimized(ModuleOp network, bool halfWeights,
                                          int64_t before) {
  Findings findings;
  network.walk([&](coreml::BatchnormOp op) {
    Operation *producer = op.getInput().getDefiningOp();
    if (isa_and_nonnull<coreml::ConvolutionOp, coreml::InnerProductOp>(
            producer) &&
        producer->hasAttr("coreml.isUpdatable"))
      findings.push_back({false, layerText(op) + " stays behind " +
                                     layerText(producer) +
                                     ", whose weights may be updated"});
  });
  if (halfWeights && countHalfWeights(network) <= before)
    findings.push_back(
        {false, before ? "--half-weights changed nothing: the weights are in "
                         "half precision already, quantised, or few"
                       : "--half-weights changed nothing: no layer has many "
                         "weights in float that half precision can hold"});
  return findings;
}

void mlc::printFindings(ArrayRef<Finding> findings) {
  for (const Finding &finding : findings)
    if (finding.isWarning)
      reportWarning(finding.text);
    else
      printNote(finding.text);
}

llvm::json::Array mlc::findingsAsJson(ArrayRef<Finding> findings) {
  llvm::json::Array array;
  for (const Finding &finding : findings)
    array.push_back(llvm::json::Object{
        {"severity", finding.isWarning ? "warning" : "remark"},
        {"text", llvm::json::fixUTF8(finding.text)}});
  return array;
}
