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
// So many concats that begin alike are tried as prefixes of others.
static constexpr size_t kMaxPrefixes = 256;

// The concat that makes `input`, if it can become part of `outer`: nobody else
// reads it.
static ConcatOp innerConcat(ConcatOp outer, Value input) {
  auto inner = input.getDefiningOp<ConcatOp>();
  return inner && input.hasOneUse() && inner.getAxis() == outer.getAxis()
             ? inner
             : ConcatOp();
}

// Which concat of those that became one each input belonged to; the last ones
// if there are fewer locations than inputs.
using Origins = DenseMap<Operation *, SmallVector<Location>>;

// concat(concat(a, b), c) along one axis is concat(a, b, c), whatever the
// depth: all levels at once, for chains of them are as long as networks are.
static void flattenNested(ConcatOp outer, Origins &origins) {
  SmallVector<Value> inputs;
  SmallVector<Location> from;
  // Inner ones in the order in which their inputs come, and the joint location:
  // that of a concat comes behind those of its inner ones, the last one first.
  SmallVector<ConcatOp> inlined;
  SmallVector<Location> locations;
  struct Level {
    ConcatOp concat;
    unsigned next = 0;
  };
  SmallVector<Level> levels = {{outer}};
  while (!levels.empty()) {
    Level &level = levels.back();
    if (level.next == level.concat.getInputs().size()) {
      levels.pop_back();
      continue;
    }
    Value input = level.concat.getInputs()[level.next++];
    if (ConcatOp inner = innerConcat(outer, input)) {
      inlined.push_back(inner);
      levels.push_back({inner});
    } else {
      inputs.push_back(input);
      from.push_back(level.concat.getLoc());
    }
  }
  if (inlined.empty())
    return;
  origins[outer] = std::move(from);
  outer.getInputsMutable().assign(inputs);
  for (ConcatOp inner : llvm::reverse(inlined))
    locations.push_back(inner.getLoc());
  locations.push_back(outer.getLoc());
  outer->setLoc(mlc::fuseLocations(locations));
  for (ConcatOp inner : inlined)
    inner.erase();
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
    // From the end, so that the outermost one takes all in.
    Block &block = func.getBody().front();
    Origins origins;
    for (Operation *op = &block.back(); op; op = op->getPrevNode())
      if (auto concat = dyn_cast<ConcatOp>(op))
        flattenNested(concat, origins);
    nestPrefixes(func);
    int64_t inputs = 0;
    for (ConcatOp concat : func.getOps<ConcatOp>()) {
      concat.setInPlace(true);
      inputs += concat.getInputs().size();
    }
    int64_t copies = insertCopies(func, origins);
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
      if (family.size() < kMaxPrefixes)
        family.push_back(concat);
    }
  }

  // Where a copy of an input comes from.
  static Location originOf(OpOperand &input, const Origins &origins) {
    Operation *concat = input.getOwner();
    auto known = origins.find(concat);
    size_t fromEnd = concat->getNumOperands() - input.getOperandNumber();
    if (known == origins.end() || fromEnd > known->second.size())
      return concat->getLoc();
    return known->second[known->second.size() - fromEnd];
  }

  int64_t insertCopies(func::FuncOp func, const Origins &origins) {
    int64_t copies = 0;
    PlacementAnalysis placements(func);
    for (const PlacementConflict &conflict : placements.conflicts()) {
      auto concat = dyn_cast<ConcatOp>(conflict.operand->getOwner());
      if (!concat)
        continue;
      Value part = conflict.operand->get();
      OpBuilder b(concat);
      Value copy = CopyOp::create(b, originOf(*conflict.operand, origins),
                                  part.getType(), part);
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
