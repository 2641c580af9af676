// Weights in half precision: half the file, and what a GPU stores anyway.
#include "mlc/Dialect/CoreML/Passes.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/HalfLoss.h"
#include "mlc/Support/Remarks.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

namespace mlc {
#define GEN_PASS_DEF_COREMLHALVEWEIGHTS
#include "mlc/Dialect/CoreML/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "coreml-halve-weights";
static constexpr int64_t kFewest = 256;
static constexpr int64_t kSinceVersion = 2;

namespace {

struct CoreMLHalveWeights
    : mlc::impl::CoreMLHalveWeightsBase<CoreMLHalveWeights> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (failed(checkConstants(module)))
      return signalPassFailure();
    bool changed = false;
    module.walk([&](Operation *op) {
      // A mean image has no half form, and of batch norms little is gained.
      if (op->getName().getDialectNamespace() != "coreml" ||
          isa<coreml::MeanImageOp, coreml::BatchnormOp>(op))
        return;
      for (NamedAttribute attr : op->getAttrs())
        if (auto elements = dyn_cast<ElementsAttr>(attr.getValue());
            elements && !isa<DenseArrayAttr>(attr.getValue()))
          changed |= halve(op, attr.getName(), elements);
    });
    auto version =
        module->getAttrOfType<IntegerAttr>("coreml.specificationVersion");
    if (changed && version && version.getInt() < kSinceVersion)
      module->setAttr("coreml.specificationVersion",
                      Builder(module).getI64IntegerAttr(kSinceVersion));
  }

private:
  bool halve(Operation *op, StringRef name, ElementsAttr elements) {
    if (!elements.getElementType().isF32() ||
        elements.getNumElements() < kFewest)
      return false;
    if (isQuantised(op, name) || op->hasAttr("coreml.isUpdatable"))
      return false;
    FailureOr<std::vector<float>> data = readFloats(elements);
    if (failed(data))
      return false;
    constexpr float kLargest = 65504;
    if (llvm::any_of(*data,
                     [](float x) { return !(std::fabs(x) <= kLargest); })) {
      emitMissed(op, kPass, name + " is beyond the range of half precision");
      return false;
    }
    HalfLoss loss(1);
    for (float x : *data)
      loss.add(0, x);
    if (!loss.isAcceptable()) {
      emitMissed(op, kPass, name + " is too small for half precision");
      return false;
    }
    Builder b(op);
    auto type = RankedTensorType::get(
        cast<ShapedType>(elements.getType()).getShape(), b.getF16Type());
    op->setAttr(name, makeFloats(type, std::move(*data),
                                 layerList(op->getLoc()) + "." + name.str()));
    return true;
  }
};

} // namespace
