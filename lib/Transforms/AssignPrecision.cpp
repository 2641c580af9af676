// Where a network that is stored in half stays in float. The choice is made by
// layer, from measurements (lib/Tool/Precision.cpp); here it reaches the ops
// that are left of these layers, so that the lowering only reads it.
#include "mlc/Dialect/NN/NN.h"
#include "mlc/Dialect/NN/Precision.h"
#include "mlc/Support/Provenance.h"
#include "mlc/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_ASSIGNPRECISION
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

namespace {

struct AssignPrecision : mlc::impl::AssignPrecisionBase<AssignPrecision> {
  using AssignPrecisionBase::AssignPrecisionBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    auto module = func->getParentOfType<ModuleOp>();
    auto names = module ? module->getAttrOfType<ArrayAttr>(kFloatLayersAttr)
                        : ArrayAttr();
    if (!names)
      return;
    llvm::StringSet<> wanted;
    for (Attribute name : names)
      if (auto text = dyn_cast<StringAttr>(name))
        wanted.insert(text.getValue());
    // What shares a kernel shares its weights' type.
    llvm::SmallDenseSet<int64_t> kernels;
    for (Operation &op : func.getBody().front()) {
      if (!isa<NNDialect>(op.getDialect()) || isView(&op) ||
          llvm::none_of(mlc::layerNames(op.getLoc()),
                        [&](StringRef name) { return wanted.contains(name); }))
        continue;
      keepInFloat(&op);
      if (auto conv = dyn_cast<Conv2DOp>(op); conv && conv.getSharedKernel())
        kernels.insert(*conv.getSharedKernel());
    }
    for (auto conv : func.getOps<Conv2DOp>())
      if (conv.getSharedKernel() && kernels.contains(*conv.getSharedKernel()))
        keepInFloat(conv);
  }

private:
  void keepInFloat(Operation *op) {
    if (isKeptInFloat(op))
      return;
    op->setAttr(kPrecisionAttr, StringAttr::get(op->getContext(), "f32"));
    ++numFloat;
  }
};

} // namespace
