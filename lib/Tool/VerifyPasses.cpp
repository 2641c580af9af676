// mlc verify --passes: an instrumentation of the pass manager runs the network
// whenever a pass has changed it. Passes over functions are run one function at
// a time, and between two of them the module is whole, so it can be run then.
#include "mlc/Tool/VerifyPasses.h"

#include "Model.pb.h"
#include "mlc/MLModel/Export.h"
#include "mlc/MLModel/Import.h"
#include "mlc/Pipelines.h"
#include "mlc/Reference/NNEvaluator.h"
#include "mlc/Support/Provenance.h"
#include "mlc/Tool/Compare.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/Tool.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

//===----------------------------------------------------------------------===//
// Comparing
//===----------------------------------------------------------------------===//

// How far two lists of numbers are apart, as a part of the range of the second,
// which is here at least half of their size: where all numbers are nearly the
// same, rounding alone spans their range.
static double distanceOf(ArrayRef<float> got, ArrayRef<float> wanted) {
  constexpr double kLeastPart = 0.5;
  Difference difference = compareValues(got, wanted);
  if (difference.misplaced || difference.absolute == 0)
    return difference.ofRange;
  double size = 0;
  for (float value : wanted)
    if (std::isfinite(value))
      size = std::max(size, std::fabs(double(value)));
  return difference.absolute / std::max(difference.range, kLeastPart * size);
}

namespace {

// The outputs of the network in the form that users see.
struct Reference {
  std::vector<Tensor> outputs;
  std::vector<std::string> names;
  std::vector<bool> isPixels; ///< rounded to whole numbers from 0 to 255
};

// A value that some op gave.
struct Record {
  Location loc;
  StringRef op;
  std::vector<float> data;
};

using Evaluate = std::function<llvm::Expected<std::vector<Tensor>>(
    ModuleOp, const Observer &)>;

} // namespace

static StringRef textOf(DictionaryAttr feature, StringRef key) {
  auto text = feature ? feature.getAs<StringAttr>(key) : StringAttr();
  return text ? text.getValue() : StringRef();
}

static bool isImage(DictionaryAttr feature) {
  return textOf(feature, "type") == "image";
}

static func::FuncOp mainOf(ModuleOp module) {
  return *module.getOps<func::FuncOp>().begin();
}

// Planes as rows of pixels.
static std::vector<float> toPixels(const Tensor &planes) {
  int64_t channels = planes.shape[planes.rank() - 3];
  int64_t pixels = planes.size() / channels;
  std::vector<float> result(planes.size());
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t i = 0; i < pixels; ++i)
      result[i * channels + c] = planes.data[c * pixels + i];
  return result;
}

// What the function of the nn dialect takes for inputs of the network.
static std::vector<Tensor> toUserForm(func::FuncOp main,
                                      ArrayRef<Tensor> inputs) {
  std::vector<Tensor> values;
  for (auto [index, input] : llvm::enumerate(inputs)) {
    Tensor &value = values.emplace_back(
        cast<ShapedType>(main.getArgument(index).getType()).getShape());
    auto feature =
        main.getArgAttrOfType<DictionaryAttr>(index, "coreml.feature");
    value.data = isImage(feature) ? toPixels(input) : input.data;
  }
  return values;
}

static llvm::Expected<Reference> evaluateReference(ModuleOp module,
                                                   ArrayRef<Tensor> inputs,
                                                   const Observer &observer) {
  llvm::Expected<std::vector<Tensor>> outputs =
      evaluate(module, inputs, observer);
  if (!outputs)
    return outputs.takeError();
  Reference reference{std::move(*outputs), {}, {}};
  func::FuncOp main = mainOf(module);
  for (auto [index, output] : llvm::enumerate(reference.outputs)) {
    auto feature =
        main.getResultAttrOfType<DictionaryAttr>(index, "coreml.feature");
    reference.names.push_back(textOf(feature, "name").str());
    bool isWhole = isImage(feature) &&
                   textOf(feature, "colorSpace") != "GRAYSCALE_FLOAT16";
    reference.isPixels.push_back(isWhole);
    if (isImage(feature))
      output.data = toPixels(output);
  }
  return reference;
}

// Both sides of an output. Pixels may be half a step from the exact value.
static double distanceOfOutput(const Reference &reference, size_t index,
                               const Tensor &got) {
  std::vector<float> values = got.data, wanted = reference.outputs[index].data;
  if (reference.isPixels[index] && values.size() == wanted.size())
    for (auto [value, exact] : llvm::zip(values, wanted)) {
      exact = std::clamp(exact, 0.0f, 255.0f);
      value = std::clamp(value, 0.0f, 255.0f);
      float apart = value - exact;
      value =
          exact + std::copysign(std::max(std::fabs(apart) - 0.5f, 0.0f), apart);
    }
  return distanceOf(values, wanted);
}

//===----------------------------------------------------------------------===//
// After each pass
//===----------------------------------------------------------------------===//

namespace {

class PassWatch : public PassInstrumentation {
public:
  PassWatch(const Reference &reference, std::vector<Record> records,
            Evaluate evaluate, const PassesOptions &options,
            PassesResult &result)
      : reference(reference), records(std::move(records)),
        evaluate(std::move(evaluate)), options(options), result(result) {}

  void runBeforePass(Pass *pass, Operation *op) override {
    if (isOurs(pass))
      before.emplace(op);
  }

  void runAfterPass(Pass *pass, Operation *op) override {
    if (!isOurs(pass) || !result.fault.empty())
      return;
    ModuleOp module = dyn_cast<ModuleOp>(op);
    if (!module)
      module = op->getParentOfType<ModuleOp>();
    if (options.afterPass)
      options.afterPass(pass->getArgument(), module);
    bool isSame = before && *before == OperationFingerPrint(op);
    before.reset();
    if (isSame)
      return;
    std::string name = pass->getArgument().str();
    if (auto function = dyn_cast<func::FuncOp>(op))
      if (function.isPrivate())
        name += " in " + function.getName().str();
    check(module, name);
  }

  /// Compares the network as it is now, after what is called `step`.
  void check(ModuleOp module, StringRef step) {
    std::vector<Record> now;
    ++result.checks;
    auto outputs = evaluate(module, [&](Operation *op, unsigned,
                                        const Tensor &value) {
      now.push_back({op->getLoc(), op->getName().getStringRef(), value.data});
    });
    if (!outputs) {
      result.fault = (step + ": " + llvm::toString(outputs.takeError())).str();
      return;
    }
    double worst = 0;
    for (size_t i = 0; i < outputs->size(); ++i) {
      double distance = distanceOfOutput(reference, i, (*outputs)[i]);
      worst = std::max(worst, distance);
      if (distance <= options.tolerance || !result.fault.empty())
        continue;
      llvm::raw_string_ostream text(result.fault);
      text << step << ": output '" << reference.names[i] << "' differs by "
           << llvm::format("%.2e", distance) << " of its range" << blame(now);
    }
    result.worst = std::max(result.worst, worst);
    if (options.os)
      *options.os << (result.fault.empty() ? "PASS" : "FAIL")
                  << llvm::format("  of range %.2e  ", worst) << step << "\n";
    records = std::move(now);
    result.outputs = std::move(*outputs);
  }

private:
  // Adaptors run other passes.
  static bool isOurs(Pass *pass) { return !pass->getArgument().empty(); }

  // The first op whose value no op of the same layer had before, wherever its
  // elements lie. Where none has as many elements, it cannot be told.
  std::string blame(ArrayRef<Record> now) const {
    for (const Record &record : now) {
      if (record.op.starts_with("arith.") || record.op == "nn.reshape" ||
          record.op == "nn.transpose")
        continue;
      llvm::StringSet<> layers;
      for (StringRef layer : layerNames(record.loc))
        layers.insert(layer);
      std::vector<float> sorted = inOrder(record.data);
      bool isKnown = false, isFound = false;
      for (const Record &other : records) {
        if (isFound || other.data.size() != sorted.size() ||
            llvm::none_of(layerNames(other.loc), [&](StringRef layer) {
              return layers.contains(layer);
            }))
          continue;
        isKnown = true;
        isFound = distanceOf(sorted, inOrder(other.data)) <= options.tolerance;
      }
      if (isKnown && !isFound)
        return "; first value that departs: " + record.op.str() +
               " of layer '" + layerList(record.loc) + "'";
    }
    return "";
  }

  static std::vector<float> inOrder(std::vector<float> values) {
    // NaN has no order.
    for (float &value : values)
      if (std::isnan(value))
        value = INFINITY;
    llvm::sort(values);
    return values;
  }

  const Reference &reference;
  std::vector<Record> records;
  Evaluate evaluate;
  PassesOptions options;
  PassesResult &result;
  std::optional<OperationFingerPrint> before;
};

} // namespace

static auto recordInto(std::vector<Record> &records) {
  return [&records](Operation *op, unsigned, const Tensor &value) {
    records.push_back({op->getLoc(), op->getName().getStringRef(), value.data});
  };
}

// Whether the file stores weights in half precision: what is folded into them
// is rounded again.
static bool hasHalfWeights(ModuleOp module) {
  bool found = false;
  module.walk([&](Operation *op) {
    for (NamedAttribute attr : op->getAttrs())
      if (auto elements = dyn_cast<ElementsAttr>(attr.getValue()))
        found |= elements.getElementType().isF16();
  });
  return found;
}

// Runs `pm` on `module` with a watch. Passes run one after the other.
static void runWatched(PassManager &pm, ModuleOp module,
                       std::unique_ptr<PassWatch> watch, PassesResult &result) {
  MLIRContext *context = module.getContext();
  bool wasThreaded = context->isMultithreadingEnabled();
  context->disableMultithreading();
  pm.addInstrumentation(std::move(watch));
  LogicalResult done = pm.run(module);
  if (wasThreaded)
    context->enableMultithreading();
  if (failed(done) && result.fault.empty())
    result.fault = "a pass failed";
}

llvm::Expected<PassesResult> mlc::verifyPasses(ModuleOp module,
                                               ArrayRef<Tensor> inputs,
                                               const PassesOptions &options) {
  std::vector<Record> records;
  auto reference = evaluateReference(module, inputs, recordInto(records));
  if (!reference)
    return reference.takeError();
  OwningOpRef<ModuleOp> copy = module.clone();
  PassManager pm(module.getContext(), ModuleOp::getOperationName());
  buildNetworkPipeline(pm, LoweringOptions());
  PassesResult result;
  auto evaluateCopy = [&](ModuleOp now, const Observer &observer) {
    return evaluateNN(now, toUserForm(mainOf(now), inputs), observer);
  };
  runWatched(pm, *copy,
             std::make_unique<PassWatch>(*reference, std::move(records),
                                         evaluateCopy, options, result),
             result);
  return std::move(result);
}

llvm::Expected<PassesResult>
mlc::verifyModelPasses(ModuleOp module, ArrayRef<Tensor> inputs,
                       const PassesOptions &given) {
  std::vector<Record> records;
  auto reference = evaluateReference(module, inputs, recordInto(records));
  if (!reference)
    return reference.takeError();
  PassesResult result;
  // Two roundings to 11 bits, of weights whose sums may be smaller than they.
  constexpr double kHalfWeightsTolerance = 4e-3;
  PassesOptions options = given;
  if (hasHalfWeights(module))
    options.tolerance = std::max(given.tolerance, kHalfWeightsTolerance);
  auto evaluateCopy =
      [&](ModuleOp now,
          const Observer &observer) -> llvm::Expected<std::vector<Tensor>> {
    auto outputs = evaluateReference(now, inputs, observer);
    if (!outputs)
      return outputs.takeError();
    return std::move(outputs->outputs);
  };
  // What is written and read again is the same network.
  auto checkFile = [&](ModuleOp now, StringRef step) {
    std::shared_ptr<const CoreML::Specification::Model> file = exportModel(now);
    OwningOpRef<ModuleOp> again =
        file ? importModel(file, module.getContext()) : nullptr;
    if (!again) {
      result.fault = (step + ": the model cannot be written and read").str();
      return;
    }
    PassWatch(*reference, records, evaluateCopy, options, result)
        .check(*again, step);
  };
  OwningOpRef<ModuleOp> copy = module.clone();
  checkFile(*copy, "export");
  if (!result.fault.empty())
    return std::move(result);
  PassManager pm(module.getContext(), ModuleOp::getOperationName());
  buildModelPipeline(pm, ModelOptions());
  runWatched(pm, *copy,
             std::make_unique<PassWatch>(*reference, records, evaluateCopy,
                                         options, result),
             result);
  bool isEmpty = true;
  copy->walk([&](Operation *op) { isEmpty &= !isLayer(op); });
  if (result.fault.empty() && !isEmpty)
    checkFile(*copy, "export of the optimised model");
  return std::move(result);
}

llvm::Expected<bool> mlc::printPasses(ModuleOp module, const Bundle &bundle,
                                      ArrayRef<InputValue> values,
                                      unsigned sample, LoadedModel &kernels,
                                      double tolerance, raw_ostream &os) {
  std::vector<Tensor> inputs;
  for (auto [argument, feature, value] :
       llvm::zip(mainOf(module).getArguments(), bundle.inputs, values)) {
    int64_t size = bundle.buffers[feature.buffer].bytes;
    bool isOne = !isSeries(bundle, feature, value);
    inputs.push_back(
        inputTensor(feature,
                    ArrayRef(value.bytes)
                        .drop_front(isOne ? 0 : sample * size)
                        .take_front(size),
                    cast<ShapedType>(argument.getType()).getShape()));
  }
  PassesOptions options;
  options.os = &os;
  PassesResult last;
  for (auto verify : {verifyModelPasses, verifyPasses}) {
    llvm::Expected<PassesResult> result = verify(module, inputs, options);
    if (!result)
      return result.takeError();
    if (!result->fault.empty()) {
      os << "first pass that departs: " << result->fault << "\n";
      return false;
    }
    last = std::move(*result);
  }
  bool isGood = true;
  for (auto [output, wanted] : llvm::zip(bundle.outputs, last.outputs)) {
    double distance = distanceOf(outputValues(output, kernels), wanted.data);
    isGood &= distance <= tolerance;
    os << (distance <= tolerance ? "PASS" : "FAIL")
       << llvm::format("  of range %.2e  kernels: ", distance) << output.name
       << "\n";
  }
  return isGood;
}
