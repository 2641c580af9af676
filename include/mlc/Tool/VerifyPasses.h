// The network after each pass against the network as imported: which pass is
// the first that changes what it computes, and where.
#pragma once

#include "mlc/Reference/Evaluator.h"
#include "mlc/Runtime/Features.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

namespace mlc {

/// Below this part of an output's range a pass has only rounded otherwise.
inline constexpr double kPassTolerance = 1e-4;

struct PassesOptions {
  double tolerance = kPassTolerance;
  llvm::raw_ostream *os = nullptr; ///< where a line for each pass goes
  /// Called with the name of each pass and the module after it, before that is
  /// checked: a test may plant a fault there.
  std::function<void(llvm::StringRef, mlir::ModuleOp)> afterPass;
};

/// What a check of passes found.
struct PassesResult {
  unsigned checks = 0; ///< how often the network was run and compared
  std::string fault;   ///< the first pass and op at fault; empty if none
  double worst = 0;    ///< the largest difference, as a part of the range
  /// What the last form of the network gives, in the form that users see.
  std::vector<Tensor> outputs;
};

/// Runs `module` (coreml dialect, left alone) on `inputs` with the reference
/// evaluator, then the passes of `mlc compile` up to kernels on a copy, and
/// after each that changes something the copy, with the evaluator of its
/// dialect. Stops at the first fault. Fails where the network cannot be
/// evaluated as imported.
llvm::Expected<PassesResult> verifyPasses(mlir::ModuleOp module,
                                          llvm::ArrayRef<Tensor> inputs,
                                          const PassesOptions &options = {});

/// The same for the passes of `mlc optimize`, and for what is read again after
/// it has been written, before and after these passes.
llvm::Expected<PassesResult>
verifyModelPasses(mlir::ModuleOp module, llvm::ArrayRef<Tensor> inputs,
                  const PassesOptions &options = {});

/// Both, for one sample of the inputs of `bundle`, which is `module` compiled;
/// then the outputs that `kernels` hold after a run on the same sample against
/// the last form of the network. Prints a line for each step; returns whether
/// all agree.
llvm::Expected<bool> printPasses(mlir::ModuleOp module, const Bundle &bundle,
                                 llvm::ArrayRef<InputValue> values,
                                 unsigned sample, LoadedModel &kernels,
                                 double tolerance, llvm::raw_ostream &os);

} // namespace mlc
