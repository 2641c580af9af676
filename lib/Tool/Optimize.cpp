// mlc optimize MODEL [-o OUT.mlmodel]
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/MLModel/Export.h"
#include "mlc/MLModel/Import.h"
#include "mlc/Pipelines.h"
#include "mlc/Support/OutputFile.h"
#include "mlc/Support/Progress.h"
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Findings.h"
#include "mlc/Tool/Tool.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;
namespace cl = llvm::cl;

static cl::SubCommand command("optimize",
                              "write a better model file that Core ML runs");
static cl::opt<std::string> model(cl::Positional, cl::desc("MODEL"),
                                  cl::Required, cl::sub(command));
static cl::opt<std::string> output("o",
                                   cl::desc("the model to write; else "
                                            "MODEL.optimized.mlmodel beside "
                                            "the model"),
                                   cl::value_desc("OUT"), cl::sub(command));
static cl::opt<bool> halfWeights("half-weights",
                                 cl::desc("store large weights in half "
                                          "precision"),
                                 cl::sub(command));
static cl::opt<bool> report("report",
                            cl::desc("print what was not done and why"),
                            cl::sub(command));

using Counts = llvm::MapVector<StringRef, int64_t>;

// How many layers of each type there are.
static Counts countLayers(ModuleOp module) {
  Counts counts;
  module.walk([&](Operation *op) {
    if (mlc::isLayer(op))
      ++counts[op->getName().stripDialect()];
  });
  return counts;
}

static int64_t sum(const Counts &counts) {
  int64_t total = 0;
  for (auto [type, count] : counts)
    total += count;
  return total;
}

// Where the model goes.
static std::string outputPath() {
  if (output.getNumOccurrences())
    return output;
  SmallString<128> beside(model);
  llvm::sys::path::replace_extension(beside, "optimized.mlmodel");
  return std::string(beside);
}

static std::string sizeText(StringRef path) {
  uint64_t bytes = 0;
  (void)llvm::sys::fs::file_size(path, bytes);
  return llvm::formatv("{0:f2} MB", double(bytes) / 1e6).str();
}

static void printChanges(Counts &before, Counts &after, StringRef inputSize,
                         StringRef path, raw_ostream &os) {
  os << "layers: " << sum(before) << " -> " << sum(after);
  const char *separator = " (";
  for (auto [type, count] : after)
    before.try_emplace(type, 0);
  for (auto [type, count] : before) {
    int64_t now = after.lookup(type);
    if (now == count)
      continue;
    os << separator << type << " " << count << " -> " << now;
    separator = ", ";
  }
  os << (*separator == ',' ? ")\n" : "\n");
  if (llvm::sys::fs::is_regular_file(path))
    os << "file: " << inputSize << " -> " << sizeText(path) << "\n";
}

static int run() {
  if (llvm::Error error = mlc::requireModel("optimize", model))
    return mlc::reportError(std::move(error));
  std::optional<mlc::Progress> progress;
  progress.emplace("optimising '" + model + "'");
  mlc::ToolContext context;
  mlc::ImportOptions options;
  options.keepFileForm = true;
  options.findSequence = true;
  OwningOpRef<ModuleOp> module =
      mlc::importFile(model, *context, {}, nullptr, options);
  if (!module)
    return 1;
  std::vector<mlc::MissedRemark> missed;
  if (report && failed(mlc::collectRemarks(*context, missed)))
    return 1;
  mlc::printFindings(mlc::findIn(*module));
  Counts before = countLayers(*module);
  int64_t halves = mlc::countHalfWeights(*module);
  PassManager pm(*context, ModuleOp::getOperationName());
  mlc::ModelOptions passes;
  passes.halfWeights = halfWeights;
  mlc::buildModelPipeline(pm, passes);
  if (failed(pm.run(*module)))
    return 1;
  Counts after = countLayers(*module);
  if (after.empty())
    return mlc::reportError(llvm::createStringError(
        "no layer would be left, and a network needs one: every output is an "
        "input"));
  // The model may be replaced.
  std::string path = outputPath(), inputSize = sizeText(model);
  {
    mlc::Progress writing("writing '" + path + "'");
    if (failed(mlc::exportModelFile(*module, path)))
      return 1;
  }
  progress.reset();
  if (output.getNumOccurrences() == 0)
    mlc::printNote("the model is '" + path + "'");
  // What is said goes beside a model on standard output.
  raw_ostream &os = mlc::isStandardOutput(path) ? llvm::errs() : llvm::outs();
  printChanges(before, after, inputSize, path, os);
  mlc::printFindings(mlc::findInOptimized(*module, halfWeights, halves));
  for (const mlc::MissedRemark &remark : missed)
    os << "not done by " << remark.pass << ": " << remark.text << "\n";
  return 0;
}

mlc::Command mlc::optimizeCommand() { return {&command, run}; }
