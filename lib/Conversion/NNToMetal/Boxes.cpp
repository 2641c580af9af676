// The choice of boxes that do not overlap: a thread for each batch, which
// looks for the next best box again and again. It keeps no state but the boxes
// it has written.
#include "Grid4D.h"

using namespace mlir;
using namespace mlc;

namespace {

class BoxKernel {
public:
  explicit BoxKernel(KernelBuilder &k, int64_t boxes)
      : k(k), b(k.builder()), boxes(boxes), batch(k.constant(0)) {}

  Value number(double value) { return k.splat(value, 1); }
  Value compare(arith::CmpFPredicate how, Value x, Value y) {
    return arith::CmpFOp::create(b, k.loc(), how, x, y);
  }
  Value either(Value x, Value y) {
    return arith::OrIOp::create(b, k.loc(), x, y);
  }
  template <typename Op> Value compute(Value x, Value y) {
    return Op::create(b, k.loc(), x, y);
  }
  /// A part of a box: 0 and 1 are the centre, 2 and 3 the size.
  Value part(Value box, int64_t index) {
    return k.load(k.param(0), {batch, box, k.constant(index)}, 1);
  }
  Value score(Value box) { return k.load(k.param(1), {batch, box}, 1); }
  Value classOf(Value box) { return k.load(k.param(2), {batch, box}, 1); }
  Value limit(unsigned param) {
    return k.load(k.param(param), k.constant(0), 1);
  }

  /// The extent that two boxes have in common along one dimension.
  Value common(Value x, Value y, int64_t dimension) {
    auto edge = [&](Value box, double half) {
      return k.fma(part(box, 2 + dimension), number(half),
                   part(box, dimension));
    };
    Value low = compute<arith::MaximumFOp>(edge(x, -0.5), edge(y, -0.5));
    Value high = compute<arith::MinimumFOp>(edge(x, 0.5), edge(y, 0.5));
    return compute<arith::MaximumFOp>(compute<arith::SubFOp>(high, low),
                                      number(0));
  }
  /// Whether box `y`, chosen before, forbids box `x`.
  Value forbids(Value x, Value y) {
    Value both = compute<arith::MulFOp>(common(x, y, 0), common(x, y, 1));
    auto area = [&](Value box) {
      return compute<arith::MulFOp>(part(box, 2), part(box, 3));
    };
    Value all =
        compute<arith::SubFOp>(compute<arith::AddFOp>(area(x), area(y)), both);
    Value overlap = compute<arith::DivFOp>(both, all);
    return k.logicalAnd(
        compare(arith::CmpFPredicate::OGT, overlap, limit(3)),
        compare(arith::CmpFPredicate::OEQ, classOf(x), classOf(y)));
  }

  /// The best box after the last one that was chosen, as score and index; -1
  /// if there is none. `chosen` is how many there are already.
  std::pair<Value, Value> next(Value chosen, Value lastScore, Value lastIndex) {
    using P = arith::CmpFPredicate;
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    // Once none was found, there is no more to look at.
    Value some = compare(P::OGT, lastScore, number(-kInfinity));
    Value end = k.select(some, k.constant(boxes), k.constant(0));
    auto found = k.loopCarrying(
        "box", k.constant(0), end, k.constant(1),
        {number(-kInfinity), number(-1)},
        [&](Value box, ValueRange so) -> SmallVector<Value> {
          Value own = k.named(score(box), "score");
          Value index = indexToFloat(k, box);
          Value tie = k.logicalAnd(compare(P::OEQ, own, lastScore),
                                   compare(P::OGT, index, lastIndex));
          Value later = either(compare(P::OLT, own, lastScore), tie);
          Value better = k.logicalAnd(compare(P::OGT, own, so[0]),
                                      compare(P::OGE, own, limit(4)));
          Value candidate = k.logicalAnd(better, later);
          // Only for candidates is it worth looking at those chosen before.
          Value others = k.select(candidate, chosen, k.constant(0));
          auto isFree = k.loopCarrying(
              "other", k.constant(0), others, k.constant(1), number(1),
              [&](Value other, ValueRange free) -> SmallVector<Value> {
                Value kept =
                    floorToIndex(k, k.load(k.param(5), {batch, other}, 1));
                return {k.select(forbids(box, k.named(kept, "kept")), number(0),
                                 free[0])};
              });
          Value taken =
              k.logicalAnd(candidate, compare(P::OGT, isFree[0], number(0.5)));
          return {k.select(taken, own, so[0]), k.select(taken, index, so[1])};
        });
    return {found[0], found[1]};
  }

  /// The box with the best score, whatever the limit.
  Value best() {
    auto found = k.loopCarrying(
        "any", k.constant(0), k.constant(boxes), k.constant(1),
        {number(-std::numeric_limits<float>::infinity()), number(0)},
        [&](Value box, ValueRange so) -> SmallVector<Value> {
          Value own = score(box);
          Value better = compare(arith::CmpFPredicate::OGT, own, so[0]);
          return {k.select(better, own, so[0]),
                  k.select(better, indexToFloat(k, box), so[1])};
        });
    return found[1];
  }

  KernelBuilder &k;
  OpBuilder &b;
  int64_t boxes;
  Value batch;
};

} // namespace

LogicalResult mlc::lowerNMS(Lowering &lowering, nn::NMSOp op) {
  auto scores = cast<RankedTensorType>(op.getScores().getType());
  int64_t batches = scores.getDimSize(0), boxes = scores.getDimSize(1),
          count = op.getType().getDimSize(1);
  SmallVector<KernelOperand> operands = {
      {lowering.view(op.getBoxes()), "boxes"},
      {lowering.view(op.getScores()), "scores"},
      {lowering.view(op.getClasses(), scores.getShape()), "classes"},
      {lowering.view(op.getOverlapLimit()), "overlapLimit"},
      {lowering.view(op.getScoreLimit()), "scoreLimit"},
      {lowering.view(op.getResult()), "output", true}};
  KernelBuilder k(lowering.module(), op->getLoc(), "boxes",
                  "nms_" + shapeText({batches, boxes, count}), operands);
  BoxKernel kernel(k, boxes);
  kernel.batch = k.position(0, "batch", batches);
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  k.loopCarrying("i", k.constant(0), k.constant(count), k.constant(1),
                 {kernel.number(kInfinity), kernel.number(-1)},
                 [&](Value i, ValueRange last) -> SmallVector<Value> {
                   auto [score, index] = kernel.next(i, last[0], last[1]);
                   k.store(index, k.param(5), {kernel.batch, i});
                   return {score, index};
                 });
  Value first = k.load(k.param(5), {kernel.batch, k.constant(0)}, 1);
  k.when(kernel.compare(arith::CmpFPredicate::OLT, first, kernel.number(0)),
         [&] {
           k.store(kernel.best(), k.param(5), {kernel.batch, k.constant(0)});
         });
  lowering.dispatch(k, operands, makeGrid(batches, 1, 1),
                    10 * batches * boxes * count);
  return success();
}
