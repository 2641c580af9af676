// mlc verify MODEL: compiled kernels against the plain reference evaluator.
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Compare.h"
#include "mlc/Tool/Findings.h"
#include "mlc/Tool/InputDomains.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/NonFinite.h"
#include "mlc/Tool/Ranges.h"
#include "mlc/Tool/StoredLayers.h"
#include "mlc/Tool/Tool.h"
#include "mlc/Tool/VerifyPasses.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
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
static cl::opt<bool> layers(
    "layers",
    cl::desc("compare every value that is kept between kernels, as it is "
             "stored, and name the first layer that departs"),
    cl::sub(command));
static cl::opt<bool>
    ranges("ranges",
           cl::desc("list the kernels that leave half's range or lose more "
                    "than --max-error (1e-3) in half, and their layers"),
           cl::sub(command));
static cl::opt<bool> allowNonFinite(
    "allow-nonfinite",
    cl::desc("pass where kernels and reference have NaN and infinity at the "
             "same places"),
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

namespace {

/// Compares what kernels and reference make of the same inputs.
class Comparison {
public:
  /// With `layered`, whose network is `network` then, its outputs, too.
  Comparison(const Bundle &bundle, LoadedModel &kernels,
             LayeredProgram *layered, ModuleOp network, double tolerance)
      : bundle(bundle), kernels(kernels), layered(layered), trace(network),
        expected(layered ? layered->getBundle() : bundle),
        reference(loadReference(network, expected, trace.observer())),
        tolerance(tolerance) {}

  /// Runs a sample and prints a line for each output. Returns the exit status.
  int run(ArrayRef<InputValue> values, unsigned sample);

private:
  SmallVector<unsigned> order() const;
  Difference compare(unsigned index, std::vector<float> got);
  int judge(unsigned index, const Difference &difference);
  void explain(unsigned index, const Difference &difference);
  void compareLabels();
  bool isOwn(unsigned index) const { return index < bundle.outputs.size(); }
  std::vector<float> valuesOf(unsigned index) {
    return isOwn(index)
               ? outputValues(bundle.outputs[index], kernels)
               : outputValues(expected.outputs[index], layered->getKernels());
  }

  const Bundle &bundle;
  LoadedModel &kernels;
  LayeredProgram *layered;
  NonFiniteTrace trace;
  /// What the reference has the outputs of.
  const Bundle &expected;
  std::unique_ptr<LoadedModel> reference;
  double tolerance;
  bool isFirst = true;
};

} // namespace

// As the network computes them.
SmallVector<unsigned> Comparison::order() const {
  SmallVector<unsigned> indices(
      llvm::to_vector(llvm::seq<unsigned>(0, expected.outputs.size())));
  if (layered)
    llvm::sort(indices, [&](unsigned a, unsigned b) {
      ArrayRef<StoredLayer> outputs = layered->getOutputs();
      return std::pair(outputs[a].position, a) <
             std::pair(outputs[b].position, b);
    });
  return indices;
}

// Where an output is rounded to pixels it may be half a step from the exact
// value, which is no error.
Difference Comparison::compare(unsigned index, std::vector<float> got) {
  const BundleFeature &output = expected.outputs[index];
  std::vector<float> wanted = reference->exactPixels(output.buffer);
  if (wanted.empty())
    return compareValues(got, outputValues(output, *reference));
  if (output.dataType == "uint8")
    for (auto [value, exact] : llvm::zip(got, wanted)) {
      exact = std::clamp(exact, 0.0f, 255.0f);
      float apart = value - exact;
      value =
          exact + std::copysign(std::max(std::fabs(apart) - 0.5f, 0.0f), apart);
    }
  return compareValues(got, wanted);
}

int Comparison::judge(unsigned index, const Difference &difference) {
  bool agrees = difference.isWithin(tolerance);
  // What is not finite inside of a network may end there.
  bool isFinite = allowNonFinite || !isOwn(index) || difference.nonFinite == 0;
  llvm::outs() << llvm::format("%s  of range %.2e  absolute %.2e  relative "
                               "%.2e  ",
                               agrees && isFinite ? "PASS" : "FAIL",
                               difference.ofRange, difference.absolute,
                               difference.relative)
               << expected.outputs[index].name;
  if (difference.elements == 0)
    llvm::outs() << "  (has no elements)";
  if (difference.nonFinite)
    llvm::outs() << "  (" << difference.nonFinite << " of "
                 << difference.elements << " not finite in the reference)";
  if (difference.misplaced)
    llvm::outs() << "  (" << difference.misplaced << " of "
                 << difference.elements
                 << " not finite on one side, or otherwise)";
  llvm::outs() << "\n";
  if (!isFinite)
    reportWarning("output '" + expected.outputs[index].name +
                  "' is not finite in the reference, from " +
                  trace.originOf(index) + " on");
  if (!agrees && layered && std::exchange(isFirst, false))
    explain(index, difference);
  return agrees && isFinite ? 0 : 1;
}

// Of the first layer that departs: what else its kernel computes, and whether
// half precision ends before its values do.
void Comparison::explain(unsigned index, const Difference &difference) {
  constexpr double kLargestHalf = 65504;
  const BundleFeature &output = expected.outputs[index];
  llvm::outs() << "first layer that departs: " << output.name;
  const std::vector<std::string> &others = layered->getOutputs()[index].others;
  if (!others.empty())
    llvm::outs() << " (in one kernel with " << llvm::join(others, ", ") << ")";
  double largest = 0;
  for (float value : reference->exactPixels(output.buffer))
    if (std::isfinite(value))
      largest = std::max(largest, double(std::fabs(value)));
  if (output.dataType == "float16" && largest > kLargestHalf)
    llvm::outs() << llvm::format(": it reaches %.3g, half ends at %.0f",
                                 largest, kLargestHalf);
  llvm::outs() << "\n";
}

// Equal but for small errors, probabilities may still be in another order.
void Comparison::compareLabels() {
  if (bundle.probabilities < 0)
    return;
  auto got = rankedLabels(bundle, valuesOf(bundle.probabilities));
  auto wanted = rankedLabels(
      bundle, outputValues(expected.outputs[bundle.probabilities], *reference));
  if (got.empty() || wanted.empty() || got[0].first == wanted[0].first)
    return;
  llvm::outs() << llvm::format("the label differs: %.4f ", got[0].second)
               << got[0].first
               << llvm::format(", in the reference %.4f ", wanted[0].second)
               << wanted[0].first << "\n";
}

int Comparison::run(ArrayRef<InputValue> values, unsigned sample) {
  setInputs(bundle, values, kernels, sample);
  kernels.run();
  if (layered) {
    setInputs(expected, values, layered->getKernels(), sample);
    layered->getKernels().run();
  }
  setInputs(expected, values, *reference, sample);
  trace.begin(expected, *reference);
  reference->run();
  int status = 0;
  isFirst = true;
  for (unsigned index : order())
    status |= judge(index, compare(index, valuesOf(index)));
  compareLabels();
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
  if (llvm::Error error = precision.check(model, /*usesMaxError=*/true))
    return reportError(std::move(error));
  ToolContext context;
  GivenInputs given(inputShapes.get());
  given.files = inputs;
  OwningOpRef<ModuleOp> module = loadModel(model, *context, given);
  if (!module)
    return 1;
  printFindings(findIn(*module));
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
  llvm::Expected<Bundle> bundle = bundleOf(*compiled);
  if (!bundle)
    return reportError(bundle.takeError());
  setInputDomains(*bundle, *module);
  unsigned samples = countSamples(*bundle, inputs);
  auto values = readInputs(*bundle, inputs, /*drawMissing=*/true, samples);
  if (!values)
    return reportError(values.takeError());
  auto kernels = loadOnHost(*bundle, {0, wholeGroups});
  if (!kernels)
    return reportError(kernels.takeError());
  std::unique_ptr<LayeredProgram> layered;
  if (layers) {
    auto created =
        LayeredProgram::create(*module, *compiled, wanted, wholeGroups);
    if (!created)
      return reportError(created.takeError());
    layered = std::move(*created);
  }
  double tolerance =
      maxError.value_or(wanted.name == "f32" ? 1e-4 : kHalfTolerance);
  Comparison comparison(*bundle, **kernels, layered.get(),
                        layered ? layered->getNetwork() : *module, tolerance);
  int status = 0;
  for (unsigned sample = 0; sample < samples; ++sample) {
    if (samples > 1)
      llvm::outs() << "sample " << sample + 1 << ":\n";
    if (passes) {
      setInputs(*bundle, *values, **kernels, sample);
      (*kernels)->run();
      llvm::Expected<bool> isGood =
          printPasses(*module, *bundle, *values, sample, **kernels, tolerance,
                      llvm::outs());
      if (!isGood)
        return reportError(isGood.takeError());
      status |= *isGood ? 0 : 1;
      continue;
    }
    status |= comparison.run(*values, sample);
  }
  return status;
}

Command mlc::verifyCommand() { return {&command, run}; }
