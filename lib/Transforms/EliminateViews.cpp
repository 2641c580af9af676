// Views become addressing; a copy stays only where strides cannot say it.
//
// A copy has the elements of its input in memory of its own, row by row, and
// can stand at every operand. What needs one, PlacementAnalysis says: a reshape
// of elements with gaps between them, a result of the model that is an input, a
// constant, another result, or that others read more exactly than it is stored.
#include "mlc/Dialect/NN/Layout.h"
#include "mlc/Support/Remarks.h"
#include "mlc/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_ELIMINATEVIEWS
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "eliminate-views";

namespace {

struct EliminateViews : mlc::impl::EliminateViewsBase<EliminateViews> {
  using EliminateViewsBase::EliminateViewsBase;

  void runOnOperation() override {
    // A copy changes the placement of what is behind it, so look again until
    // nothing conflicts; each round settles at least one operand.
    while (true) {
      PlacementAnalysis placements(getOperation());
      if (placements.conflicts().empty())
        return;
      for (const PlacementConflict &conflict : placements.conflicts())
        insertCopy(conflict);
    }
  }

private:
  void insertCopy(const PlacementConflict &conflict) {
    Operation *op = conflict.operand->getOwner();
    Value value = conflict.operand->get();
    OpBuilder b(op);
    // A copy for the model's output is made of the layer that computed it.
    Location loc = isa<func::ReturnOp>(op) ? value.getLoc() : op->getLoc();
    Value source = value;
    Value copy = CopyOp::create(b, loc, value.getType(), source);
    conflict.operand->set(copy);
    mlc::emitMissed(copy.getDefiningOp(), kPass,
                    "is copied: " + conflict.reason);
    ++numCopied;
  }
};

} // namespace
