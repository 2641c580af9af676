// Inputs that take an output of the step before.
#pragma once

#include "mlc/Runtime/Bundle.h"
#include "mlc/Runtime/Features.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlc {

/// Makes pairs of `--state IN=OUT`, or `IN=` for an input that is no state,
/// which take the place of what was found out. An error is one line.
llvm::Error setStates(Bundle &bundle, llvm::ArrayRef<std::string> options);

/// The same for a module of the coreml dialect, before it is compiled.
llvm::Error setStates(mlir::ModuleOp module,
                      llvm::ArrayRef<std::string> options);

/// Says which input takes which output, which have a value for each step and
/// which stay constant, and where names leave a choice.
void noteStates(const Bundle &bundle, llvm::ArrayRef<InputValue> values);

/// Copies outputs that are states to the inputs that they are the next value
/// of.
void feedStates(const Bundle &bundle, LoadedModel &model);

/// Whether any input changes from step to step.
bool changesWithSteps(const Bundle &bundle, llvm::ArrayRef<InputValue> values);

} // namespace mlc
