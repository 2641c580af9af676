// The passes over programs of the metal dialect (Passes.td describes each).
#pragma once

#include "mlc/Dialect/Metal/Metal.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mlc {
#define GEN_PASS_DECL
#include "mlc/Dialect/Metal/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "mlc/Dialect/Metal/Passes.h.inc"
} // namespace mlc
