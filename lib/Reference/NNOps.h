// What the evaluator of the nn dialect is made of: scalar regions, and one
// function for each op.
#pragma once

#include "Places.h"
#include "mlc/Dialect/NN/NN.h"

namespace mlc {

/// A scalar region as a list of functions, so that it can be run for millions
/// of elements. Integers and conditions are numbers, too.
class ScalarProgram {
public:
  /// The identity if `region` is empty.
  static llvm::Expected<ScalarProgram> compile(mlir::Region &region);

  /// What the region yields for these block arguments.
  double run(llvm::ArrayRef<double> arguments);

private:
  using Function = double (*)(double, double, double);
  struct Step {
    Function function;
    unsigned operands[3];
  };

  llvm::SmallVector<Step> steps;
  /// Arguments, constants, and the results of the steps.
  llvm::SmallVector<double> slots;
  unsigned numArguments = 0, firstResult = 0, yielded = 0;
};

/// Runs a scalar region on each place of `shape`; its block arguments are the
/// elements of `inputs`, broadcast as numpy does.
llvm::Expected<Tensor> mapElements(mlir::Region &region,
                                   llvm::ArrayRef<int64_t> shape,
                                   Operands inputs);

/// The value of an op with one result that is neither control flow, nor a map,
/// nor custom: `in` are the operands without those of the prologue and the
/// epilogue, the first with its prologue applied. The epilogue is yet to come,
/// and so is the maximum of a convolution's windows. Nothing for an op of
/// another kind.
std::optional<Tensor> evaluateNNWindow(mlir::Operation *op, Operands in);
std::optional<Tensor> evaluateNNRow(mlir::Operation *op, Operands in);
std::optional<Tensor> evaluateNNPlace(mlir::Operation *op, Operands in);
llvm::Expected<Tensor> evaluateNNRecurrent(mlir::nn::RecurrentOp op,
                                           Operands in);
llvm::Expected<Tensor> evaluateNNCustom(mlir::nn::CustomOp op, Operands in);

/// The maximum of windows of `size` that lie side by side.
Tensor poolWindows(const Tensor &images, std::array<int64_t, 2> size);

/// A zero tensor of the op's (first) result type.
Tensor nnResult(mlir::Operation *op);

} // namespace mlc
