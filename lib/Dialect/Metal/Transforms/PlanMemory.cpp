// Intermediates become slices of one arena.
//
// Two buffers may share bytes if no step lies in both of their lifetimes, from
// the first step that touches a buffer to the last, both included: what a step
// writes never lies over what it reads. A buffer from outside of a loop lives
// as long as the loop, since the next iteration may read it again. Nothing is
// read before it is written, so old contents do not matter.
#include "mlc/Dialect/Metal/MemoryMap.h"
#include "mlc/Dialect/Metal/Passes.h"
#include "mlc/Support/MemoryPlanner.h"

using namespace mlir;

namespace mlc {
#define GEN_PASS_DEF_PLANMEMORY
#include "mlc/Dialect/Metal/Passes.h.inc"
} // namespace mlc

namespace {

struct PlanMemory : mlc::impl::PlanMemoryBase<PlanMemory> {
  using PlanMemoryBase::PlanMemoryBase;

  void runOnOperation() override {
    SmallVector<memref::AllocOp> allocations;
    DenseMap<Value, unsigned> indices;
    SmallVector<mlc::PlannedBuffer> buffers;
    getOperation().walk([&](memref::AllocOp op) {
      auto type = op.getType();
      indices[op] = buffers.size();
      int64_t bytes = type.getNumElements() * mlc::elementBytes(type);
      buffers.push_back({bytes, INT64_MAX, -1});
      allocations.push_back(op);
    });
    countSteps();
    getOperation().walk([&](Operation *op) {
      if (!steps.contains(op))
        return;
      for (Value view : op->getOperands()) {
        mlc::MemoryRange range = mlc::memoryRange(view);
        auto it = indices.find(range.memory);
        if (it == indices.end())
          continue;
        mlc::PlannedBuffer &buffer = buffers[it->second];
        auto [first, last] = getSteps(op, range.memory);
        buffer.first = std::min(buffer.first, first);
        buffer.last = std::max(buffer.last, last);
      }
    });
    // What no dispatch uses needs no place of its own.
    for (mlc::PlannedBuffer &buffer : buffers)
      if (buffer.last < 0)
        buffer = {0, 0, 0};

    mlc::MemoryPlan plan = mlc::planMemory(buffers, mlc::kArenaAlignment);
    numBuffers += buffers.size();
    numBytes += plan.bytes;
    place(allocations, plan);
  }

private:
  // The steps of an op and of what is inside of it.
  using Steps = std::pair<int64_t, int64_t>;

  // Dispatches and control flow are one step each, in the order of the text.
  void countSteps() {
    steps.clear();
    int64_t next = 0;
    auto visit = [&](Operation *op, const WalkStage &stage) {
      if (!isa<metal::DispatchOp, metal::IfOp, metal::LoopOp,
               metal::ExitUnlessOp>(op))
        return;
      if (stage.isBeforeAllRegions())
        steps[op] = {next, next};
      if (stage.isAfterAllRegions())
        steps[op].second = next++;
    };
    getOperation().walk(visit);
  }

  // When `op` needs `memory`: at its step, or as long as a loop runs which that
  // memory is outside of.
  Steps getSteps(Operation *op, Value memory) {
    Steps result{steps[op].first, steps[op].first};
    Region *home = memory.getParentRegion();
    for (auto loop = op->getParentOfType<metal::LoopOp>(); loop;
         loop = loop->getParentOfType<metal::LoopOp>())
      if (!loop->isAncestor(home->getParentOp()))
        result = steps[loop];
    return result;
  }

  DenseMap<Operation *, Steps> steps;

  void place(ArrayRef<memref::AllocOp> allocations,
             const mlc::MemoryPlan &plan) {
    Block &entry = getOperation().getBody().front();
    OpBuilder b(&entry, entry.begin());
    auto type = MemRefType::get({plan.bytes}, b.getI8Type());
    Value arena = metal::ArenaOp::create(b, getOperation().getLoc(), type,
                                         plan.bytes, plan.lowerBound);
    for (auto [allocation, offset] : llvm::zip(allocations, plan.offsets)) {
      memref::AllocOp op = allocation;
      b.setInsertionPoint(op);
      Value slice =
          metal::SliceOp::create(b, op.getLoc(), op.getType(), arena, offset);
      op.replaceAllUsesWith(slice);
      op.erase();
    }
  }
};

} // namespace
