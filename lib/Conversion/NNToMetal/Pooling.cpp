// Pooling: a thread computes one window for a block of channels.
#include "Grid4D.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include <cfloat>

using namespace mlir;
using namespace mlc;

namespace {
// The part of a window that lies in the input, in one dimension.
struct Span {
  Value first, end;
  Value counted;   ///< how many positions the average counts
  bool mayBeEmpty; ///< whether some window lies beside the input
};
} // namespace

static Span windowSpan(KernelBuilder &k, Value position, int64_t positions,
                       int64_t stride, int64_t window, int64_t before,
                       int64_t extent, std::optional<int64_t> countedBefore,
                       int64_t countedAfter, StringRef name) {
  Value start = k.mul(position, stride);
  if (before)
    start = k.sub(start, k.constant(before));
  Value stop = k.add(start, window);
  bool clipsFront = before > 0;
  bool clipsBack = (positions - 1) * stride - before + window > extent;
  Span span;
  span.mayBeEmpty =
      before >= window || (positions - 1) * stride - before >= extent;
  span.first = clipsFront ? k.max(start, k.constant(0)) : start;
  span.end = clipsBack ? k.min(stop, k.constant(extent)) : stop;
  if (!clipsFront && !clipsBack)
    span.counted = k.constant(window);
  else
    span.counted = k.sub(span.end, span.first);
  if (countedBefore) {
    Value from = k.max(start, k.constant(-*countedBefore));
    Value to = k.min(stop, k.constant(extent + countedAfter));
    span.counted = *countedBefore >= before && !clipsBack ? k.constant(window)
                                                          : k.sub(to, from);
  }
  span.first = k.named(span.first, name);
  return span;
}

// 1 / counted pixels, or nothing where the count is the same for all windows.
static Value divideByCount(KernelBuilder &k, Value sum, const Span &rows,
                           const Span &columns, int64_t lanes) {
  OpBuilder &b = k.builder();
  IntegerAttr r, c;
  if (matchPattern(rows.counted, m_Constant(&r)) &&
      matchPattern(columns.counted, m_Constant(&c)))
    return arith::MulFOp::create(
        b, k.loc(), sum,
        k.splat(1.0 / double(std::max<int64_t>(1, r.getInt() * c.getInt())),
                lanes));
  Value count =
      b.createOrFold<arith::MulIOp>(k.loc(), rows.counted, columns.counted);
  // An empty window gives 0, so it may count as one pixel.
  count = k.max(count, k.constant(1));
  Value i = arith::IndexCastOp::create(b, k.loc(), b.getI32Type(), count);
  Value pixels =
      k.named(arith::SIToFPOp::create(b, k.loc(), b.getF32Type(), i), "pixels");
  return arith::DivFOp::create(b, k.loc(), sum, k.broadcast(pixels, lanes));
}

// `value`, or 0 where the window is empty.
static Value zeroIfEmpty(KernelBuilder &k, Value value, const Span &rows,
                         const Span &columns, int64_t lanes) {
  for (const Span *span : {&rows, &columns}) {
    if (!span->mayBeEmpty)
      continue;
    Value isFull =
        arith::CmpIOp::create(k.builder(), k.loc(), arith::CmpIPredicate::slt,
                              span->first, span->end);
    value = k.select(isFull, value, k.splat(0, lanes));
  }
  return value;
}

LogicalResult mlc::lowerPool2D(Lowering &lowering, nn::Pool2DOp op) {
  ArrayRef<int64_t> shape = op.getType().getShape();
  std::string name = (nn::stringifyPoolKind(op.getKind()) + "_pool_" +
                      Twine(op.getWindow()[0]) + "x" +
                      Twine(op.getWindow()[1]) + "_" + shapeText(shape))
                         .str();
  FusedKernel fused(lowering, op, "pooling", name);
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  ArrayRef<int64_t> in = fused.inputShape(), out = fused.resultShape();
  int64_t lanes = lanesFor(out[3]);
  ElementThread thread = elementThread(k, out, lanes);
  Value batch = thread.coordinates[0], channel = thread.coordinates[3];
  auto counted = op.getCountedPadding();
  auto span = [&](unsigned d, StringRef name) {
    return windowSpan(
        k, thread.coordinates[1 + d], out[1 + d], op.getStrides()[d],
        op.getWindow()[d], op.getPadding()[2 * d], in[1 + d],
        counted ? std::optional<int64_t>((*counted)[2 * d]) : std::nullopt,
        counted ? (*counted)[2 * d + 1] : 0, name);
  };
  Span rows = span(0, "firstRow"), columns = span(1, "firstColumn");

  bool isMax = op.getKind() == nn::PoolKind::Max;
  // The lowest float, not infinity: kernels may be compiled with fast-math.
  Value init = k.splat(isMax ? -FLT_MAX : 0, lanes);
  auto result = k.loopCarrying(
      "y", rows.first, rows.end, k.constant(1), init,
      [&](Value y, ValueRange outer) -> SmallVector<Value> {
        return k.loopCarrying(
            "x", columns.first, columns.end, k.constant(1), outer,
            [&](Value x, ValueRange carried) -> SmallVector<Value> {
              Value value =
                  fused.loadInput({batch, y, x, channel}, lanes, thread.count);
              Value so = carried.front();
              if (isMax)
                return {arith::MaximumFOp::create(b, k.loc(), so, value)};
              if (op.getKind() == nn::PoolKind::L2)
                return {k.fma(value, value, so)};
              return {arith::AddFOp::create(b, k.loc(), so, value)};
            });
      });
  Value value = result.front();
  if (isMax)
    value = zeroIfEmpty(k, value, rows, columns, lanes);
  else if (op.getKind() == nn::PoolKind::Average)
    value = divideByCount(k, value, rows, columns, lanes);
  else if (op.getKind() == nn::PoolKind::L2)
    value = math::SqrtOp::create(b, k.loc(), value);
  fused.storeResult(value, thread.coordinates, lanes, thread.count);
  fused.dispatch(elementGrid(out, lanes), op.getType().getNumElements() *
                                              op.getWindow()[0] *
                                              op.getWindow()[1]);
  return success();
}
