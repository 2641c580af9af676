// Custom layers: a thread for each element, which calls the developer's
// function. That sees values as [S, N, C, H, W] wherever their elements lie,
// so each operand becomes a view in that order.
#include "Grid4D.h"

#include "mlc/Support/MetalNames.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlc;

// The extent of N where a value of `shape` is stored with S and N as one.
static int64_t batchOf(ArrayRef<int64_t> shape) {
  return shape.size() < 4 ? 1 : shape[shape.size() - 4];
}

// The memory of a value stored channel-last, seen in the order of `shape`, with
// what that lacks of five dimensions in front.
static Value inFileOrder(OpBuilder &b, Value memref, ArrayRef<int64_t> shape) {
  auto type = cast<MemRefType>(memref.getType());
  auto [stored, offset] = type.getStridesAndOffset();
  SmallVector<int64_t> extents(5 - shape.size(), 1), strides(extents.size(), 0);
  extents.append(shape.begin(), shape.end());
  if (shape.size() < 3)
    strides.append(stored.begin(), stored.end());
  else
    strides = {stored[0] * batchOf(shape), stored[0], stored[3], stored[1],
               stored[2]};
  auto view =
      MemRefType::get(extents, type.getElementType(),
                      StridedLayoutAttr::get(b.getContext(), offset, strides));
  // Look through a view, so that a chain of them stays one.
  Value base = memref;
  if (auto cast = memref.getDefiningOp<memref::ReinterpretCastOp>())
    base = cast.getSource();
  return memref::ReinterpretCastOp::create(b, memref.getLoc(), view, base,
                                           offset, extents, strides);
}

// The position that the function is told, of an element at `stored`.
static SmallVector<Value> positionOf(KernelBuilder &k, ArrayRef<Value> stored,
                                     ArrayRef<int64_t> shape) {
  if (shape.size() < 3) {
    SmallVector<Value> position(5 - shape.size(), k.constant(0));
    position.append(stored.begin(), stored.end());
    return position;
  }
  int64_t batch = batchOf(shape);
  Value s = stored[0], n = k.constant(0);
  if (shape.size() < 5 || shape[0] == 1) {
    s = k.constant(0);
    n = stored[0];
  } else if (batch > 1) {
    s = k.div(stored[0], batch);
    n = k.rem(stored[0], batch);
  }
  return {s, n, stored[3], stored[1], stored[2]};
}

static std::string kernelName(nn::CustomOp op) {
  constexpr size_t kMaxCharacters = 40;
  std::string name = metalIdentifier(
      ("custom_" + op.getClassName().take_front(kMaxCharacters)).str());
  StringRef stem = StringRef(name).rtrim('_');
  return (stem + "_" + shapeText(op.getType().getShape())).str();
}

LogicalResult mlc::lowerCustom(Lowering &lowering, nn::CustomOp op) {
  OpBuilder &b = lowering.builder();
  unsigned inputs = op.getInputs().size() - op.getNumWeights();
  auto shapeOf = [&](unsigned index) {
    return cast<DenseI64ArrayAttr>(op.getShapes()[index]).asArrayRef();
  };
  SmallVector<KernelOperand> operands;
  for (auto [index, input] : llvm::enumerate(op.getInputs())) {
    Value memory = lowering.view(input);
    if (index < inputs)
      memory = inFileOrder(b, memory, shapeOf(index));
    operands.push_back(
        {memory, cast<StringAttr>(op.getNames()[index]).getValue()});
  }
  FusedKernel fused(lowering, op, "custom", kernelName(op),
                    ArrayRef(operands).drop_front(), false,
                    {operands.front().memref, {}});
  KernelBuilder &k = *fused;
  SmallVector<Value> buffers = {k.param(0)};
  for (unsigned i = 1; i < operands.size(); ++i)
    buffers.push_back(fused.other(i - 1));
  ArrayRef<int64_t> shape = shapeOf(inputs), stored = fused.resultShape();
  SmallVector<int64_t> extents(5 - shape.size(), 1);
  extents.append(shape.begin(), shape.end());
  ElementThread thread = elementThread(k, stored, 1);
  Value element = metal::CustomOp::create(
      k.builder(), k.loc(), k.builder().getF32Type(), op.getFunctionAttr(),
      buffers, positionOf(k, thread.coordinates, shape), op.getFileAttr(),
      op.getSourceAttr(), op.getNamesAttr(), op.getConstantsAttr(),
      k.builder().getDenseI64ArrayAttr(extents));
  fused.storeResult(element, thread.coordinates, 1);
  // What the function does is not known: an operation an element.
  fused.dispatch(elementGrid(stored, 1), op.getType().getNumElements());
  return success();
}
