// The steps between dialects (Passes.td describes each).
#pragma once

#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/Dialect/Metal/Metal.h"
#include "mlc/Dialect/NN/NN.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

namespace mlc {
#define GEN_PASS_DECL
#include "mlc/Conversion/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "mlc/Conversion/Passes.h.inc"
} // namespace mlc
