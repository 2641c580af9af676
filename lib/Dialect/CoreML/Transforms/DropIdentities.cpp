// Layers that converters leave behind and that do nothing.
//
// A layer of one input and one output of the same type gives way to its input
// if each element is the one that was there: x * 1 + 0, and layers that only
// move elements and, with that type, cannot move any; of upsampling layers
// those whose factors are 1, since fractional ones may keep the size. It stays
// - where a value of a model's input or output would need a second name;
// - if it is a copy that writes what is read by its name;
// - if it is updatable: what does nothing now may do so after training.
#include "mlc/Dialect/CoreML/Passes.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/Remarks.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlc;

namespace mlc {
#define GEN_PASS_DEF_COREMLDROPIDENTITIES
#include "mlc/Dialect/CoreML/Passes.h.inc"
} // namespace mlc

// Whether all elements are `value`; so they are without a list.
static bool isAll(ElementsAttr attr, float value) {
  if (!attr)
    return true;
  FailureOr<std::vector<float>> data = readFloats(attr);
  return succeeded(data) &&
         llvm::all_of(*data, [&](float x) { return x == value; });
}

static bool inOrder(ArrayRef<int64_t> axes) {
  for (auto [index, axis] : llvm::enumerate(axes))
    if (axis != int64_t(index))
      return false;
  return true;
}

// Of layers whose result has the type of their input.
static bool isIdentity(Operation *op) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([](coreml::ActivationOp layer) {
        return layer.getKind() == coreml::ActivationKind::linear &&
               isAll(layer.getAlphaAttr(), 1) && isAll(layer.getBetaAttr(), 0);
      })
      .Case([](coreml::ScaleOp layer) {
        return isAll(layer.getScaleAttr(), 1) && isAll(layer.getBiasAttr(), 0);
      })
      .Case([](coreml::BiasOp layer) { return isAll(layer.getBiasAttr(), 0); })
      .Case([](coreml::PermuteOp layer) { return inOrder(layer.getAxis()); })
      .Case([](coreml::TransposeOp layer) { return inOrder(layer.getAxes()); })
      // With the shape that they had, elements are where they were.
      .Case<coreml::ReshapeOp, coreml::FlattenOp, coreml::ReshapeStaticOp,
            coreml::RankPreservingReshapeOp, coreml::ExpandDimsOp,
            coreml::SqueezeOp, coreml::FlattenTo2DOp, coreml::PaddingOp,
            coreml::CropOp, coreml::CopyOp>([](auto) { return true; })
      // A factor of 1.2 leaves two rows two, but samples between them.
      .Case([](coreml::UpsampleOp layer) {
        auto factors = layer.getFractionalScalingFactor();
        return !factors ||
               llvm::all_of(*factors, [](float x) { return x == 1; });
      })
      .Default([](Operation *) { return false; });
}

// A value that has the name of an input of the model.
static bool isInput(Value value) {
  Operation *op = value.getDefiningOp();
  return !op || isa<coreml::ScalerOp, coreml::MeanImageOp>(op);
}

static bool isReturned(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    return isa<func::ReturnOp>(user);
  });
}

// A copy that writes what is read by its name: by a sub-network, in a later
// iteration, or as an output of the model.
static bool isForItsName(Operation *op) {
  return isa<coreml::CopyOp>(op) &&
         llvm::any_of(op->getUsers(), [](Operation *user) {
           return isa<coreml::BranchOp, coreml::LoopOp, func::ReturnOp>(user);
         });
}

namespace {

struct CoreMLDropIdentities
    : mlc::impl::CoreMLDropIdentitiesBase<CoreMLDropIdentities> {
  void runOnOperation() override {
    if (failed(checkConstants(getOperation())))
      return signalPassFailure();
    for (Operation &op : llvm::make_early_inc_range(
             getOperation().getBody().front().without_terminator())) {
      if (op.getNumOperands() != 1 || op.getNumResults() != 1)
        continue;
      Value input = op.getOperand(0), result = op.getResult(0);
      if (input.getType() != result.getType() || !isIdentity(&op) ||
          isForItsName(&op) || op.hasAttr("coreml.isUpdatable"))
        continue;
      // In a file a value has one name.
      if (isReturned(result) && (isInput(input) || isReturned(input)))
        continue;
      emitPassed(&op, "coreml-drop-identities", "does nothing");
      result.replaceAllUsesWith(input);
      op.erase();
    }
  }
};

} // namespace
