// What the commands of `mlc` share: diagnostics people can read, and the way
// from a file to a bundle.
#include "mlc/Tool/Tool.h"

#include "mlc/Dialect/Metal/Metal.h"
#include "mlc/Dialect/NN/Precision.h"
#include "mlc/InitAll.h"
#include "mlc/MLModel/CustomLayers.h"
#include "mlc/MLModel/Import.h"
#include "mlc/Pipelines.h"
#include "mlc/Runtime/Bundle.h"
#include "mlc/Support/Progress.h"
#include "mlc/Support/Provenance.h"
#include "mlc/Target/Metal/Metal.h"
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Findings.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/States.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <map>
#include <mutex>

using namespace mlir;
using namespace mlc;

int mlc::reportError(const llvm::Twine &message) {
  clearProgress();
  llvm::errs() << "mlc: error: " << message << "\n";
  return 1;
}

char ReportedError::ID = 0;

void ReportedError::log(raw_ostream &os) const { os << "failed"; }

std::error_code ReportedError::convertToErrorCode() const {
  return llvm::inconvertibleErrorCode();
}

int mlc::reportError(llvm::Error error) {
  llvm::handleAllErrors(
      std::move(error), [](const ReportedError &) {},
      [](const llvm::ErrorInfoBase &other) { reportError(other.message()); });
  return 1;
}

//===----------------------------------------------------------------------===//
// Diagnostics
//===----------------------------------------------------------------------===//

std::string mlc::placeOf(Location loc) {
  if (auto file = dyn_cast<FileLineColLoc>(loc))
    return (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" +
            Twine(file.getColumn()) + ": ")
        .str();
  if (SmallVector<StringRef> names = layerNames(loc); !names.empty())
    return "layer '" + layerList(loc) + "': ";
  return "";
}

// One line that names the layers, or the place in a text file.
static void printDiagnostic(Diagnostic &diagnostic) {
  std::string message = diagnostic.str();
  reportError(placeOf(diagnostic.getLocation()) +
              StringRef(message).split('\n').first);
}

ToolContext::ToolContext() {
  DialectRegistry registry;
  registerDialects(registry);
  context = std::make_unique<MLIRContext>(registry);
  context->loadAllAvailableDialects();
  context->printOpOnDiagnostic(false);
  // What else fails is a consequence, or to be found when that is mended.
  context->getDiagEngine().registerHandler(
      [isFirst = true](Diagnostic &diagnostic) mutable {
        if (diagnostic.getSeverity() == DiagnosticSeverity::Error &&
            std::exchange(isFirst, false))
          printDiagnostic(diagnostic);
        return success();
      });
}

ToolContext::~ToolContext() = default;

namespace {

// Collects what passes declined to do. The functions of a module are optimised
// by several threads, so that remarks come from all of them.
class RemarkCollector : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit RemarkCollector(std::vector<MissedRemark> &missed)
      : missed(missed) {}

  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    std::string text;
    for (const auto &argument : remark.getArgs())
      text += argument.val;
    std::lock_guard<std::mutex> lock(mutex);
    missed.push_back(
        {remark.getRemarkName().str(), text, remark.getFunction().str()});
  }

private:
  std::mutex mutex;
  std::vector<MissedRemark> &missed;
};

} // namespace

LogicalResult mlc::collectRemarks(MLIRContext *context,
                                  std::vector<MissedRemark> &missed) {
  remark::RemarkCategories categories;
  categories.missed = ".*";
  return remark::enableOptimizationRemarks(
      *context, std::make_unique<RemarkCollector>(missed),
      std::make_unique<remark::RemarkEmittingPolicyAll>(), categories);
}

void mlc::orderRemarks(std::vector<MissedRemark> &missed) {
  std::map<std::pair<bool, std::string>, std::vector<MissedRemark>> byFunction;
  for (MissedRemark &remark : missed)
    byFunction[{remark.function != "main", remark.function}].push_back(
        std::move(remark));
  missed.clear();
  for (auto &[function, remarks] : byFunction)
    llvm::append_range(missed, std::move(remarks));
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

// Of every command, for each may be given a model.
static llvm::cl::opt<std::string>
    customLayers("custom-layers",
                 llvm::cl::desc("the folder that describes a model's custom "
                                "layers (docs/custom-layers.md)"),
                 llvm::cl::value_desc("DIR"), llvm::cl::cat(commonOptions()),
                 llvm::cl::sub(llvm::cl::SubCommand::getAll()));

// Makes the classes of `--custom-layers` known; reports errors.
static LogicalResult readCustomLayers(MLIRContext *context) {
  if (customLayers.empty())
    return success();
  if (llvm::Error error = useCustomLayers(customLayers, context)) {
    reportError(std::move(error));
    return failure();
  }
  return success();
}

llvm::Error mlc::rejectCustomLayers(const llvm::Twine &why) {
  return rejectOptions({&customLayers}, why);
}

OwningOpRef<ModuleOp> mlc::importFile(StringRef path, MLIRContext *context,
                                      ArrayRef<InputShape> shapes,
                                      std::vector<std::string> *defaults,
                                      ImportOptions options) {
  if (failed(readCustomLayers(context)))
    return nullptr;
  Progress progress("reading '" + path + "'");
  return importModelFile(path, context, shapes, defaults, options);
}

static FailureOr<std::vector<std::vector<InputShape>>>
readShapes(ArrayRef<std::string> texts) {
  auto sets = parseInputShapes(texts);
  if (sets)
    return std::move(*sets);
  reportError(sets.takeError());
  return failure();
}

// The shapes of what is given choose, too, unless there are several variants.
static ImportOptions optionsFor(const GivenInputs &given, size_t variants) {
  ImportOptions options;
  if (variants == 1 && !given.files.empty())
    options.fileShapes = [&given](ArrayRef<std::string> names) {
      return readFileShapes(names, given);
    };
  return options;
}

OwningOpRef<ModuleOp> mlc::loadModel(StringRef path, MLIRContext *context,
                                     const GivenInputs &given) {
  auto sets = readShapes(given.shapes);
  if (failed(sets))
    return nullptr;
  if (sets->size() == 1)
    return importFile(path, context, sets->front(), nullptr,
                      optionsFor(given, 1));
  reportError("--input-shape is there twice for one input");
  return nullptr;
}

OwningOpRef<ModuleOp> mlc::loadForExport(StringRef path, MLIRContext *context,
                                         ArrayRef<std::string> inputShapes,
                                         std::vector<std::string> &notes) {
  auto sets = readShapes(inputShapes);
  if (failed(sets) || failed(readCustomLayers(context)))
    return nullptr;
  if (sets->size() == 1)
    return importForExport(path, context, sets->front(), notes);
  reportError("--input-shape is there twice for one input");
  return nullptr;
}

llvm::Expected<DescribedModel>
mlc::loadDescription(StringRef path, MLIRContext *context,
                     ArrayRef<std::string> inputShapes, bool withLayers) {
  auto sets = parseInputShapes(inputShapes);
  if (!sets)
    return sets.takeError();
  if (sets->size() > 1)
    return llvm::createStringError(
        "--input-shape is there twice for one input");
  if (failed(readCustomLayers(context)))
    return llvm::make_error<ReportedError>();
  return describeModelFile(path, context, sets->front(), withLayers);
}

// The types of the network's inputs, as one.
static Type inputTypes(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isPrivate())
      return TupleType::get(module.getContext(),
                            function.getFunctionType().getInputs());
  return {};
}

OwningOpRef<ModuleOp>
mlc::compileModel(StringRef path, const Precision &precision,
                  MLIRContext *context, const GivenInputs &given,
                  std::vector<MissedRemark> *missed, bool notesRules) {
  auto sets = readShapes(given.shapes);
  if (failed(sets))
    return nullptr;
  OwningOpRef<ModuleOp> all;
  Precision stored = precision;
  std::vector<Type> variants;
  // Of the first variant; an error comes alone.
  std::vector<std::string> notes;
  std::vector<BrokenRule> broken;
  for (const std::vector<InputShape> &shapes : *sets) {
    ImportOptions options = optionsFor(given, sets->size());
    if (notesRules && !all)
      options.brokenRules = &broken;
    OwningOpRef<ModuleOp> module =
        importFile(path, context, shapes, all ? nullptr : &notes, options);
    if (module)
      if (llvm::Error error = setStates(*module, given.states)) {
        reportError(std::move(error));
        return nullptr;
      }
    // What the first variant keeps in float, all do.
    if (module && all && precision.name == "auto") {
      stored.name = "f16";
      module->getOperation()->setAttr(
          nn::kFloatLayersAttr,
          all->getOperation()->getAttr(nn::kFloatLayersAttr));
    }
    if (module && llvm::is_contained(variants, inputTypes(*module))) {
      reportError("--input-shape gives two variants the same shapes");
      return nullptr;
    }
    if (module)
      variants.push_back(inputTypes(*module));
    if (module && !all)
      printFindings(findIn(*module));
    if (!module ||
        failed(compileModule(*module, stored, std::exchange(missed, nullptr),
                             /*releaseWeights=*/true)))
      return nullptr;
    if (all) {
      addVariant(*all, *module);
      continue;
    }
    all = std::move(module);
  }
  if (!broken.empty())
    notes.push_back(summarizeBrokenRules(broken));
  for (const std::string &line : notes)
    printNote(line);
  return all;
}

// The layers with quantised weights, and how those are stored.
static std::map<std::string, std::string> findQuantised(ModuleOp module) {
  std::map<std::string, std::string> layers;
  module.walk([&](Operation *op) {
    for (NamedAttribute attr : op->getDiscardableAttrs())
      if (attr.getName().strref().ends_with("_encoding"))
        layers[layerList(op->getLoc())] =
            cast<StringAttr>(attr.getValue()).str();
  });
  return layers;
}

// Says why weights that the file has packed are not so in the bundle.
static void explainExpanded(ModuleOp module,
                            const std::map<std::string, std::string> &quantised,
                            bool expandWeights,
                            std::vector<MissedRemark> &missed) {
  llvm::StringSet<> packed;
  module.walk([&](metal::WeightsOp op) {
    if (cast<MemRefType>(op.getType()).getElementType().isInteger(8))
      for (StringRef layer : layerNames(op.getLoc()))
        packed.insert(layer);
  });
  for (const auto &[layer, encoding] : quantised) {
    if (packed.contains(layer))
      continue;
    StringRef why =
        expandWeights ? "as --expand-weights asks" : "there are few of them";
    missed.push_back({"pack-weights",
                      "layer '" + layer + "': its weights (" + encoding +
                          ") are expanded: " + why.str(),
                      "main"});
  }
}

LogicalResult mlc::compileModule(ModuleOp module, const Precision &precision,
                                 std::vector<MissedRemark> *missed,
                                 bool releaseWeights) {
  MLIRContext *context = module.getContext();
  bool isAuto = precision.name == "auto";
  if (isAuto && failed(choosePrecision(module, precision)))
    return failure();
  if (missed && failed(collectRemarks(context, *missed)))
    return failure();
  PassManager pm(context, ModuleOp::getOperationName());
#ifdef NDEBUG
  // Wrong IR is a fault of ours, which builds with assertions look for.
  pm.enableVerifier(false);
#endif
  LoweringOptions options;
  options.precision = isAuto ? "f16" : precision.name.str();
  options.winograd = precision.winograd;
  options.expandWeights = precision.expandWeights;
  options.gpuFamily = precision.gpuFamily;
  options.floatImages = precision.floatImages;
  options.releaseWeights = releaseWeights;
  buildCompilePipeline(pm, options);
  std::map<std::string, std::string> quantised;
  if (missed)
    quantised = findQuantised(module);
  bool explained = false;
  Progress progress("compiling the network");
  ScopedDiagnosticHandler listener(context, [&](Diagnostic &diagnostic) {
    explained |= diagnostic.getSeverity() == DiagnosticSeverity::Error;
    return failure();
  });
  if (failed(pm.run(module))) {
    if (!explained)
      reportError("a step of the compiler failed and did not say why");
    return failure();
  }
  if (missed) {
    orderRemarks(*missed);
    explainExpanded(module, quantised, precision.expandWeights, *missed);
  }
  return success();
}

llvm::Expected<BundleOnDisk> BundleOnDisk::open(StringRef path,
                                                const Precision &precision,
                                                const GivenInputs &given) {
  BundleOnDisk result;
  if (isBundle(path)) {
    result.folder = path.str();
    return std::move(result);
  }
  ToolContext context;
  OwningOpRef<ModuleOp> module = compileModel(path, precision, *context, given);
  if (!module)
    return llvm::make_error<ReportedError>();
  FailureOr<TemporaryFolder> folder = writeTemporaryBundle(*module);
  if (failed(folder))
    return llvm::make_error<ReportedError>();
  result.temporary = std::move(*folder);
  result.folder = result.temporary->path().str();
  return std::move(result);
}
