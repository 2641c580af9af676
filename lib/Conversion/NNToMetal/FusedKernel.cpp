// The operands of a compute op's kernel, and its two fused ends.
#include "Lowering.h"

using namespace mlir;
using namespace mlc;

// Joins rows and columns (dimensions 1 and 2) of every operand into one, if
// all of them allow it: more freedom in cutting the work into strips.
static bool joinAll(OpBuilder &b, SmallVectorImpl<KernelOperand> &operands,
                    ArrayRef<unsigned> indices) {
  SmallVector<Value> joined;
  for (unsigned index : indices) {
    Value memref = collapse(b, operands[index].memref, 1, 2);
    if (!memref) {
      for (Value made : joined)
        made.getDefiningOp()->erase();
      return false;
    }
    joined.push_back(memref);
  }
  for (auto [index, memref] : llvm::zip(indices, joined))
    operands[index].memref = memref;
  return true;
}

FusedKernel::FusedKernel(Lowering &lowering, nn::FusableOpInterface op,
                         StringRef kind, StringRef name,
                         ArrayRef<KernelOperand> others,
                         bool joinRowsAndColumns, KernelEnds ends)
    : lowering(lowering), op(op), ends(ends) {
  SmallVector<unsigned> activations;
  auto addActivation = [&](Value memref, StringRef name, bool written) {
    activations.push_back(operands.size());
    operands.push_back({memref, name, written});
  };
  addActivation(ends.input ? ends.input : lowering.view(op.getMainInput()),
                "input", false);
  operands.append(others.begin(), others.end());
  firstPrologue = operands.size();
  if (hasPrologue())
    for (Value extra : op.getPrologueInputs())
      addActivation(lowering.view(extra, op.getMainInputType().getShape()),
                    "before", false);
  firstEpilogue = operands.size();
  ArrayRef<int64_t> shape = op.getMainResultType().getShape();
  if (hasEpilogue())
    for (Value extra : op.getEpilogueInputs())
      addActivation(lowering.view(extra, shape), "after", false);
  resultIndex = operands.size();
  addActivation(ends.output ? ends.output : lowering.view(op->getResult(0)),
                "output", true);

  if (joinRowsAndColumns)
    isJoined = joinAll(lowering.builder(), operands, activations);
  kernel = std::make_unique<KernelBuilder>(lowering.module(), op->getLoc(),
                                           kind, name, operands);
}

ArrayRef<int64_t> FusedKernel::inputShape() const {
  return cast<MemRefType>(operands.front().memref.getType()).getShape();
}

ArrayRef<int64_t> FusedKernel::resultShape() const {
  return cast<MemRefType>(operands[resultIndex].memref.getType()).getShape();
}

bool FusedKernel::isRun(Value buffer, int64_t length) {
  auto type = cast<MemRefType>(buffer.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  return type.getElementType().isFloat() &&
         (strides.back() == 1 || length == 1);
}

Value FusedKernel::loadInput(ValueRange coordinates, int64_t lanes,
                             Value count) {
  Value element = kernel->load(kernel->param(0), coordinates, lanes, count);
  if (!hasPrologue())
    return element;
  SmallVector<Value> elements = {element};
  for (unsigned i = firstPrologue; i < firstEpilogue; ++i)
    elements.push_back(
        kernel->load(kernel->param(i), coordinates, lanes, count));
  return kernel->apply(op.getPrologue(), elements, lanes);
}

void FusedKernel::storeResult(Value value, ValueRange coordinates,
                              int64_t lanes, Value count) {
  if (hasEpilogue()) {
    SmallVector<Value> elements = {value};
    for (unsigned i = firstEpilogue; i < resultIndex; ++i)
      elements.push_back(
          kernel->load(kernel->param(i), coordinates, lanes, count));
    value = kernel->apply(op.getEpilogue(), elements, lanes);
  }
  kernel->store(value, kernel->param(resultIndex), coordinates, count);
}

void FusedKernel::dispatch(const Grid &grid, int64_t flops) {
  lowering.dispatch(*kernel, operands, grid, flops);
}
