// Offsets for buffers with lifetimes, in one arena.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace mlc {

/// Buffers begin at multiples of what every GPU family can bind.
constexpr int64_t kArenaAlignment = 256;

/// A buffer of `bytes`, in use from step `first` to step `last`, both
/// included.
struct PlannedBuffer {
  int64_t bytes = 0;
  int64_t first = 0, last = 0;
};

struct MemoryPlan {
  llvm::SmallVector<int64_t> offsets; ///< one for each buffer
  int64_t bytes = 0;                  ///< of the arena
  int64_t lowerBound = 0; ///< the largest sum of bytes in use at one step
};

/// Places every buffer at a multiple of `alignment` so that no two that are in
/// use at the same step overlap. Tries the greedy orders that the literature
/// found best (by size, by the size in use around them, by time), improves them
/// step by step where none reaches the lower bound, and keeps the smallest
/// arena. Source: Pisarchyk and Lee, "Efficient Memory Management for Deep
/// Neural Net Inference", arXiv 2001.03288.
MemoryPlan planMemory(llvm::ArrayRef<PlannedBuffer> buffers, int64_t alignment);

} // namespace mlc
