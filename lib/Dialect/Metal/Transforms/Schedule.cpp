// Dependencies between dispatches, from the bytes they touch.
#include "mlc/Dialect/Metal/MemoryMap.h"
#include "mlc/Dialect/Metal/Passes.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;

namespace mlc {
#define GEN_PASS_DEF_SCHEDULEDISPATCHES
#include "mlc/Dialect/Metal/Passes.h.inc"
} // namespace mlc

namespace {

// One access of a dispatch to memory that some dispatch writes.
struct Access {
  mlc::MemoryRange range;
  unsigned dispatch;
  bool written;
};

// The accesses to one memory that a later dispatch can still depend on.
// What a write without gaps covers is dropped: a dispatch that depends on it
// depends on the writing one too, which in turn depends on it.
class History {
public:
  // The dispatches that `access` has to wait for.
  void dependencies(const Access &access,
                    llvm::SmallSetVector<unsigned, 8> &on) {
    for (const Access &earlier : accesses)
      if (earlier.dispatch != access.dispatch &&
          (earlier.written || access.written) &&
          mlc::mayOverlap(earlier.range, access.range))
        on.insert(earlier.dispatch);
  }

  void add(const Access &access) {
    const mlc::MemoryRange &range = access.range;
    if (access.written && range.isDense)
      llvm::erase_if(accesses, [&](const Access &earlier) {
        return earlier.dispatch != access.dispatch &&
               range.begin <= earlier.range.begin &&
               earlier.range.end <= range.end;
      });
    accesses.push_back(access);
  }

private:
  SmallVector<Access> accesses;
};

struct ScheduleDispatches
    : mlc::impl::ScheduleDispatchesBase<ScheduleDispatches> {
  using ScheduleDispatchesBase::ScheduleDispatchesBase;

  void runOnOperation() override {
    reachable.clear();
    DenseMap<Value, History> histories;
    unsigned index = 0, afterBarrier = 0;
    getOperation().walk([&](Operation *op, const WalkStage &stage) {
      // Whoever runs control flow waits for all that was before.
      if (isa<metal::IfOp, metal::LoopOp, metal::ExitUnlessOp>(op)) {
        histories.clear();
        afterBarrier = index;
        return;
      }
      auto dispatch = dyn_cast<metal::DispatchOp>(op);
      if (!dispatch || !stage.isBeforeAllRegions())
        return;
      metal::KernelOp kernel = dispatch.getKernelOp();
      llvm::SmallSetVector<unsigned, 8> on;
      SmallVector<Access> touched;
      for (auto [view, written] :
           llvm::zip(dispatch.getBuffers(), kernel.getWritten())) {
        mlc::MemoryRange range = mlc::memoryRange(view);
        if (range.memory.getDefiningOp<metal::WeightsOp>())
          continue;
        touched.push_back({range, index, written});
        histories[range.memory].dependencies(touched.back(), on);
      }
      for (const Access &access : touched)
        histories[access.range.memory].add(access);

      SmallVector<int64_t> waits = reduce(index, on.takeVector());
      dispatch.setDependencies(waits);
      bool barrier =
          llvm::any_of(waits, [&](int64_t i) { return i >= afterBarrier; });
      dispatch.setBarrier(barrier);
      if (barrier)
        afterBarrier = index;
      ++index;
    });
  }

private:
  // Drops dependencies that others imply.
  SmallVector<int64_t> reduce(unsigned index, ArrayRef<unsigned> on) {
    SmallVector<unsigned> direct(on);
    llvm::sort(direct, std::greater<unsigned>());
    llvm::BitVector reached(index + 1);
    SmallVector<int64_t> kept;
    for (unsigned i : direct) {
      if (reached.test(i))
        continue;
      kept.push_back(i);
      reached |= reachable[i];
      reached.set(i);
    }
    llvm::sort(kept);
    reachable.push_back(reached);
    return kept;
  }

  // What each dispatch so far waits for, directly or not.
  SmallVector<llvm::BitVector> reachable;
};

} // namespace
