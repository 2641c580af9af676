// What the commands of `mlc` share.
#pragma once

#include "mlc/MLModel/Import.h"
#include "mlc/Reference/Evaluator.h"
#include "mlc/Support/OutputFile.h"
#include "mlc/Tool/GivenInputs.h"
#include "mlc/Tool/Precision.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Error.h"
#include <functional>

namespace mlc {

/// A context with all dialects that prints the first error as one line on
/// standard error: `mlc: error: layer 'conv1': ...`.
class ToolContext {
public:
  ToolContext();
  ~ToolContext();
  mlir::MLIRContext *operator*() { return context.get(); }

private:
  std::unique_ptr<mlir::MLIRContext> context;
};

/// The failure of a step that has printed why already.
class ReportedError : public llvm::ErrorInfo<ReportedError> {
public:
  static char ID;
  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override;
};

/// Prints `error` as `mlc: error: ...`, unless that was done, and returns exit
/// status 1.
int reportError(llvm::Error error);
int reportError(const llvm::Twine &message);

/// Why an optimisation was declined, for reports.
struct MissedRemark {
  std::string pass, text;
};

/// Has declined optimisations appended to `missed` from now on.
mlir::LogicalResult collectRemarks(mlir::MLIRContext *context,
                                   std::vector<MissedRemark> &missed);

/// importModelFile with the classes of `--custom-layers`.
mlir::OwningOpRef<mlir::ModuleOp>
importFile(llvm::StringRef path, mlir::MLIRContext *context,
           llvm::ArrayRef<InputShape> shapes = {},
           std::vector<std::string> *defaults = nullptr,
           ImportOptions options = {});

/// An error if `--custom-layers` is given: `--custom-layers WHY`.
llvm::Error rejectCustomLayers(const llvm::Twine &why);

/// Reads the model at `path` into the coreml dialect, its inputs with the
/// shapes of `--input-shape`, or those of files; reports errors.
mlir::OwningOpRef<mlir::ModuleOp> loadModel(llvm::StringRef path,
                                            mlir::MLIRContext *context,
                                            const GivenInputs &given = {});

/// Compiles a module of the coreml dialect down to a planned program; for the
/// precision auto, it is run and measured before. Reports errors. Declined
/// optimisations are appended to `missed`, if given. With `releaseWeights` the
/// weights of the file are freed on the way: nothing else may use the model.
mlir::LogicalResult compileModule(mlir::ModuleOp module,
                                  const Precision &precision,
                                  std::vector<MissedRemark> *missed = nullptr,
                                  bool releaseWeights = false);

/// Reads the model at `path` and compiles it, for each set of shapes that
/// `given` holds; notes what else flexible inputs could be.
mlir::OwningOpRef<mlir::ModuleOp>
compileModel(llvm::StringRef path, const Precision &precision,
             mlir::MLIRContext *context, const GivenInputs &given,
             std::vector<MissedRemark> *missed = nullptr);

/// A bundle on disk: `path` itself if it is one, else the model at `path`
/// compiled into a temporary folder that goes away with this object.
class BundleOnDisk {
public:
  static llvm::Expected<BundleOnDisk> open(llvm::StringRef path,
                                           const Precision &precision,
                                           const GivenInputs &given = {});
  llvm::StringRef path() const { return folder; }

private:
  BundleOnDisk() = default;
  std::string folder;
  std::optional<TemporaryFolder> temporary;
};

class Bundle;
class LoadedModel;

/// The plain reference evaluator in the place of a device: runs the layers of
/// `module` (coreml dialect, as imported) on the buffers that `bundle`, the
/// same model compiled, describes. Both must outlive the result.
/// `observer` sees each layer's results.
std::unique_ptr<LoadedModel> loadReference(mlir::ModuleOp module,
                                           const Bundle &bundle,
                                           Observer observer = {});

} // namespace mlc
