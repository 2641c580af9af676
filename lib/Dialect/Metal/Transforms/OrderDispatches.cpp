// Dispatches in an order that needs a smaller arena.
//
// Valid if each dispatch stays behind all that wrote what it touches and all
// that touched what it writes (AccessHistory, by bytes), and control flow,
// whose inside is unknown, stays where it is. Views and constants have no
// effect and come first. Nothing shares memory yet: PlanMemory comes later.
#include "AccessHistory.h"
#include "mlc/Dialect/Metal/Passes.h"
#include "mlc/Support/MemoryPlanner.h"
#include "mlc/Support/OrderSearch.h"
#include "mlc/Support/Remarks.h"
#include "llvm/ADT/MapVector.h"
#include <numeric>

using namespace mlir;

namespace mlc {
#define GEN_PASS_DEF_ORDERDISPATCHES
#include "mlc/Dialect/Metal/Passes.h.inc"
} // namespace mlc

namespace {

struct OrderDispatches : mlc::impl::OrderDispatchesBase<OrderDispatches> {
  using OrderDispatchesBase::OrderDispatchesBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (!function.getBody().hasOneBlock())
      return;
    describe(function.getBody().front());
    SmallVector<unsigned> given(steps.size());
    std::iota(given.begin(), given.end(), 0);
    SmallVector<unsigned> order = mlc::findOrder(problem);
    int64_t before = arenaFor(given), after = arenaFor(order);
    if (after >= before)
      return;
    // All else has no effect and comes first.
    Operation *end = function.getBody().front().getTerminator();
    for (auto [position, step] : llvm::enumerate(order)) {
      steps[step]->moveBefore(end);
      numMoved += step != position;
    }
    mlc::emitPassed(steps[order.front()], "order-dispatches",
                    "another order of what follows needs " + Twine(after) +
                        " bytes at once instead of " + Twine(before));
  }

private:
  static bool isControl(Operation *op) {
    return isa<metal::IfOp, metal::LoopOp>(op);
  }

  // The steps of the function's block, and what they touch.
  void describe(Block &block) {
    steps.clear();
    problem = {};
    DenseMap<Value, unsigned> buffers;
    DenseMap<Value, mlc::AccessHistory> histories;
    for (Operation &op : block) {
      auto dispatch = dyn_cast<metal::DispatchOp>(op);
      if (!dispatch && !isControl(&op))
        continue;
      unsigned index = steps.size();
      steps.push_back(&op);
      mlc::OrderProblem::Step step;
      step.isFixed = !dispatch;
      llvm::SmallSetVector<unsigned, 8> touched, after;
      op.walk([&](Operation *inner) {
        for (Value view : inner->getOperands())
          if (isa<MemRefType>(view.getType()))
            addBuffer(mlc::memoryRange(view).memory, buffers, touched);
      });
      if (dispatch) {
        SmallVector<mlc::Access> accesses = mlc::accessesOf(dispatch, index);
        for (const mlc::Access &access : accesses)
          histories[access.range.memory].dependencies(access, after);
        for (const mlc::Access &access : accesses)
          histories[access.range.memory].add(access);
      }
      step.buffers.assign(touched.begin(), touched.end());
      step.after.assign(after.begin(), after.end());
      problem.steps.push_back(std::move(step));
    }
  }

  // Only what the arena holds counts, and of that what is allocated here.
  void addBuffer(Value memory, DenseMap<Value, unsigned> &buffers,
                 llvm::SmallSetVector<unsigned, 8> &touched) {
    auto allocation = memory.getDefiningOp<memref::AllocOp>();
    if (!allocation || allocation->getParentOp() != getOperation())
      return;
    auto [entry, isNew] = buffers.insert({memory, problem.bytes.size()});
    if (isNew) {
      MemRefType type = allocation.getType();
      problem.bytes.push_back(type.getNumElements() * mlc::elementBytes(type));
    }
    touched.insert(entry->second);
  }

  // What the planner makes of an order.
  int64_t arenaFor(ArrayRef<unsigned> order) {
    std::vector<mlc::PlannedBuffer> buffers;
    for (int64_t bytes : problem.bytes)
      buffers.push_back({bytes, INT64_MAX, -1});
    for (auto [position, step] : llvm::enumerate(order))
      for (unsigned index : problem.steps[step].buffers) {
        mlc::PlannedBuffer &buffer = buffers[index];
        buffer.first = std::min<int64_t>(buffer.first, position);
        buffer.last = std::max<int64_t>(buffer.last, position);
      }
    return mlc::planMemory(buffers, mlc::kArenaAlignment).bytes;
  }

  SmallVector<Operation *> steps;
  mlc::OrderProblem problem;
};

} // namespace
