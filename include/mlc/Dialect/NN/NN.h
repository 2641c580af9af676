// The nn dialect: what a network computes (dialects/NN has its definition).
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::nn::detail {
/// Checks prologue and epilogue of a FusableOpInterface op: block arguments,
/// broadcast of the extra inputs, allowed scalar ops.
LogicalResult verifyFusableOp(Operation *op);
} // namespace mlir::nn::detail

#include "mlc/Dialect/NN/NNDialect.h.inc"
#include "mlc/Dialect/NN/NNEnums.h.inc"
#include "mlc/Dialect/NN/NNInterfaces.h.inc"
#define GET_OP_CLASSES
#include "mlc/Dialect/NN/NNOps.h.inc"

namespace mlir::nn {

/// Whether a tensor of shape `from` broadcasts to `to`: aligned at the last
/// dimension, each extent equal or 1, missing ones counting as 1.
bool broadcastsTo(ArrayRef<int64_t> from, ArrayRef<int64_t> to);

/// Whether a scalar region of ours may hold `op`: pure arith and math ops on
/// scalars.
bool isScalarOp(Operation *op);

} // namespace mlir::nn
