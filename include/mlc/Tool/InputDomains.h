// What random inputs have to be for a network's layers to mean anything:
// indices within an array, lengths within a sequence, arguments of logarithms.
#pragma once

#include "mlc/Reference/Evaluator.h"
#include "mlc/Runtime/Features.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlc {

/// For each argument of the network of `module` (coreml dialect) the numbers
/// for which all layers that read it are defined, where those are not all
/// numbers. Layers that only move elements, branches and loops are looked
/// through.
std::vector<std::optional<InputDomain>> findInputDomains(mlir::ModuleOp module);

/// Notes them at the inputs of `bundle`, which is `module` compiled: what is
/// drawn for them is of that domain then.
void setInputDomains(Bundle &bundle, mlir::ModuleOp module);

/// Random values of all arguments of `module` (coreml dialect); images hold
/// whole numbers from 0 to 255.
std::vector<Tensor> drawInputs(mlir::ModuleOp module, uint64_t seed);

} // namespace mlc
