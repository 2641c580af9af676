// The operands of a compute op's kernel, and its two fused ends.
#include "Lowering.h"

#include "mlc/Support/Provenance.h"

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
    : FusedKernel(lowering, ArrayRef(op), kind, name, others,
                  joinRowsAndColumns, ends) {}

FusedKernel::FusedKernel(Lowering &lowering,
                         ArrayRef<nn::FusableOpInterface> ops, StringRef kind,
                         StringRef name, ArrayRef<KernelOperand> others,
                         bool joinRowsAndColumns, KernelEnds ends)
    : lowering(lowering), op(ops.front()), ends(ends) {
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
  SmallVector<Location> locations;
  for (nn::FusableOpInterface each : ops) {
    Result result{each, unsigned(operands.size()), 0};
    ArrayRef<int64_t> shape = each.getMainResultType().getShape();
    if (!ends.output)
      for (Value extra : each.getEpilogueInputs())
        addActivation(lowering.view(extra, shape), "after", false);
    result.index = operands.size();
    addActivation(ends.output ? ends.output : lowering.view(each->getResult(0)),
                  "output", true);
    results.push_back(result);
    locations.push_back(each->getLoc());
  }

  if (joinRowsAndColumns)
    isJoined = joinAll(lowering.builder(), operands, activations);
  kernel = std::make_unique<KernelBuilder>(
      lowering.module(),
      ops.size() == 1 ? op->getLoc() : fuseLocations(locations), kind, name,
      operands);
}

ArrayRef<int64_t> FusedKernel::inputShape() const {
  return cast<MemRefType>(operands.front().memref.getType()).getShape();
}

ArrayRef<int64_t> FusedKernel::resultShape() const {
  return cast<MemRefType>(operands[results.front().index].memref.getType())
      .getShape();
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
  for (unsigned i = firstPrologue; i < results.front().firstEpilogue; ++i)
    elements.push_back(
        kernel->load(kernel->param(i), coordinates, lanes, count));
  return kernel->apply(op.getPrologue(), elements, lanes);
}

Value FusedKernel::applyEpilogue(Value value, ValueRange coordinates,
                                 int64_t lanes, Value count, unsigned which) {
  Result &result = results[which];
  if (ends.output || result.op.getEpilogue().empty())
    return value;
  SmallVector<Value> elements = {value};
  for (unsigned i = result.firstEpilogue; i < result.index; ++i)
    elements.push_back(
        kernel->load(kernel->param(i), coordinates, lanes, count));
  return kernel->apply(result.op.getEpilogue(), elements, lanes);
}

void FusedKernel::storePlain(Value value, ValueRange coordinates, Value count,
                             unsigned which) {
  kernel->store(value, kernel->param(results[which].index), coordinates, count);
}

void FusedKernel::storeResult(Value value, ValueRange coordinates,
                              int64_t lanes, Value count, unsigned which) {
  storePlain(applyEpilogue(value, coordinates, lanes, count, which),
             coordinates, count, which);
}

void FusedKernel::dispatch(const Grid &grid, int64_t flops) {
  lowering.dispatch(*kernel, operands, grid, flops);
}
