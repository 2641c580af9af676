// Ops whose reads or writes depend on data, and running sums: take, scatter,
// argsort, cumsum.
#include "Grid4D.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlc;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

// Whether `indices`, seen from `shape`, are the same along the last dimension,
// so that lanes may share one.
static bool lanesShareIndex(Value indices, ArrayRef<int64_t> shape,
                            int64_t axis) {
  ArrayRef<int64_t> own = shapeOf(indices);
  return axis != int64_t(shape.size()) - 1 &&
         (own.empty() || own.back() == 1) && shape.back() != 1;
}

// An index as loaded: negative ones count from the end.
static Value wrapIndex(KernelBuilder &k, Value index, int64_t extent) {
  OpBuilder &b = k.builder();
  Value negative = arith::CmpFOp::create(b, k.loc(), arith::CmpFPredicate::OLT,
                                         index, k.splat(0, 1));
  Value wrapped =
      arith::AddFOp::create(b, k.loc(), index, k.splat(double(extent), 1));
  return k.select(negative, wrapped, index);
}

LogicalResult mlc::lowerTake(Lowering &lowering, nn::TakeOp op) {
  ArrayRef<int64_t> out = op.getType().getShape(), in = shapeOf(op.getInput());
  int64_t axis = op.getAxis();
  FusedKernel fused(lowering, op, "gather", "take_" + shapeText(out),
                    {{lowering.view(op.getIndices(), out), "indices"}});
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  int64_t lanes =
      lanesShareIndex(op.getIndices(), out, axis) ? lanesFor(out.back()) : 1;
  ElementThread thread = elementThread(k, out, lanes);
  Value wanted = k.load(fused.other(0), thread.coordinates, 1);
  wanted = wrapIndex(k, wanted, in[axis]);
  // Clamp before converting: out of range floats have no integer.
  wanted = arith::MaximumFOp::create(b, k.loc(), wanted, k.splat(0, 1));
  wanted = arith::MinimumFOp::create(b, k.loc(), wanted,
                                     k.splat(double(in[axis] - 1), 1));
  SmallVector<Value> at(thread.coordinates);
  at[axis] = k.named(floorToIndex(k, wanted), "from");
  Value value = fused.loadInput(at, lanes, thread.count);
  fused.storeResult(value, thread.coordinates, lanes, thread.count);
  fused.dispatch(elementGrid(out, lanes), 0);
  return success();
}

// What `value` becomes when it meets `update`.
static Value combine(KernelBuilder &k, nn::ScatterKind kind, Value value,
                     Value update) {
  OpBuilder &b = k.builder();
  Location loc = k.loc();
  switch (kind) {
  case nn::ScatterKind::Update:
    return update;
  case nn::ScatterKind::Add:
    return arith::AddFOp::create(b, loc, value, update);
  case nn::ScatterKind::Sub:
    return arith::SubFOp::create(b, loc, value, update);
  case nn::ScatterKind::Mul:
    return arith::MulFOp::create(b, loc, value, update);
  case nn::ScatterKind::Div:
    return arith::DivFOp::create(b, loc, value, update);
  case nn::ScatterKind::Max:
    return arith::MaximumFOp::create(b, loc, value, update);
  case nn::ScatterKind::Min:
    return arith::MinimumFOp::create(b, loc, value, update);
  }
  llvm_unreachable("all kinds are handled");
}

// Each element of the result looks for its updates, so that their order is
// kept without atomics.
LogicalResult mlc::lowerScatter(Lowering &lowering, nn::ScatterOp op) {
  ArrayRef<int64_t> out = op.getType().getShape(),
                    from = shapeOf(op.getUpdates());
  int64_t axis = op.getAxis();
  FusedKernel fused(lowering, op, "scatter", "scatter_" + shapeText(out),
                    {{lowering.view(op.getIndices(), from), "indices"},
                     {lowering.view(op.getUpdates()), "updates"}});
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  int64_t lanes =
      lanesShareIndex(op.getIndices(), from, axis) ? lanesFor(out.back()) : 1;
  ElementThread thread = elementThread(k, out, lanes);
  Value own = k.named(indexToFloat(k, thread.coordinates[axis]), "own");
  Value start = fused.loadInput(thread.coordinates, lanes, thread.count);
  auto result = k.loopCarrying(
      "i", k.constant(0), k.constant(from[axis]), k.constant(1), start,
      [&](Value i, ValueRange so) -> SmallVector<Value> {
        SmallVector<Value> at(thread.coordinates);
        at[axis] = i;
        Value index = wrapIndex(k, k.load(fused.other(0), at, 1), out[axis]);
        index = math::FloorOp::create(b, k.loc(), index);
        Value meets = arith::CmpFOp::create(
            b, k.loc(), arith::CmpFPredicate::OEQ, index, own);
        Value update = k.load(fused.other(1), at, lanes, thread.count);
        Value changed = combine(k, op.getKind(), so.front(), update);
        return {k.select(meets, changed, so.front())};
      });
  fused.storeResult(result.front(), thread.coordinates, lanes, thread.count);
  fused.dispatch(elementGrid(out, lanes),
                 from[axis] * op.getType().getNumElements());
  return success();
}

// A thread for each element counts those that come before it. That is
// quadratic, but needs neither scratch memory nor barriers.
LogicalResult mlc::lowerArgSort(Lowering &lowering, nn::ArgSortOp op) {
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = op.getType().getShape();
  int64_t axis = op.getAxis();
  FusedKernel fused(lowering, op, "sort", "argsort_" + shapeText(in));
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  // NaNs count as infinite, so that every element has a place of its own.
  auto load = [&](ArrayRef<Value> at) -> Value {
    Value value = fused.loadInput(at, 1);
    Value isNaN = arith::CmpFOp::create(b, k.loc(), arith::CmpFPredicate::UNE,
                                        value, value);
    return k.named(k.select(isNaN,
                            k.splat(std::numeric_limits<float>::infinity(), 1),
                            value),
                   "value");
  };
  ElementThread thread = elementThread(k, in, 1);
  Value own = thread.coordinates[axis], value = load(thread.coordinates);
  auto better = op.getDescending() ? arith::CmpFPredicate::OGT
                                   : arith::CmpFPredicate::OLT;
  auto count = k.loopCarrying(
      "i", k.constant(0), k.constant(in[axis]), k.constant(1), k.splat(0, 1),
      [&](Value i, ValueRange so) -> SmallVector<Value> {
        SmallVector<Value> at(thread.coordinates);
        at[axis] = i;
        Value other = load(at);
        Value before = arith::CmpFOp::create(b, k.loc(), better, other, value);
        Value equal = arith::CmpFOp::create(
            b, k.loc(), arith::CmpFPredicate::OEQ, other, value);
        Value first = arith::CmpIOp::create(b, k.loc(),
                                            arith::CmpIPredicate::slt, i, own);
        Value tie = k.logicalAnd(equal, first);
        Value counts = arith::OrIOp::create(b, k.loc(), before, tie);
        Value one = k.select(counts, k.splat(1, 1), k.splat(0, 1));
        return {arith::AddFOp::create(b, k.loc(), so.front(), one)};
      });
  Value place = k.named(floorToIndex(k, count.front()), "place");
  Value kept = out[axis] == in[axis]
                   ? Value()
                   : k.compare(arith::CmpIPredicate::slt, place, out[axis]);
  k.when(kept, [&] {
    SmallVector<Value> at(thread.coordinates);
    at[axis] = place;
    fused.storeResult(indexToFloat(k, own), at, 1);
  });
  fused.dispatch(
      elementGrid(in, 1),
      in[axis] *
          cast<RankedTensorType>(op.getInput().getType()).getNumElements());
  return success();
}

// A thread walks one line, or a few side by side.
LogicalResult mlc::lowerCumSum(Lowering &lowering, nn::CumSumOp op) {
  SmallVector<int64_t> shape(op.getType().getShape());
  int64_t axis = op.getAxis(), length = shape[axis];
  FusedKernel fused(lowering, op, "scan", "cumsum_" + shapeText(shape));
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  int64_t lanes =
      axis == int64_t(shape.size()) - 1 ? 1 : lanesFor(shape.back());
  shape[axis] = 1;
  ElementThread thread = elementThread(k, shape, lanes);
  k.loopCarrying(
      "i", k.constant(0), k.constant(length), k.constant(1), k.splat(0, lanes),
      [&](Value i, ValueRange so) -> SmallVector<Value> {
        SmallVector<Value> at(thread.coordinates);
        at[axis] = op.getReverse() ? k.sub(k.constant(length - 1), i) : i;
        Value value = fused.loadInput(at, lanes, thread.count);
        Value sum = k.named(
            arith::AddFOp::create(b, k.loc(), so.front(), value), "sum");
        fused.storeResult(op.getExclusive() ? so.front() : sum, at, lanes,
                          thread.count);
        return {sum};
      });
  fused.dispatch(elementGrid(shape, lanes), op.getType().getNumElements());
  return success();
}
