// The metal dialect: what the GPU is told (dialects/Metal has its definition).
#pragma once

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::metal {

/// Whether `type` is one that lanes may have: vector<4|8|16 x f32>.
bool isLanes(Type type);

/// Whether `type` is a simdgroup matrix: vector<8x8xf32>.
bool isMatrix(Type type);
/// Whether `type` is an array of them.
bool isMatrixArray(Type type);

/// The memory space of threadgroup memory. Buffers have none.
Attribute threadgroupSpace(MLIRContext *context);

/// Metal's limits that are checked here.
constexpr int64_t kMaxBuffers = 31;
constexpr int64_t kMaxThreadgroupBytes = 32 * 1024;
constexpr int64_t kMaxThreadsPerThreadgroup = 1024;
/// Threads of a simdgroup, and rows and columns of a matrix that they share.
constexpr int64_t kSimdgroupWidth = 32;
constexpr int64_t kMatrixSize = 8;
/// Buffers are bound at multiples of this; the rest of an offset is part of
/// the kernel.
constexpr int64_t kBoundAlignment = 16;

} // namespace mlir::metal

#include "mlc/Dialect/Metal/MetalDialect.h.inc"
#include "mlc/Dialect/Metal/MetalEnums.h.inc"
#define GET_OP_CLASSES
#include "mlc/Dialect/Metal/MetalOps.h.inc"
