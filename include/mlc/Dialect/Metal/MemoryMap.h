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
  /// A view of some channels touches `run` bytes in every `period`, the first
  /// of them at `begin`. 0 if it is not of that form.
  int64_t period = 0, run = 0;
};

/// Whether two ranges of one memory may have a byte in common. Parts of a
/// concat span the same bytes but touch different ones.
bool mayOverlap(const MemoryRange &a, const MemoryRange &b);

/// The bytes that `view` spans, from its first to its last element, in the
/// memory that it is a view of.
MemoryRange memoryRange(mlir::Value view);

/// Bytes of one element of `type`.
int64_t elementBytes(mlir::MemRefType type);

} // namespace mlc
