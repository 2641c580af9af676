// Runs a module of the nn dialect in plain loops, so that a network can be
// compared before and after each pass over it. It knows nothing of kernels: ops
// mean what dialects/NN says.
#pragma once

#include "mlc/Reference/Evaluator.h"

namespace mlc {

/// Evaluates the public function of a module of nn ops, and those that it
/// calls. `inputs` have the shapes of its arguments; pixels are numbers from 0
/// to 255. Sums are accumulated in double; each result, and what a prologue
/// makes of an input, is rounded to float once. `observer` sees the results of
/// each op. Fails on an op of another dialect and on custom code that does not
/// compile.
llvm::Expected<std::vector<Tensor>> evaluateNN(mlir::ModuleOp module,
                                               llvm::ArrayRef<Tensor> inputs,
                                               const Observer &observer = {});

} // namespace mlc
