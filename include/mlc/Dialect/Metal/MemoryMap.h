// Which bytes of which memory a program touches.
#pragma once

#include "mlc/Dialect/Metal/Metal.h"

namespace mlc {

/// A run of bytes in one memory: an argument, a constant, an intermediate or,
/// once planned, the arena.
struct MemoryRange {
  mlir::Value memory;
  int64_t begin = 0, end = 0;
  bool isDense = false; ///< whether every byte of it belongs to the view
};

/// The bytes that `view` spans, from its first to its last element, in the
/// memory that it is a view of.
MemoryRange memoryRange(mlir::Value view);

/// Bytes of one element of `type`.
int64_t elementBytes(mlir::MemRefType type);

} // namespace mlc
