// Which accesses to one memory a later one depends on.
#pragma once

#include "mlc/Dialect/Metal/MemoryMap.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"

namespace mlc {

/// One access of a step, by its number, to memory that some step writes.
struct Access {
  MemoryRange range;
  unsigned step;
  bool written;
};

/// The accesses to one memory that a later step can still depend on.
/// What a write without gaps covers is dropped: a step that depends on it
/// depends on the writing one too, which in turn depends on it. Where very many
/// accesses are left, or a step depends on very many, the step waits for all of
/// them and stands for them from then on: so the work for each step is bounded,
/// and a few steps of a huge network wait without need.
class AccessHistory {
public:
  /// The steps that `access` has to wait for.
  void dependencies(const Access &access,
                    llvm::SmallSetVector<unsigned, 8> &on) {
    size_t found = 0;
    for (const Access &earlier : accesses)
      if (earlier.step != access.step && (earlier.written || access.written) &&
          mayOverlap(earlier.range, access.range)) {
        on.insert(earlier.step);
        ++found;
      }
    if (accesses.size() > kMaxAccesses || found > kMaxDependencies)
      collapse(access.step, on);
  }

  void add(const Access &access) {
    const MemoryRange &range = access.range;
    if (access.written && range.isDense)
      llvm::erase_if(accesses, [&](const Access &earlier) {
        return earlier.step != access.step &&
               range.begin <= earlier.range.begin &&
               earlier.range.end <= range.end;
      });
    accesses.push_back(access);
  }

private:
  static constexpr size_t kMaxAccesses = 2048, kMaxDependencies = 256;

  // All that was before becomes one write of `step`.
  void collapse(unsigned step, llvm::SmallSetVector<unsigned, 8> &on) {
    Access all{accesses.front().range, step, /*written=*/true};
    all.range.isDense = false;
    all.range.period = 0;
    for (const Access &earlier : accesses) {
      all.range.begin = std::min(all.range.begin, earlier.range.begin);
      all.range.end = std::max(all.range.end, earlier.range.end);
      if (earlier.step != step)
        on.insert(earlier.step);
    }
    accesses.assign(1, all);
  }

  llvm::SmallVector<Access> accesses;
};

/// What a dispatch reads and writes, but for weights.
llvm::SmallVector<Access> accessesOf(mlir::metal::DispatchOp dispatch,
                                     unsigned step,
                                     mlir::SymbolTableCollection &symbols);

} // namespace mlc
