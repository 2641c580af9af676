// The passes over the coreml dialect (Passes.td describes each).
#pragma once

#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mlc {
#define GEN_PASS_DECL
#include "mlc/Dialect/CoreML/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "mlc/Dialect/CoreML/Passes.h.inc"

/// Whether weight `name` of a layer is quantised in the file, so that changing
/// it would make the file larger.
bool isQuantised(mlir::Operation *op, llvm::StringRef name);
} // namespace mlc
