// Intermediates become slices of one arena.
#include "mlc/Dialect/Metal/MemoryMap.h"
#include "mlc/Dialect/Metal/Passes.h"
#include "mlc/Support/MemoryPlanner.h"

using namespace mlir;

namespace mlc {
#define GEN_PASS_DEF_PLANMEMORY
#include "mlc/Dialect/Metal/Passes.h.inc"
} // namespace mlc

namespace {

// Buffers begin at multiples of what every GPU family can bind.
constexpr int64_t kArenaAlignment = 256;

struct PlanMemory : mlc::impl::PlanMemoryBase<PlanMemory> {
  using PlanMemoryBase::PlanMemoryBase;

  void runOnOperation() override {
    SmallVector<memref::AllocOp> allocations(
        getOperation().getOps<memref::AllocOp>());
    DenseMap<Value, unsigned> indices;
    SmallVector<mlc::PlannedBuffer> buffers;
    for (memref::AllocOp op : allocations) {
      auto type = op.getType();
      indices[op] = buffers.size();
      int64_t bytes = type.getNumElements() * mlc::elementBytes(type);
      buffers.push_back({bytes, INT64_MAX, -1});
    }
    int64_t step = 0;
    for (auto dispatch : getOperation().getOps<metal::DispatchOp>()) {
      for (Value view : dispatch.getBuffers()) {
        auto it = indices.find(mlc::memoryRange(view).memory);
        if (it == indices.end())
          continue;
        mlc::PlannedBuffer &buffer = buffers[it->second];
        buffer.first = std::min(buffer.first, step);
        buffer.last = std::max(buffer.last, step);
      }
      ++step;
    }
    // What no dispatch uses needs no place of its own.
    for (mlc::PlannedBuffer &buffer : buffers)
      if (buffer.last < 0)
        buffer = {0, 0, 0};

    mlc::MemoryPlan plan = mlc::planMemory(buffers, kArenaAlignment);
    numBuffers += buffers.size();
    numBytes += plan.bytes;
    place(allocations, plan);
  }

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
