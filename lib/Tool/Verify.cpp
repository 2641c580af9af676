// mlc verify MODEL: compiled kernels against the plain reference evaluator.
#include "mlc/Support/Provenance.h"
#include "mlc/Target/Metal/Metal.h"
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Compare.h"
#include "mlc/Tool/InputDomains.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/Ranges.h"
#include "mlc/Tool/Tool.h"
#include "mlc/Tool/VerifyPasses.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlc;
namespace cl = llvm::cl;

static cl::SubCommand command("verify",
                              "compare a model's kernels with the reference");
static cl::opt<std::string> model(cl::Positional, cl::desc("MODEL"),
                                  cl::Required, cl::sub(command));
static cl::list<std::string> inputs("i",
                                    cl::desc("an input (else drawn at random); "
                                             "several of a name are samples"),
                                    cl::value_desc("NAME=FILE"),
                                    cl::sub(command));
static cl::opt<bool>
    layers("layers",
           cl::desc("compare every layer and name the first that departs; "
                    "each layer's value becomes an output, so less is fused"),
           cl::sub(command));
static cl::opt<bool>
    ranges("ranges",
           cl::desc("list the kernels that leave half's range or lose more "
                    "than --max-error (1e-3) in half, and their layers"),
           cl::sub(command));
static cl::opt<bool>
    passes("passes",
           cl::desc("run the network after each pass, and name the first one "
                    "after which an output departs, and the layer; then "
                    "compare the kernels with what the passes have made"),
           cl::sub(command));
static cl::opt<bool>
    wholeGroups("whole-groups",
                cl::desc("run cooperative kernels with all threads of their "
                         "groups, which tests their barriers"),
                cl::sub(command));
static PrecisionOption precision(command);
static InputShapeOption inputShapes(command);

// Every layer's results become outputs of the network.
static void returnAllLayers(ModuleOp module) {
  func::FuncOp main = *module.getOps<func::FuncOp>().begin();
  Operation *ret = main.getBody().front().getTerminator();
  OpBuilder b(module.getContext());
  SmallVector<Value> values(ret->getOperands());
  SmallVector<DictionaryAttr> attributes;
  for (unsigned i = 0; i < values.size(); ++i)
    attributes.push_back(main.getResultAttrDict(i));
  llvm::StringSet<> names;
  for (Operation &op : main.getBody().front().without_terminator())
    for (OpResult result : op.getResults()) {
      if (llvm::is_contained(values, result))
        continue;
      std::string name = layerList(op.getLoc()), unique = name;
      for (unsigned n = 2; !names.insert(unique).second; ++n)
        unique = name + "_" + std::to_string(n);
      values.push_back(result);
      auto feature = b.getDictionaryAttr(
          {b.getNamedAttr("name", b.getStringAttr(unique)),
           b.getNamedAttr("type", b.getStringAttr("multiArray"))});
      attributes.push_back(
          b.getDictionaryAttr(b.getNamedAttr("coreml.feature", feature)));
    }
  ret->setOperands(values);
  main.setType(
      b.getFunctionType(main.getArgumentTypes(), ret->getOperandTypes()));
  main.setAllResultAttrs(attributes);
}

// Both sides of an output. Where one is rounded to pixels it may be half a step
// from the exact value, which is no error.
static Difference compareOutput(const BundleFeature &output,
                                LoadedModel &kernels, LoadedModel &reference) {
  std::vector<float> got = outputValues(output, kernels);
  std::vector<float> wanted = reference.exactPixels(output.buffer);
  if (wanted.empty())
    return compareValues(got, outputValues(output, reference));
  if (output.dataType == "uint8")
    for (auto [value, exact] : llvm::zip(got, wanted)) {
      exact = std::clamp(exact, 0.0f, 255.0f);
      float apart = value - exact;
      value =
          exact + std::copysign(std::max(std::fabs(apart) - 0.5f, 0.0f), apart);
    }
  return compareValues(got, wanted);
}

static int compareOutputs(const Bundle &bundle, LoadedModel &kernels,
                          LoadedModel &reference, double tolerance) {
  int status = 0;
  bool first = true;
  for (const BundleFeature &output : bundle.outputs) {
    Difference difference = compareOutput(output, kernels, reference);
    bool good = difference.ofRange <= tolerance;
    llvm::outs() << llvm::format("%s  of range %.2e  absolute %.2e  relative "
                                 "%.2e  ",
                                 good ? "PASS" : "FAIL", difference.ofRange,
                                 difference.absolute, difference.relative)
                 << output.name << "\n";
    if (good)
      continue;
    if (layers && first)
      llvm::outs() << "first layer that departs: " << output.name << "\n";
    first = false;
    status = 1;
  }
  return status;
}

// What passes do to a network that does not come through them.
static int explainFailure(ModuleOp module) {
  PassesOptions options;
  options.os = &llvm::outs();
  auto result = verifyPasses(module, drawInputs(module, 1), options);
  if (!result)
    return reportError(result.takeError());
  llvm::outs() << "first pass that departs: " << result->fault << "\n";
  return 1;
}

static int run() {
  if (isBundle(model))
    return reportError("verify takes a model: a bundle has no layers to "
                       "compare with");
  ToolContext context;
  OwningOpRef<ModuleOp> module = loadModel(model, *context, inputShapes.get());
  if (!module)
    return 1;
  if (layers)
    returnAllLayers(*module);
  std::optional<double> maxError = precision.getMaxError();
  if (ranges) {
    constexpr double kWorthListing = 1e-3;
    if (llvm::Error error = printRanges(
            *module, inputs, maxError.value_or(kWorthListing), llvm::outs()))
      return reportError(std::move(error));
  }
  OwningOpRef<ModuleOp> compiled = module->clone();
  Precision wanted = precision.get(inputs);
  PrecisionReport report;
  wanted.report = &report;
  if (failed(compileModule(*compiled, wanted)))
    return passes ? explainFailure(*module) : 1;
  if (wanted.name == "auto")
    printReport(report, llvm::outs());
  FailureOr<TemporaryFolder> folder = writeTemporaryBundle(*compiled);
  if (failed(folder))
    return 1;
  llvm::Expected<Bundle> bundle = Bundle::read(folder->path());
  if (!bundle)
    return reportError(bundle.takeError());
  setInputDomains(*bundle, *module);
  unsigned samples = countSamples(inputs);
  auto values = readInputs(*bundle, inputs, /*drawMissing=*/true, samples);
  if (!values)
    return reportError(values.takeError());
  auto kernels = loadOnHost(*bundle, {0, wholeGroups});
  if (!kernels)
    return reportError(kernels.takeError());
  std::unique_ptr<LoadedModel> reference = loadReference(*module, *bundle);
  double tolerance =
      maxError.value_or(wanted.name == "f32" ? 1e-4 : kHalfTolerance);
  int status = 0;
  for (unsigned sample = 0; sample < samples; ++sample) {
    if (samples > 1)
      llvm::outs() << "sample " << sample + 1 << ":\n";
    for (LoadedModel *runner : {kernels->get(), reference.get()}) {
      setInputs(*bundle, *values, *runner, sample);
      runner->run();
    }
    if (passes) {
      llvm::Expected<bool> isGood =
          printPasses(*module, *bundle, *values, sample, **kernels, tolerance,
                      llvm::outs());
      if (!isGood)
        return reportError(isGood.takeError());
      status |= *isGood ? 0 : 1;
      continue;
    }
    status |= compareOutputs(*bundle, **kernels, *reference, tolerance);
  }
  return status;
}

Command mlc::verifyCommand() { return {&command, run}; }
