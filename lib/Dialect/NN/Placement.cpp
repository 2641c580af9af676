// Which value is stored inside which. Users ask first: the function's end is
// visited before its beginning, so a value knows what it becomes part of
// before its producer is placed.
#include "mlc/Dialect/NN/Layout.h"

#include "mlc/Dialect/NN/NN.h"

using namespace mlir;
using namespace mlir::nn;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

PlacementAnalysis::PlacementAnalysis(func::FuncOp func) : function(func) {
  Block &block = func.getBody().front();
  for (Operation &op : llvm::reverse(block))
    visit(&op);
  for (Operation &op : block)
    checkReads(&op);
}

std::string PlacementAnalysis::request(Value value, const Placement &wanted,
                                       bool forConcat) {
  if (isa<BlockArgument>(value))
    return "it is an input of the model";
  Operation *op = value.getDefiningOp();
  if (isa<arith::ConstantOp>(op))
    return "it is a constant";
  if (isa<SliceOp>(op))
    return "it is a part of a larger tensor";
  if (isa<IfOp, LoopOp>(op))
    return "a branch or loop computes it";
  if (placed.contains(value))
    return inConcat.contains(value) ? "it is already part of a concat"
                                    : "it is an output of the model";
  // Bytes or halves hold less than what others read.
  if (wanted.returnIndex >= 0 && !value.hasOneUse() &&
      function.getResultAttr(wanted.returnIndex, "nn.pixels"))
    return "others read it more exactly than the pixels of an image";
  Placement before = wanted;
  if (auto transpose = dyn_cast<TransposeOp>(op)) {
    before.layout = wanted.layout.beforeTranspose(transpose.getPermutation());
  } else if (auto reshape = dyn_cast<ReshapeOp>(op)) {
    std::optional<StridedLayout> layout =
        wanted.layout.reshape(shapeOf(reshape.getInput()));
    if (!layout)
      return "a reshape in between has no strides for it";
    before.layout = *layout;
  }
  if (isa<TransposeOp, ReshapeOp>(op))
    if (std::string reason = request(op->getOperand(0), before, forConcat);
        !reason.empty())
      return reason;
  placed[value] = wanted;
  if (forConcat)
    inConcat.insert(value);
  return {};
}

void PlacementAnalysis::visit(Operation *op) {
  if (isa<func::ReturnOp>(op)) {
    for (OpOperand &operand : op->getOpOperands()) {
      Placement wanted;
      wanted.returnIndex = operand.getOperandNumber();
      wanted.layout = StridedLayout::dense(shapeOf(operand.get()));
      std::string reason = request(operand.get(), wanted, /*forConcat=*/false);
      if (!reason.empty())
        conflictList.push_back({&operand, reason});
    }
    return;
  }
  auto concat = dyn_cast<ConcatOp>(op);
  if (!concat || !concat.getInPlace())
    return;
  Placement whole = get(concat.getResult());
  SmallVector<int64_t> offsets(whole.layout.shape.size(), 0);
  SmallVector<int64_t> ones(whole.layout.shape.size(), 1);
  for (OpOperand &operand : concat->getOpOperands()) {
    ArrayRef<int64_t> shape = shapeOf(operand.get());
    Placement wanted = whole;
    wanted.layout = whole.layout.slice(offsets, ones, shape);
    offsets[concat.getAxis()] += shape[concat.getAxis()];
    std::string reason = request(operand.get(), wanted, /*forConcat=*/true);
    if (!reason.empty())
      conflictList.push_back({&operand, reason});
  }
}

// A reshape of something with gaps may have no strides.
void PlacementAnalysis::checkReads(Operation *op) {
  auto reshape = dyn_cast<ReshapeOp>(op);
  if (!reshape || placed.contains(reshape.getResult()))
    return;
  if (!get(reshape.getInput()).layout.reshape(shapeOf(reshape.getResult())))
    conflictList.push_back(
        {&reshape->getOpOperand(0), "its elements are not in order in memory"});
}

Placement PlacementAnalysis::get(Value value) const {
  if (auto it = placed.find(value); it != placed.end())
    return it->second;
  if (auto it = derived.find(value); it != derived.end())
    return it->second;
  Operation *op = value.getDefiningOp();
  Placement placement;
  if (op && isa<TransposeOp, ReshapeOp, SliceOp>(op)) {
    placement = get(op->getOperand(0));
    if (auto transpose = dyn_cast<TransposeOp>(op)) {
      placement.layout = placement.layout.transpose(transpose.getPermutation());
    } else if (auto slice = dyn_cast<SliceOp>(op)) {
      placement.layout = placement.layout.slice(
          slice.getOffsets(), slice.getStrides(), shapeOf(value));
    } else if (auto layout = placement.layout.reshape(shapeOf(value))) {
      placement.layout = *layout;
    } else {
      // A conflict, listed above: what reads this is not to be trusted.
      placement.layout = StridedLayout::dense(shapeOf(value));
    }
  } else {
    placement.root = value;
    placement.layout = StridedLayout::dense(shapeOf(value));
  }
  derived[value] = placement;
  return placement;
}
