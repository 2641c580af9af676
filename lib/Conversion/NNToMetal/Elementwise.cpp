// Maps that no other kernel took in, and the copies that had to stay.
#include "Grid4D.h"

#include "mlc/Support/Provenance.h"

using namespace mlir;
using namespace mlc;

// Joins neighbouring dimensions wherever every operand's strides allow it, so
// that a dense elementwise kernel is one loop whatever the rank.
static void collapseAll(OpBuilder &b, SmallVectorImpl<KernelOperand> &operands,
                        SmallVectorImpl<int64_t> &shape) {
  for (unsigned i = shape.size(); i-- > 1;) {
    SmallVector<Value> joined;
    for (KernelOperand &operand : operands) {
      Value memref = collapse(b, operand.memref, i - 1, i);
      if (!memref)
        break;
      joined.push_back(memref);
    }
    if (joined.size() != operands.size())
      continue;
    for (auto [operand, memref] : llvm::zip(operands, joined))
      operand.memref = memref;
    shape[i - 1] *= shape[i];
    shape.erase(shape.begin() + i);
  }
}

// A kernel that computes each element of `output` from the same element of
// the inputs by `body`.
static void elementwise(
    Lowering &lowering, Location loc, StringRef kind, StringRef stem,
    ArrayRef<Value> inputs, Value output, int64_t flopsPerElement,
    function_ref<Value(KernelBuilder &, ArrayRef<Value>, int64_t)> body) {
  auto type = cast<MemRefType>(output.getType());
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<KernelOperand> operands;
  for (Value input : inputs)
    operands.push_back({input, "input"});
  operands.push_back({output, "output", true});
  collapseAll(lowering.builder(), operands, shape);
  if (shape.empty())
    shape.push_back(1);

  int64_t lanes = lanesFor(shape.back());
  KernelBuilder k(lowering.module(), loc, kind,
                  (stem + "_" + shapeText(shape)).str(), operands);
  ElementThread thread = elementThread(k, shape, lanes);
  SmallVector<Value> elements;
  for (unsigned i = 0; i < inputs.size(); ++i)
    elements.push_back(
        k.load(k.param(i), thread.coordinates, lanes, thread.count));
  Value result = body(k, elements, lanes);
  k.store(result, k.param(inputs.size()), thread.coordinates, thread.count);
  lowering.dispatch(k, operands, elementGrid(shape, lanes),
                    flopsPerElement * type.getNumElements());
}

LogicalResult mlc::lowerMap(Lowering &lowering, nn::MapOp op) {
  // A map of bytes reads a graph input: it is the preprocessing.
  bool isPreprocess = llvm::any_of(op.getInputs(), [](Value input) {
    return !cast<RankedTensorType>(input.getType()).getElementType().isF32();
  });
  Block &block = op.getBody().front();
  StringRef kind = isPreprocess ? "preprocess" : "elementwise";
  SmallVector<Value> inputs;
  for (Value input : op.getInputs())
    inputs.push_back(
        lowering.view(input, cast<RankedTensorType>(op.getType()).getShape()));
  elementwise(lowering, op.getLoc(), kind, kind, inputs,
              lowering.view(op.getResult()),
              llvm::range_size(block.without_terminator()),
              [&](KernelBuilder &k, ArrayRef<Value> elements, int64_t lanes) {
                Value result = k.apply(op.getBody(), elements, lanes);
                // A body that yields a scalar of its own fills the result.
                return result;
              });
  return success();
}

void mlc::copyMemory(Lowering &lowering, Location loc, Value from, Value to) {
  elementwise(lowering, loc, "copy", "copy", from, to, 0,
              [](KernelBuilder &, ArrayRef<Value> elements, int64_t) {
                return elements.front();
              });
}

LogicalResult mlc::lowerCopy(Lowering &lowering, nn::CopyOp op) {
  copyMemory(lowering, op.getLoc(), lowering.view(op.getInput()),
             lowering.view(op.getResult()));
  return success();
}
