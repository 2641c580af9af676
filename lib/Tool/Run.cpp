// mlc run MODEL|BUNDLE
#include "mlc/Runtime/Features.h"
#include "mlc/Support/Progress.h"
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/OutputChecks.h"
#include "mlc/Tool/OutputJson.h"
#include "mlc/Tool/Profile.h"
#include "mlc/Tool/Tool.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace mlc;
namespace cl = llvm::cl;

static cl::SubCommand command("run", "run a model or bundle on this machine");
static cl::opt<std::string> model(cl::Positional, cl::desc("MODEL|BUNDLE"),
                                  cl::Required, cl::sub(command));
static cl::list<std::string> inputs("i", cl::desc("an input of the model"),
                                    cl::value_desc("NAME=FILE"),
                                    cl::sub(command));
static cl::opt<std::string> directory("o", cl::desc("where outputs go"),
                                      cl::value_desc("DIR"), cl::sub(command));
static cl::opt<unsigned> topK("top-k",
                              cl::desc("print the N most likely labels (1; "
                                       "all with --json)"),
                              cl::value_desc("N"), cl::init(1),
                              cl::sub(command));
static cl::opt<bool> profile("profile", cl::desc("print the time of each step"),
                             cl::sub(command));
static cl::opt<bool>
    reference("reference",
              cl::desc("run the plain reference evaluator instead of kernels"),
              cl::sub(command));
static cl::opt<unsigned>
    steps("steps",
          cl::desc("run N times; each run takes the states of the one before, "
                   "and its own of N values of an input: in an array with N in "
                   "front of its shape, or in N options -i"),
          cl::value_desc("N"), cl::init(1), cl::sub(command));
static cl::opt<bool>
    everyStep("every-step",
              cl::desc("write the outputs of each step, to DIR/1, DIR/2, ..."),
              cl::sub(command));
static llvm::cl::opt<bool>
    wholeGroups("whole-groups",
                llvm::cl::desc("run cooperative kernels with all threads of "
                               "their groups, which tests their barriers"),
                llvm::cl::sub(command));
static cl::opt<unsigned>
    alternative("alternative",
                cl::desc("with --whole-groups: groups of the size that the "
                         "manifest gives as alternative N"),
                cl::value_desc("N"), cl::init(0), cl::sub(command));
static cl::opt<bool>
    json("json", cl::desc("print the outputs as JSON (docs/run.schema.json)"),
         cl::sub(command));
static PrecisionOption precision(command);
static InputShapeOption inputShapes(command);
static TrustOption trust(command);

static void printOutputs(const Bundle &bundle, LoadedModel &loaded) {
  for (auto [index, output] : llvm::enumerate(bundle.outputs)) {
    std::vector<float> values = shownValues(output, loaded);
    if (int(index) == bundle.probabilities) {
      auto ranked = rankedLabels(bundle, values);
      if (ranked.empty() && !values.empty())
        llvm::outs() << "no label: none of the " << values.size()
                     << " probabilities is finite\n";
      for (auto &[label, probability] : llvm::ArrayRef(ranked).take_front(topK))
        llvm::outs() << llvm::format("%.4f  ", probability) << label << "\n";
      continue;
    }
    if (!directory.empty())
      continue;
    // Without a folder to write to, show that there is something.
    constexpr size_t kShown = 8;
    llvm::outs() << output.name << " [";
    llvm::interleave(output.shape, llvm::outs(), "x");
    llvm::outs() << "]:";
    for (float value : llvm::ArrayRef(values).take_front(kShown))
      llvm::outs() << llvm::format(" %g", std::isnan(value) ? NAN : value);
    llvm::outs() << (values.size() > kShown ? " ...\n" : "\n");
  }
}

static void printJson(const Bundle &bundle, LoadedModel &loaded,
                      llvm::ArrayRef<double> seconds) {
  size_t most = topK.getNumOccurrences() ? size_t(topK) : bundle.labels.size();
  llvm::json::Object result = outputsAsJson(bundle, loaded, most);
  if (profile)
    result["dispatches"] = profileAsJson(bundle, seconds);
  llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(result)))
               << "\n";
}

// Outputs that are states become the inputs that they are the next value of.
static void feedStates(const Bundle &bundle, LoadedModel &loaded) {
  for (const BundleFeature &input : bundle.inputs)
    for (const BundleFeature &output : bundle.outputs) {
      if (input.state.empty() || output.name != input.state ||
          output.numElements() != input.numElements())
        continue;
      llvm::MutableArrayRef<char> to = loaded.buffer(input.buffer);
      llvm::copy(loaded.buffer(output.buffer).take_front(to.size()),
                 to.begin());
    }
}

// Whether any input changes from step to step.
static bool changes(const Bundle &bundle, llvm::ArrayRef<InputValue> values) {
  return llvm::any_of(llvm::zip(bundle.inputs, values), [&](auto input) {
    auto &[feature, value] = input;
    return !feature.state.empty() || isSeries(bundle, feature, value);
  });
}

// The options that have an effect only with others, as far as that is known
// without the model.
static llvm::Error checkOptions() {
  if (steps == 0)
    return llvm::createStringError("--steps takes a number from 1 on");
  if (topK == 0)
    return llvm::createStringError("--top-k takes a number from 1 on");
  if (reference)
    if (llvm::Error error =
            rejectOptions({&wholeGroups, &alternative, &profile},
                          "is about kernels, and --reference runs none"))
      return error;
  if (!wholeGroups)
    if (llvm::Error error =
            rejectOptions({&alternative}, "is for --whole-groups"))
      return error;
  return precision.check(model);
}

// And those that are known with it.
static llvm::Error checkOptions(const Bundle &bundle) {
  if (bundle.probabilities < 0)
    if (llvm::Error error =
            rejectOptions({&topK}, "is for classifiers with probabilities, "
                                   "and '" +
                                       model + "' is none"))
      return error;
  size_t alternatives = 0;
  for (const BundleDispatch &dispatch : bundle.dispatches)
    alternatives = std::max(alternatives, dispatch.alternatives.size());
  // Steps without an alternative of this number run as they do without it.
  if (alternative > alternatives)
    printNote("--alternative=" + llvm::Twine(alternative) +
              " changes nothing: no kernel has as many sizes of groups");
  return llvm::Error::success();
}

static int run() {
  if (llvm::Error error = checkOptions())
    return reportError(std::move(error));
  auto disk =
      BundleOnDisk::open(model, precision.get(inputs), inputShapes.get());
  if (!disk)
    return reportError(disk.takeError());
  llvm::Expected<Bundle> bundle =
      readBundle(disk->path(), inputs, inputShapes.get());
  if (!bundle)
    return reportError(bundle.takeError());
  bundle->isForeign = disk->isForeign();
  if (llvm::Error error = checkOptions(*bundle))
    return reportError(std::move(error));
  if (everyStep && directory.empty())
    return reportError("--every-step needs -o DIR");
  // Look at the inputs before the kernels are compiled: errors come at once.
  auto values = readInputs(*bundle, inputs, /*drawMissing=*/false, steps);
  if (!values)
    return reportError(values.takeError());
  if (steps > 1 && !changes(*bundle, *values))
    return reportError(
        "--steps needs a model with states, or values for each step, and '" +
        model + "' has no input that an output is the next value of");
  ToolContext context;
  mlir::OwningOpRef<mlir::ModuleOp> layers;
  if (reference) {
    if (isBundle(model))
      return reportError("--reference takes a model: a bundle has no layers");
    layers = loadModel(model, *context, inputShapes.get());
    if (!layers)
      return 1;
  }
  llvm::Expected<std::unique_ptr<LoadedModel>> loaded =
      reference
          ? loadReference(*layers, *bundle)
          : loadOnHost(*bundle, trust.apply({0, wholeGroups, alternative}));
  if (!loaded)
    return reportError(loaded.takeError());
  OutputChecks checks(*bundle, **loaded, reference, [&](MLIRContext *context) {
    return isBundle(model) || bundle->numVariants > 1
               ? OwningOpRef<ModuleOp>()
               : loadModel(model, context, inputShapes.get());
  });
  std::vector<double> seconds(profile ? bundle->dispatches.size() : 0);
  std::optional<Progress> progress;
  progress.emplace("running '" + model + "'", steps > 1 ? steps : 0);
  for (unsigned step = 0; step < steps; ++step, progress->advance()) {
    if (step > 0)
      feedStates(*bundle, **loaded);
    setInputs(*bundle, *values, **loaded, step);
    (*loaded)->run(seconds);
    if (llvm::Error error = (*loaded)->takeError())
      return reportError(std::move(error));
    checks.check();
    if (!everyStep)
      continue;
    std::string folder = (directory + "/" + llvm::Twine(step + 1)).str();
    if (llvm::Error error = writeOutputs(*bundle, **loaded, folder))
      return reportError(std::move(error));
  }
  progress.reset();
  if (json)
    printJson(*bundle, **loaded, seconds);
  if (profile && !json)
    printProfile(*bundle, seconds, llvm::outs());
  if (!json)
    printOutputs(*bundle, **loaded);
  if (!directory.empty() && !everyStep)
    if (llvm::Error error = writeOutputs(*bundle, **loaded, directory))
      return reportError(std::move(error));
  return 0;
}

Command mlc::runCommand() { return {&command, run}; }
