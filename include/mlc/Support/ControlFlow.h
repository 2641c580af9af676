// What ops that call sub-networks check, in every dialect that has them.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlc {

/// Checks that `function` is there and has the type `inputs` -> `results`.
mlir::LogicalResult verifyCallee(mlir::Operation *op,
                                 mlir::SymbolTableCollection &symbols,
                                 mlir::FlatSymbolRefAttr function,
                                 mlir::TypeRange inputs,
                                 mlir::TypeRange results);

/// Checks the functions of a loop: `condition` (if any) and `body` take the
/// states and then the captures; each gives a flag (the body only if it
/// `mayBreak`) and the states with the numbers that are listed.
mlir::LogicalResult verifyLoop(mlir::Operation *op,
                               mlir::SymbolTableCollection &symbols,
                               mlir::TypeRange states, mlir::TypeRange captures,
                               mlir::FlatSymbolRefAttr condition,
                               llvm::ArrayRef<int64_t> conditionStates,
                               mlir::FlatSymbolRefAttr body,
                               llvm::ArrayRef<int64_t> bodyStates,
                               bool mayBreak);

/// Whether `type` is a tensor of one element, as conditions and counts are.
bool isSingleElement(mlir::Type type);

} // namespace mlc
