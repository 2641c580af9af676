// Branches and loops: the functions that they call become regions of the
// program. What goes in and out of them lies densely in memory of its own,
// which both sides of a branch, or every iteration, see as the same.
#include "Lowering.h"

using namespace mlir;
using namespace mlc;

static Value allocate(Lowering &lowering, Location loc, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  Type element = tensor.getNumElements() <= kSmallControlValue
                     ? lowering.builder().getF32Type()
                     : lowering.storageType();
  return memref::AllocOp::create(lowering.builder(), loc,
                                 MemRefType::get(tensor.getShape(), element));
}

// Memory in which the elements of `like` are held as exactly.
static Value allocateLike(Lowering &lowering, Location loc, Value like) {
  auto type = cast<MemRefType>(like.getType());
  return memref::AllocOp::create(
      lowering.builder(), loc,
      MemRefType::get(type.getShape(), type.getElementType()));
}

// The memory of a captured value if it is there in order, else a copy.
static Value getDense(Lowering &lowering, Location loc, Value value) {
  Value view = lowering.view(value);
  auto type = cast<MemRefType>(view.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  auto dense = MemRefType::get(type.getShape(), type.getElementType());
  auto [denseStrides, zero] = dense.getStridesAndOffset();
  if (offset == zero && strides == denseStrides)
    return view;
  Value copy = allocateLike(lowering, loc, view);
  copyMemory(lowering, loc, view, copy);
  return copy;
}

static SmallVector<Value> getDense(Lowering &lowering, Location loc,
                                   ValueRange values) {
  SmallVector<Value> memory;
  for (Value value : values)
    memory.push_back(getDense(lowering, loc, value));
  return memory;
}

// Copies what a function gave for some states to where all are.
static void update(Lowering &lowering, Location loc, ArrayRef<Value> results,
                   ArrayRef<int64_t> numbers, ArrayRef<Value> states) {
  for (auto [result, number] : llvm::zip(results, numbers))
    copyMemory(lowering, loc, result, states[number]);
}

LogicalResult mlc::lowerIf(Lowering &lowering, nn::IfOp op) {
  OpBuilder &b = lowering.builder();
  Location loc = op.getLoc();
  SmallVector<Value> captures = getDense(lowering, loc, op.getCaptures());
  SmallVector<Value> results;
  for (Value output : op.getOutputs())
    results.push_back(lowering.view(output));
  auto program = metal::IfOp::create(b, loc, lowering.view(op.getCondition()));
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&program.getThenRegion());
  if (failed(lowering.inlineCall(op.getThenFunction(), captures, results)))
    return failure();
  b.createBlock(&program.getElseRegion());
  return lowering.inlineCall(op.getElseFunction(), captures, results);
}

LogicalResult mlc::lowerLoop(Lowering &lowering, nn::LoopOp op) {
  OpBuilder &b = lowering.builder();
  Location loc = op.getLoc();
  SmallVector<Value> arguments;
  for (auto [init, state] : llvm::zip(op.getInits(), op.getStates())) {
    arguments.push_back(lowering.view(state));
    copyMemory(lowering, loc, lowering.view(init), arguments.back());
  }
  SmallVector<Value> states = arguments;
  arguments.append(getDense(lowering, loc, op.getCaptures()));

  Value count = op.getCount() ? lowering.view(op.getCount()) : Value();
  auto program =
      metal::LoopOp::create(b, loc, count, op.getMaxIterationsAttr());
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&program.getCondition());
  auto flagType = RankedTensorType::get({1}, b.getF32Type());
  auto part = [&](StringRef function, bool hasFlag,
                  ArrayRef<int64_t> numbers) -> LogicalResult {
    SmallVector<Value> results;
    if (hasFlag)
      results.push_back(allocate(lowering, loc, flagType));
    for (int64_t number : numbers)
      results.push_back(allocateLike(lowering, loc, states[number]));
    if (failed(lowering.inlineCall(function, arguments, results)))
      return failure();
    ArrayRef<Value> values(results);
    update(lowering, loc, values.drop_front(hasFlag), numbers, states);
    if (hasFlag)
      metal::ExitUnlessOp::create(b, loc, results.front());
    return success();
  };
  if (auto condition = op.getConditionFunction())
    if (failed(part(*condition, true, op.getConditionStates())))
      return failure();
  b.createBlock(&program.getBody());
  return part(op.getBodyFunction(), op.getBodyMayBreak(), op.getBodyStates());
}
