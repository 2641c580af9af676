// Any bytes, as a model: imported, compiled down to the text of kernels, and
// written again as a model. The answer is a result, or one line of error.
#include "ModelMutator.h"
#include "mlc/InitAll.h"
#include "mlc/MLModel/Export.h"
#include "mlc/MLModel/Import.h"
#include "mlc/MLModel/MLModel.h"
#include "mlc/Target/Metal/Metal.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <random>

#include "Model.pb.h"

using namespace mlir;
namespace spec = CoreML::Specification;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace {

[[noreturn]] void fail(const llvm::Twine &what) {
  llvm::errs() << "fuzz-import: " << what << "\n";
  std::abort();
}

/// What no user could have caused: a pass that leaves wrong IR.
struct VerifyEachPass : PassInstrumentation {
  void runAfterPass(Pass *pass, Operation *op) override {
    if (failed(verify(op)))
      fail("wrong IR after " + pass->getName());
  }
};

/// A context for the next model. Making one takes longer than most models, and
/// each keeps what it was given: it serves for many, but not for all.
MLIRContext &nextContext() {
  constexpr unsigned kModels = 256;
  static std::unique_ptr<MLIRContext> context;
  static unsigned used = 0;
  if (used++ % kModels == 0) {
    DialectRegistry registry;
    mlc::registerDialects(registry);
    context = std::make_unique<MLIRContext>(registry,
                                            MLIRContext::Threading::DISABLED);
    context->loadAllAvailableDialects();
    context->printOpOnDiagnostic(false);
  }
  return *context;
}

/// One model on its way, with what was said about it.
class Attempt {
public:
  Attempt()
      : context(&nextContext()), handler(context, [this](Diagnostic &said) {
          errors += said.getSeverity() == DiagnosticSeverity::Error;
          return success();
        }) {}

  void compile(std::shared_ptr<const spec::Model> model, unsigned choice);
  void optimize(std::shared_ptr<const spec::Model> model, bool halfWeights);

private:
  /// Whether a step succeeded; it has to say why if not.
  bool judge(bool isSuccess, StringRef step) {
    if (isSuccess && errors)
      fail(step + " succeeded with an error");
    if (!isSuccess && !errors)
      fail(step + " failed and did not say why");
    return isSuccess;
  }
  bool run(PassManager &pm, ModuleOp module, StringRef step) {
    pm.enableVerifier(false);
    pm.addInstrumentation(std::make_unique<VerifyEachPass>());
    return judge(succeeded(pm.run(module)), step);
  }

  MLIRContext *context;
  ScopedDiagnosticHandler handler;
  unsigned errors = 0;
};

void Attempt::compile(std::shared_ptr<const spec::Model> model,
                      unsigned choice) {
  OwningOpRef<ModuleOp> module = mlc::importModel(std::move(model), context);
  if (!judge(!!module, "the import"))
    return;
  PassManager pm(context, ModuleOp::getOperationName());
  mlc::LoweringOptions options;
  options.precision = choice & 1 ? "f32" : "f16";
  options.gpuFamily = choice & 2 ? "apple7" : "any";
  options.releaseWeights = true;
  mlc::buildCompilePipeline(pm, options);
  if (!run(pm, *module, "the compilation"))
    return;
  llvm::raw_null_ostream nowhere;
  judge(succeeded(mlc::emitMetal(*module, nowhere)) &&
            succeeded(mlc::emitWeights(*module, nowhere)) &&
            succeeded(mlc::emitManifest(*module, nowhere)),
        "the emission");
}

void Attempt::optimize(std::shared_ptr<const spec::Model> model,
                       bool halfWeights) {
  mlc::ImportOptions options;
  options.keepFileForm = true;
  OwningOpRef<ModuleOp> module =
      mlc::importModel(std::move(model), context, options);
  if (!judge(!!module, "the import"))
    return;
  PassManager pm(context, ModuleOp::getOperationName());
  mlc::ModelOptions passes;
  passes.halfWeights = halfWeights;
  mlc::buildModelPipeline(pm, passes);
  if (run(pm, *module, "the optimisation"))
    judge(!!mlc::exportModel(*module), "the export");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  StringRef bytes(reinterpret_cast<const char *>(data), size);
  auto model = mlc::readModel(llvm::MemoryBufferRef(bytes, "model"));
  if (!model) {
    if (StringRef(llvm::toString(model.takeError())).trim().contains('\n'))
      fail("an error of several lines");
    return 0;
  }
  // What is done with a model depends on its bytes alone.
  unsigned choice = llvm::xxh3_64bits(bytes) % 8;
  if (choice < 6)
    Attempt().compile(std::move(*model), choice);
  else
    Attempt().optimize(std::move(*model), choice == 7);
  return 0;
}

// A quarter of the changes are to bytes, the others to messages.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  std::mt19937 random(seed);
  spec::Model model;
  if (random() % 4 == 0 || !model.ParseFromArray(data, static_cast<int>(size)))
    return LLVMFuzzerMutate(data, size, maxSize);
  mlc::mutateModel(model, random);
  std::string bytes = model.SerializeAsString();
  if (bytes.size() > maxSize)
    return LLVMFuzzerMutate(data, size, maxSize);
  std::copy(bytes.begin(), bytes.end(), data);
  return bytes.size();
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1,
                                            const uint8_t *data2, size_t size2,
                                            uint8_t *out, size_t maxSize,
                                            unsigned seed) {
  std::mt19937 random(seed);
  spec::Model first, second;
  if (!first.ParseFromArray(data1, static_cast<int>(size1)) ||
      !second.ParseFromArray(data2, static_cast<int>(size2)))
    return 0;
  mlc::appendLayers(first, second, random);
  std::string bytes = first.SerializeAsString();
  if (bytes.size() > maxSize)
    return 0;
  std::copy(bytes.begin(), bytes.end(), out);
  return bytes.size();
}
