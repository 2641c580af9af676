// Layers of constants, computed by the reference evaluator.
//
// Valid because layers are functions of their operands: all but the random
// ones, branches and loops (functions of their own), and copies, which are
// there for the name of their result. Constants that are not a number stay
// where they are, so that their layer can be found; infinities, which masks
// have, are folded. The format's legacy constants have three dimensions, so
// that a result of a batch or sequence stays a layer.
#include "mlc/Dialect/CoreML/Passes.h"
#include "mlc/Reference/Evaluator.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/Remarks.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

namespace mlc {
#define GEN_PASS_DEF_COREMLFOLDCONSTANTS
#include "mlc/Dialect/CoreML/Passes.h.inc"
} // namespace mlc

// Larger results are kept as layers unless their inputs are as large.
static constexpr int64_t kAlwaysFolded = 4096;

static ElementsAttr constantOf(Value value) {
  Operation *op = value.getDefiningOp();
  if (auto constant = dyn_cast_or_null<coreml::LoadConstantOp>(op))
    return constant.getDataAttr();
  if (auto constant = dyn_cast_or_null<coreml::LoadConstantNDOp>(op))
    return constant.getDataAttr();
  return {};
}

namespace {

struct CoreMLFoldConstants
    : mlc::impl::CoreMLFoldConstantsBase<CoreMLFoldConstants> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (failed(checkConstants(function)))
      return signalPassFailure();
    isExact = function->getParentOp()->hasAttr("coreml.arrayInputShapeMapping");
    for (Operation &op : llvm::make_early_inc_range(
             function.getBody().front().without_terminator()))
      if (canFold(&op))
        fold(&op);
  }

private:
  bool canFold(Operation *op) const {
    // A copy is there for its name, and gives no new numbers.
    if (op->getNumOperands() == 0 || op->getNumResults() != 1 ||
        isa<coreml::BranchOp, coreml::LoopOp, coreml::CopyOp>(op) ||
        op->getName().stripDialect().starts_with("random") ||
        isa<coreml::CategoricalDistributionOp>(op))
      return false;
    int64_t inputs = 0;
    for (Value operand : op->getOperands()) {
      ElementsAttr elements = constantOf(operand);
      if (!elements)
        return false;
      inputs += elements.getNumElements();
    }
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    // Constants of the legacy form have [C, H, W].
    bool fits = isExact || (type.getRank() == 5 && type.getDimSize(0) == 1 &&
                            type.getDimSize(1) == 1);
    return fits && type.getNumElements() <= std::max(inputs, kAlwaysFolded);
  }

  void fold(Operation *op) const {
    std::vector<Tensor> inputs;
    for (Value operand : op->getOperands()) {
      Tensor &tensor = inputs.emplace_back(
          cast<RankedTensorType>(operand.getType()).getShape());
      FailureOr<std::vector<float>> data = readFloats(constantOf(operand));
      if (failed(data))
        return;
      tensor.data = std::move(*data);
    }
    SmallVector<const Tensor *> operands;
    for (const Tensor &tensor : inputs)
      operands.push_back(&tensor);
    std::optional<std::vector<Tensor>> results = evaluateLayer(op, operands);
    if (!results)
      return;
    if (llvm::any_of(results->front().data,
                     [](float x) { return std::isnan(x); })) {
      emitMissed(op, "coreml-fold-constants",
                 "stays: its result has elements that are not a number");
      return;
    }
    OpBuilder b(op);
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    ArrayRef<int64_t> shape = type.getShape();
    auto elements = cast<ElementsAttr>(makeFloats(
        RankedTensorType::get(isExact ? shape : shape.take_back(3),
                              b.getF32Type()),
        std::move(results->front().data), layerList(op->getLoc()) + ".data"));
    Operation *constant =
        isExact
            ? coreml::LoadConstantNDOp::create(b, op->getLoc(), type, elements)
            : coreml::LoadConstantOp::create(b, op->getLoc(), type, elements)
                  .getOperation();
    if (Attribute names = op->getAttr("coreml.blobs"))
      constant->setDiscardableAttr("coreml.blobs", names);
    emitPassed(op, "coreml-fold-constants", "is a constant");
    op->replaceAllUsesWith(constant);
    op->erase();
  }

  bool isExact = false;
};

} // namespace
