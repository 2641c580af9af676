// Partial results of the threads of a group become one.
#include "ThreadTeam.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlc;

ThreadTeam::ThreadTeam(KernelBuilder &k, int64_t most)
    : k(k), most(most), thread(k.constant(0)), size(k.constant(1)) {
  if (most == 1)
    return;
  OpBuilder &b = k.builder();
  Type index = b.getIndexType();
  thread = k.named(metal::ThreadPositionInThreadgroupOp::create(
                       b, k.loc(), index, metal::Dimension::x),
                   "thread");
  size = k.named(metal::ThreadsPerThreadgroupOp::create(b, k.loc(), index,
                                                        metal::Dimension::x),
                 "groupSize");
}

SmallVector<Value> ThreadTeam::join(ArrayRef<Value> partials,
                                    function_ref<Value(Value, Value)> combine,
                                    StringRef name) {
  if (most == 1)
    return SmallVector<Value>(partials);
  OpBuilder &b = k.builder();
  SmallVector<Value> shared;
  for (auto [i, partial] : llvm::enumerate(partials)) {
    auto type =
        MemRefType::get({most}, partial.getType(), MemRefLayoutAttrInterface(),
                        metal::threadgroupSpace(b.getContext()));
    std::string number = partials.size() == 1 ? "" : std::to_string(i);
    shared.push_back(
        k.named(metal::ThreadgroupAllocOp::create(b, k.loc(), type),
                name.str() + number + "Parts"));
    k.put(partial, shared.back(), thread);
  }
  metal::BarrierOp::create(b, k.loc());
  // Halve the number of live partial results until one is left.
  k.loop("step", llvm::Log2_64(most), false, [&](Value step) {
    Value stride = k.named(
        b.createOrFold<arith::ShRSIOp>(k.loc(), k.constant(most / 2), step),
        "stride");
    Value takes = b.createOrFold<arith::CmpIOp>(
        k.loc(), arith::CmpIPredicate::slt, thread, stride);
    Value other = k.add(thread, stride);
    Value exists = b.createOrFold<arith::CmpIOp>(
        k.loc(), arith::CmpIPredicate::slt, other, size);
    k.when(k.logicalAnd(takes, exists), [&] {
      for (Value parts : shared)
        k.put(combine(k.get(parts, thread), k.get(parts, other)), parts,
              thread);
    });
    metal::BarrierOp::create(b, k.loc());
  });
  SmallVector<Value> results;
  for (auto [i, parts] : llvm::enumerate(shared)) {
    std::string number = partials.size() == 1 ? "" : std::to_string(i);
    results.push_back(
        k.named(k.get(parts, k.constant(0)), name.str() + number));
  }
  // Nobody may overwrite the results before all have read them.
  metal::BarrierOp::create(b, k.loc());
  return results;
}

void ThreadTeam::onFirst(function_ref<void()> body) {
  k.when(most == 1 ? Value() : k.compare(arith::CmpIPredicate::eq, thread, 0),
         body);
}
