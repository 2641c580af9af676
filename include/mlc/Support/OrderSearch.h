// An order of steps that needs little memory at once.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <vector>

namespace mlc {

/// Steps of a program in some order that is right.
struct OrderProblem {
  struct Step {
    /// Earlier steps that it has to wait for.
    llvm::SmallVector<unsigned> after;
    /// The buffers that it reads or writes, each once.
    llvm::SmallVector<unsigned> buffers;
    /// Whether everything else stays before or behind it.
    bool isFixed = false;
  };
  std::vector<Step> steps;
  /// The size of each buffer, which is in use from the first step that touches
  /// it to the last.
  std::vector<int64_t> bytes;
};

/// The most bytes in use at a step if the steps are done in `order`.
int64_t peakOfOrder(const OrderProblem &problem,
                    llvm::ArrayRef<unsigned> order);

/// An order whose peak is no higher than that of the given one, as near to it
/// as possible: it is searched only around the peak, between steps that all
/// others are before or behind, until one such part needs as much as it does
/// in any order that the search sees. The search goes over sets of finished
/// steps, each once with its best peak, and keeps the best of them at each
/// size: all of them in small parts, so that the result is optimal there. Parts
/// of more than some thousands of steps stay as they are.
/// Source: Ahn et al., "Ordering Chaos: Memory-Aware Scheduling of Irregularly
/// Wired Neural Networks for Edge Devices", arXiv 2003.02369.
llvm::SmallVector<unsigned> findOrder(const OrderProblem &problem);

} // namespace mlc
