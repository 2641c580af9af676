// Concats become places: every input is computed inside the joint tensor.
//
//   nested: concat(concat(a, b), c) is concat(a, b, c), if both have one axis
//           and the outer one alone reads the inner one, once;
//   prefix: concat(a, b, c) is concat(p, c) where p = concat(a, b) comes before
//           it and has the same axis.
//
// Neither changes an element. An input is computed in place if it can live
// there (PlacementAnalysis): it is no input, constant or part of another
// tensor, has no place yet (in another concat, twice in this one, in an output
// of the model), and the views in between have strides. Else it is copied.
#include "mlc/Dialect/NN/Layout.h"
#include "mlc/Support/Remarks.h"
#include "mlc/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::nn;

namespace mlc {
#define GEN_PASS_DEF_ELIMINATECONCAT
#include "mlc/Transforms/Passes.h.inc"
} // namespace mlc

static constexpr llvm::StringLiteral kPass = "eliminate-concat";

// concat(concat(a, b), c) along one axis is concat(a, b, c), if nobody else
// reads the inner one.
static void flattenNested(ConcatOp outer) {
  SmallVector<Value> inputs;
  SmallVector<ConcatOp> inlined;
  for (Value input : outer.getInputs()) {
    auto inner = input.getDefiningOp<ConcatOp>();
    if (inner && input.hasOneUse() && inner.getAxis() == outer.getAxis()) {
      inputs.append(inner.getInputs().begin(), inner.getInputs().end());
      inlined.push_back(inner);
    } else {
      inputs.push_back(input);
    }
  }
  if (inlined.empty())
    return;
  outer.getInputsMutable().assign(inputs);
  for (ConcatOp inner : inlined) {
    outer->setLoc(mlc::fuseLocations({inner.getLoc(), outer.getLoc()}));
    inner.erase();
  }
}

// A concat whose inputs are the first ones of `longer` becomes its first
// input: growing concats, as DenseNet has them, share one tensor.
static void nestPrefix(ConcatOp shorter, ConcatOp longer) {
  size_t count = shorter.getInputs().size();
  if (count < 2 || count >= longer.getInputs().size() ||
      shorter.getAxis() != longer.getAxis() ||
      longer.getInputs().take_front(count) != shorter.getInputs())
    return;
  SmallVector<Value> inputs = {shorter.getResult()};
  llvm::append_range(inputs, longer.getInputs().drop_front(count));
  longer.getInputsMutable().assign(inputs);
}

namespace {

struct EliminateConcat : mlc::impl::EliminateConcatBase<EliminateConcat> {
  using EliminateConcatBase::EliminateConcatBase;

  void runOnOperation() override {
    func::FuncOp func = getOperation();
    for (ConcatOp concat : llvm::to_vector(func.getOps<ConcatOp>()))
      flattenNested(concat);
    nestPrefixes(func);
    int64_t inputs = 0;
    for (ConcatOp concat : func.getOps<ConcatOp>()) {
      concat.setInPlace(true);
      inputs += concat.getInputs().size();
    }
    int64_t copies = insertCopies(func);
    numCopied += copies;
    numEliminated += inputs - copies;
  }

private:
  // Concats by their first input: only those can be prefixes of each other.
  void nestPrefixes(func::FuncOp func) {
    DenseMap<Value, SmallVector<ConcatOp>> byFirst;
    for (ConcatOp concat : func.getOps<ConcatOp>()) {
      // Each one that fits makes `concat` begin with it, as the next longer one
      // does already.
      SmallVector<ConcatOp> &family = byFirst[concat.getInputs().front()];
      for (ConcatOp shorter : family)
        nestPrefix(shorter, concat);
      family.push_back(concat);
    }
  }

  int64_t insertCopies(func::FuncOp func) {
    int64_t copies = 0;
    PlacementAnalysis placements(func);
    for (const PlacementConflict &conflict : placements.conflicts()) {
      auto concat = dyn_cast<ConcatOp>(conflict.operand->getOwner());
      if (!concat)
        continue;
      Value part = conflict.operand->get();
      OpBuilder b(concat);
      Value copy = CopyOp::create(b, concat.getLoc(), part.getType(), part);
      conflict.operand->set(copy);
      mlc::emitMissed(concat, kPass,
                      "input #" + Twine(conflict.operand->getOperandNumber()) +
                          " is copied: " + conflict.reason);
      ++copies;
    }
    return copies;
  }
};

} // namespace
