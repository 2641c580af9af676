// mlc compile MODEL [-o OUT.mlcbundle]
#include "mlc/Dialect/Metal/Metal.h"
#include "mlc/Support/Progress.h"
#include "mlc/Support/Provenance.h"
#include "mlc/Target/Metal/Metal.h"
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Tool.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace mlir;
namespace cl = llvm::cl;

static cl::SubCommand command("compile", "compile a model into a bundle");
static cl::opt<std::string> model(cl::Positional, cl::desc("MODEL"),
                                  cl::Required, cl::sub(command));
static cl::opt<std::string> output("o",
                                   cl::desc("the bundle to write; else "
                                            "MODEL.mlcbundle beside the model"),
                                   cl::value_desc("OUT"), cl::sub(command));
static cl::opt<bool> report("report",
                            cl::desc("print which layers became which kernel, "
                                     "and what was not fused and why"),
                            cl::sub(command));
static cl::list<std::string>
    samples("i",
            cl::desc("an input that --precision=auto measures with; "
                     "several of a name are samples, the worst counts"),
            cl::value_desc("NAME=FILE"), cl::sub(command));
static mlc::PrecisionOption precision(command);
static cl::list<std::string>
    states("state",
           cl::desc("the input that takes an output of the step before, where "
                    "that is not found; no OUTPUT: none"),
           cl::value_desc("INPUT=OUTPUT"), cl::sub(command));
static mlc::InputShapeOption inputShapes(command);

// Each dispatch with its layers, then what was declined.
static void printReport(ModuleOp module, ArrayRef<mlc::MissedRemark> missed) {
  unsigned index = 0;
  module.walk([&](metal::DispatchOp dispatch) {
    llvm::outs() << llvm::formatv("{0,4}  {1,-14} {2,-36} {3}\n", index++,
                                  dispatch.getKernelOp().getKind(),
                                  dispatch.getKernel(),
                                  mlc::layerList(dispatch.getLoc()));
  });
  module.walk([&](metal::WeightsOp op) {
    auto type = cast<MemRefType>(op.getType());
    if (!type.getElementType().isInteger(8))
      return;
    llvm::outs() << "weights of " << mlc::layerList(op.getLoc()) << ": ";
    auto decode = op->hasOneUse() ? dyn_cast<metal::DecodeOp>(*op->user_begin())
                                  : metal::DecodeOp();
    if (!decode) {
      llvm::outs() << type.getNumElements()
                   << " bytes of codes, decoded where they are read\n";
      return;
    }
    int64_t count = cast<MemRefType>(decode.getType()).getNumElements();
    llvm::outs() << count << " in " << type.getNumElements()
                 << " bytes, decoded when loaded\n";
  });
  for (const mlc::MissedRemark &remark : missed)
    llvm::outs() << "not done by " << remark.pass << ": " << remark.text
                 << "\n";
}

// The options that have an effect only with others.
static llvm::Error checkOptions() {
  if (llvm::Error error = mlc::requireModel("compile", model))
    return error;
  if (llvm::Error error = precision.check(model))
    return error;
  if (precision.get().name != "auto")
    return mlc::rejectOptions({std::addressof(samples)},
                              "is for --precision=auto");
  return llvm::Error::success();
}

static int run() {
  if (llvm::Error error = checkOptions())
    return mlc::reportError(std::move(error));
  std::string path = output;
  if (output.getNumOccurrences() == 0) {
    SmallString<128> beside(model);
    llvm::sys::path::replace_extension(beside, "mlcbundle");
    path = std::string(beside);
  }
  std::optional<mlc::Progress> progress;
  progress.emplace("compiling '" + model + "'");
  mlc::ToolContext context;
  std::vector<mlc::MissedRemark> missed;
  mlc::Precision wanted = precision.get(samples);
  mlc::PrecisionReport chosen;
  wanted.report = &chosen;
  mlc::GivenInputs given(inputShapes.get());
  given.states = states;
  OwningOpRef<ModuleOp> module = mlc::compileModel(
      model, wanted, *context, given, report ? &missed : nullptr);
  if (!module)
    return 1;
  {
    mlc::Progress writing("writing '" + path + "'");
    if (failed(mlc::writeBundle(*module, path)))
      return 1;
  }
  progress.reset();
  if (output.getNumOccurrences() == 0)
    mlc::printNote("the bundle is '" + path + "'");
  if (report)
    printReport(*module, missed);
  if (report && wanted.name == "auto")
    mlc::printReport(chosen, llvm::outs());
  return 0;
}

mlc::Command mlc::compileCommand() { return {&command, run}; }
