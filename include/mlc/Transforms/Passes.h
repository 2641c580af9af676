// The passes over the nn dialect (Passes.td describes each).
#pragma once

#include "mlc/Dialect/NN/NN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mlc {
#define GEN_PASS_DECL
#include "mlc/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc
