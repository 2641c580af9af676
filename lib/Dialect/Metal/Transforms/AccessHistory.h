// Which accesses to one memory a later one depends on.
#pragma once

#include "mlc/Dialect/Metal/MemoryMap.h"
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
/// depends on the writing one too, which in turn depends on it.
class AccessHistory {
public:
  /// The steps that `access` has to wait for.
  void dependencies(const Access &access,
                    llvm::SmallSetVector<unsigned, 8> &on) const {
    for (const Access &earlier : accesses)
      if (earlier.step != access.step && (earlier.written || access.written) &&
          mayOverlap(earlier.range, access.range))
        on.insert(earlier.step);
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
  llvm::SmallVector<Access> accesses;
};

/// What a dispatch reads and writes, but for weights.
llvm::SmallVector<Access> accessesOf(mlir::metal::DispatchOp dispatch,
                                     unsigned step);

} // namespace mlc
