// For developers: mlc verify --passes without kernels, for many models in one
// process, and the passes of mlc optimize and the export besides. The driver of
// the random networks (test/Integration/random) runs it.
#include "mlc/Support/Constants.h"
#include "mlc/Tool/InputDomains.h"
#include "mlc/Tool/Tool.h"
#include "mlc/Tool/VerifyPasses.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"

using namespace mlir;
using namespace mlc;
namespace cl = llvm::cl;

static cl::list<std::string> models(cl::Positional, cl::OneOrMore,
                                    cl::desc("MODEL..."));
static cl::opt<double> tolerance("max-error", cl::init(kPassTolerance),
                                 cl::desc("what an output may differ by, as a "
                                          "part of its range"));
static cl::opt<uint64_t> seed("seed", cl::init(1),
                              cl::desc("of the random inputs"));
static cl::list<std::string>
    inputShapes("input-shape", cl::value_desc("NAME=SIZES"),
                cl::desc("another shape of a flexible input, for all models"));
static cl::opt<bool> verbose("v", cl::desc("print a line for each pass"));

static cl::opt<std::string> planted("plant",
                                    cl::desc("break the network after this "
                                             "pass, to see it found"),
                                    cl::value_desc("PASS"));

// Turns the sign of the first constant with more than one element.
static void plantFault(StringRef pass, ModuleOp module) {
  if (pass != planted)
    return;
  module.walk([](arith::ConstantOp constant) {
    auto type = dyn_cast<RankedTensorType>(constant.getType());
    FailureOr<std::vector<float>> values = readFloats(constant.getValue());
    if (!type || constant.use_empty() || type.getNumElements() < 2 ||
        failed(values))
      return WalkResult::advance();
    for (float &value : *values)
      value = -value;
    constant.setValueAttr(makeFloats(type, std::move(*values)));
    return WalkResult::interrupt();
  });
}

namespace {
struct Counts {
  unsigned models = 0, checks = 0, faults = 0, refused = 0;
};
} // namespace

// Says what was found, for a script: FAIL and what, or REFUSED.
static void check(StringRef path, Counts &counts) {
  // A crash is in the model that was named last.
  llvm::outs() << "MODEL " << path << "\n";
  llvm::outs().flush();
  ++counts.models;
  ToolContext context;
  ImportOptions options;
  options.keepFileForm = true;
  OwningOpRef<ModuleOp> module =
      inputShapes.empty() ? importFile(path, *context, {}, nullptr, options)
                          : loadModel(path, *context, GivenInputs(inputShapes));
  if (!module) {
    llvm::outs() << "REFUSED " << path << "\n";
    ++counts.refused;
    return;
  }
  std::vector<Tensor> inputs = drawInputs(*module, seed);
  PassesOptions passes;
  passes.tolerance = tolerance;
  passes.os = verbose ? &llvm::outs() : nullptr;
  if (!planted.empty())
    passes.afterPass = plantFault;
  for (auto verify : {verifyPasses, verifyModelPasses}) {
    llvm::Expected<PassesResult> result = verify(*module, inputs, passes);
    std::string fault =
        result ? result->fault : llvm::toString(result.takeError());
    counts.checks += result ? result->checks : 0;
    if (fault.empty())
      continue;
    llvm::outs() << "FAIL " << path << ": " << fault << "\n";
    ++counts.faults;
  }
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "runs models after each pass\n");
  Counts counts;
  for (const std::string &model : models)
    check(model, counts);
  llvm::outs() << counts.models << " models, " << counts.checks << " checks, "
               << counts.faults << " faults, " << counts.refused
               << " refused\n";
  return counts.faults || counts.refused ? 1 : 0;
}
