// The passes over programs of the metal dialect.
#ifndef MLC_METAL_PASSES
#define MLC_METAL_PASSES
include "mlir/Pass/PassBase.td"

def OrderDispatches : Pass<"metal-order-dispatches", "::mlir::func::FuncOp"> {
  let summary = "order dispatches so that less memory is in use at once";
  let description = [{
    Branches that join again may be computed in any order, and what is in use at
    the worst moment differs. The order of the file stays unless another needs a
    smaller arena (mlc/Support/OrderSearch.h); branches and loops stay where they
    are, and so does what is inside of them.
  }];
  let dependentDialects = ["::mlir::metal::MetalDialect"];
  let statistics = [
    Statistic<"numMoved", "moved", "Number of dispatches moved">
  ];
}

def PlanMemory : Pass<"metal-plan-memory", "::mlir::func::FuncOp"> {
  let summary = "give every intermediate its place in one arena";
  let description = [{
    A `memref.alloc` lives from the first dispatch that uses it to the last; as
    long as a loop runs, if it is used in one but allocated outside.
    Places come from the planner (mlc/Support/MemoryPlanner.h); the arena says
    how large it is and how small it could have been.
  }];
  let dependentDialects = ["::mlir::metal::MetalDialect"];
  let statistics = [
    Statistic<"numBuffers", "buffers", "Number of intermediates placed">,
    Statistic<"numBytes", "bytes", "Size of the arena">
  ];
}

def ScheduleDispatches : Pass<"metal-schedule", "::mlir::func::FuncOp"> {
  let summary = "say which dispatches wait for which";
  let description = [{
    Two dispatches depend on each other if one writes memory that the other
    reads or writes. Dependencies that follow from others are left out. A
    dispatch gets a `barrier` if it depends on one since the last barrier: that
    is where a concurrent Metal encoder needs one. Control flow waits for all
    that was dispatched before it, so dependencies never cross it.
  }];
  let dependentDialects = ["::mlir::metal::MetalDialect"];
}

#endif
