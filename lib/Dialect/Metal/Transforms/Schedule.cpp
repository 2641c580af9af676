// Dependencies between dispatches, from the bytes they touch.
//
// A dispatch waits for each earlier one with which it has a byte in common that
// one of the two writes. Ranges that may overlap count as overlapping: views of
// some channels are told apart only where both repeat with one period. A
// dispatch that another waits for need not be named again, and control flow
// waits for all.
#include "AccessHistory.h"
#include "mlc/Dialect/Metal/Passes.h"
#include "llvm/ADT/BitVector.h"
#include <deque>

using namespace mlir;

namespace mlc {
#define GEN_PASS_DEF_SCHEDULEDISPATCHES
#include "mlc/Dialect/Metal/Passes.h.inc"
} // namespace mlc

SmallVector<mlc::Access> mlc::accessesOf(metal::DispatchOp dispatch,
                                         unsigned step,
                                         SymbolTableCollection &symbols) {
  auto kernel = symbols.lookupNearestSymbolFrom<metal::KernelOp>(
      dispatch, dispatch.getKernelAttr());
  SmallVector<Access> touched;
  for (auto [view, written] :
       llvm::zip(dispatch.getBuffers(), kernel.getWritten())) {
    MemoryRange range = memoryRange(view);
    if (!isa_and_nonnull<metal::WeightsOp, metal::DecodeOp>(
            range.memory.getDefiningOp()))
      touched.push_back({range, step, written});
  }
  return touched;
}

namespace {

struct ScheduleDispatches
    : mlc::impl::ScheduleDispatchesBase<ScheduleDispatches> {
  using ScheduleDispatchesBase::ScheduleDispatchesBase;

  void runOnOperation() override {
    reachable.clear();
    SymbolTableCollection symbols;
    DenseMap<Value, mlc::AccessHistory> histories;
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
      llvm::SmallSetVector<unsigned, 8> on;
      SmallVector<mlc::Access> touched =
          mlc::accessesOf(dispatch, index, symbols);
      for (const mlc::Access &access : touched)
        histories[access.range.memory].dependencies(access, on);
      for (const mlc::Access &access : touched)
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
  // So many dispatches back it is known what each waits for. Of older ones
  // dependencies stay that others imply.
  static constexpr unsigned kWindow = 8192;

  // Drops dependencies that others imply.
  SmallVector<int64_t> reduce(unsigned index, ArrayRef<unsigned> on) {
    SmallVector<unsigned> direct(on);
    llvm::sort(direct, std::greater<unsigned>());
    // Bit i stands for the dispatch i before this one.
    llvm::BitVector reached(std::min(index, kWindow) + 1);
    SmallVector<int64_t> kept;
    for (unsigned i : direct) {
      unsigned back = index - i;
      if (back > kWindow || !reached.test(back))
        kept.push_back(i);
      if (back > kWindow || reached.test(back))
        continue;
      llvm::BitVector before = reachable[reachable.size() - back];
      before.resize(reached.size());
      reached |= before <<= back;
      reached.set(back);
    }
    llvm::sort(kept);
    reachable.push_back(std::move(reached));
    if (reachable.size() > kWindow)
      reachable.pop_front();
    return kept;
  }

  // What each dispatch of the window waits for, directly or not.
  std::deque<llvm::BitVector> reachable;
};

} // namespace
