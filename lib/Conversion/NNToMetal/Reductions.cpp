// Kernels in which a threadgroup works on one row together: reductions,
// normalisation, softmax. Each thread takes every n-th element, the partial
// results meet in threadgroup memory. They are right for any group size, so a
// host may run them with groups of one thread.
#include "Grid4D.h"
#include "ThreadTeam.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include <cfloat>

using namespace mlir;
using namespace mlc;

namespace {

constexpr int64_t kGroup = 128;
constexpr int64_t kManyRows = 4096;

// How two partial results become one.
enum class Combine { Sum, Product, Max, Min };

// The rows of a reduction: dimensions that stay (one threadgroup each, lanes
// along the last if it stays) and dimensions that are reduced.
class RowKernel {
public:
  RowKernel(FusedKernel &fused, ArrayRef<int64_t> shape, ArrayRef<int64_t> axes,
            bool allowGroup = true)
      : fused(fused), k(*fused), b(k.builder()), shape(shape), axes(axes) {
    unsigned last = shape.size() - 1;
    bool lastStays = !llvm::is_contained(axes, int64_t(last));
    lanes = lastStays ? lanesFor(shape[last]) : 1;
    rows = 1;
    for (unsigned i = 0; i < shape.size(); ++i) {
      if (llvm::is_contained(axes, int64_t(i)))
        length *= shape[i];
      else
        rows *= i == last ? llvm::divideCeil(shape[i], lanes) : shape[i];
    }
    // Many rows keep the machine busy by themselves.
    bool together = allowGroup && rows < kManyRows;
    int64_t threads =
        together ? std::min<int64_t>(kGroup, llvm::PowerOf2Ceil(length)) : 1;
    placeRow(threads);
  }

  // Runs `body` for this thread's share of the row, carrying values.
  SmallVector<Value>
  overRow(ValueRange init,
          function_ref<SmallVector<Value>(ArrayRef<Value>, Value, ValueRange)>
              body) {
    return k.loopCarrying("i", team->getThread(), k.constant(length),
                          team->getSize(), init,
                          [&](Value i, ValueRange carried) {
                            SmallVector<Value> at = coordinates(i);
                            return body(at, i, carried);
                          });
  }

  // Joins the threads' partial results.
  Value join(Value partial, Combine how, StringRef name) {
    return team
        ->join(
            partial, [&](Value a, Value c) { return combine(a, c, how); }, name)
        .front();
  }

  Value combine(Value a, Value c, Combine how) {
    switch (how) {
    case Combine::Sum:
      return arith::AddFOp::create(b, k.loc(), a, c);
    case Combine::Product:
      return arith::MulFOp::create(b, k.loc(), a, c);
    case Combine::Max:
      return arith::MaximumFOp::create(b, k.loc(), a, c);
    case Combine::Min:
      return arith::MinimumFOp::create(b, k.loc(), a, c);
    }
    llvm_unreachable("all ways are handled");
  }

  // Coordinates of element `i` of the row.
  SmallVector<Value> coordinates(Value i) {
    SmallVector<Value> at(row);
    Value rest = i;
    for (unsigned a = axes.size(); a-- > 0;) {
      int64_t extent = shape[axes[a]];
      at[axes[a]] = a == 0 ? rest : k.rem(rest, extent);
      if (a > 0)
        rest = k.div(rest, extent);
    }
    return at;
  }

  void onFirstThread(function_ref<void()> body) { team->onFirst(body); }

  void dispatch(int64_t flops) {
    int64_t threads = team->getMost();
    if (threads == 1)
      fused.dispatch(makeGrid(rows, 1, 1), flops);
    else
      fused.dispatch({{threads, rows, 1}, {threads, 1, 1}}, flops);
  }

  int64_t lanes = 1, rows = 1, length = 1;
  SmallVector<Value> row; ///< coordinates, reduced dimensions at 0
  Value count;            ///< lanes in range

private:
  void placeRow(int64_t threads) {
    Value index;
    if (threads == 1)
      index = k.position(0, "rowIndex", rows);
    else
      index = k.groupPosition(metal::Dimension::y, "rowIndex", rows);
    team.emplace(k, threads);
    row.assign(shape.size(), k.constant(0));
    int64_t left = rows;
    Value rest = index;
    for (unsigned i = shape.size(); i-- > 0;) {
      if (llvm::is_contained(axes, int64_t(i)))
        continue;
      bool isLast = i == shape.size() - 1;
      int64_t extent = isLast ? llvm::divideCeil(shape[i], lanes) : shape[i];
      left /= extent;
      row[i] = left == 1 ? rest : k.rem(rest, extent);
      if (left > 1)
        rest = k.div(rest, extent);
      else
        rest = k.constant(0);
      if (isLast) {
        row[i] = k.named(k.mul(row[i], lanes), "c");
        count = k.laneCount(row[i], shape[i], lanes);
      }
    }
  }

  FusedKernel &fused;
  KernelBuilder &k;
  OpBuilder &b;
  SmallVector<int64_t> shape, axes;
  std::optional<ThreadTeam> team;
};

} // namespace

// Joins rows and columns if both are reduced and the layouts allow it.
static bool reducesImage(ArrayRef<int64_t> axes, int64_t rank) {
  return rank == 4 && llvm::is_contained(axes, 1) &&
         llvm::is_contained(axes, 2);
}

// The axes in the kernel's numbering once dimensions 1 and 2 are one.
static SmallVector<int64_t> kernelAxes(ArrayRef<int64_t> axes, bool joined) {
  SmallVector<int64_t> result;
  for (int64_t axis : axes)
    if (!joined || axis != 2)
      result.push_back(joined && axis > 2 ? axis - 1 : axis);
  return result;
}

//===----------------------------------------------------------------------===//
// nn.reduce
//===----------------------------------------------------------------------===//

// The neutral element, what one more element adds, and how parts meet.
static double neutral(nn::ReduceKind kind) {
  switch (kind) {
  case nn::ReduceKind::Product:
    return 1;
  case nn::ReduceKind::Max:
  case nn::ReduceKind::ArgMax:
    return -FLT_MAX;
  case nn::ReduceKind::Min:
  case nn::ReduceKind::ArgMin:
    return FLT_MAX;
  default:
    return 0;
  }
}

static Combine combination(nn::ReduceKind kind) {
  switch (kind) {
  case nn::ReduceKind::Product:
    return Combine::Product;
  case nn::ReduceKind::Max:
    return Combine::Max;
  case nn::ReduceKind::Min:
    return Combine::Min;
  default:
    return Combine::Sum;
  }
}

static Value finish(KernelBuilder &k, nn::ReduceKind kind, Value value,
                    int64_t length, int64_t lanes) {
  OpBuilder &b = k.builder();
  switch (kind) {
  case nn::ReduceKind::Mean:
    return arith::MulFOp::create(b, k.loc(), value,
                                 k.splat(1.0 / double(length), lanes));
  case nn::ReduceKind::L2:
    return math::SqrtOp::create(b, k.loc(), value);
  case nn::ReduceKind::LogSum:
    return math::LogOp::create(b, k.loc(), value);
  default:
    return value;
  }
}

// argmax and argmin: one thread a row walks it, keeping the first best.
static void buildArgReduce(FusedKernel &fused, RowKernel &rows,
                           nn::ReduceKind kind) {
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  int64_t lanes = rows.lanes;
  auto predicate = kind == nn::ReduceKind::ArgMax ? arith::CmpFPredicate::OGT
                                                  : arith::CmpFPredicate::OLT;
  auto result = rows.overRow(
      {k.splat(neutral(kind), lanes), k.splat(0, lanes)},
      [&](ArrayRef<Value> at, Value i, ValueRange so) -> SmallVector<Value> {
        Value value = fused.loadInput(at, lanes, rows.count);
        Value better =
            arith::CmpFOp::create(b, k.loc(), predicate, value, so[0]);
        Value integer =
            arith::IndexCastOp::create(b, k.loc(), b.getI32Type(), i);
        Value index = k.broadcast(
            arith::SIToFPOp::create(b, k.loc(), b.getF32Type(), integer),
            lanes);
        return {arith::SelectOp::create(b, k.loc(), better, value, so[0]),
                arith::SelectOp::create(b, k.loc(), better, index, so[1])};
      });
  fused.storeResult(result[1], rows.row, lanes, rows.count);
}

LogicalResult mlc::lowerReduce(Lowering &lowering, nn::ReduceOp op) {
  auto in = cast<RankedTensorType>(op.getInput().getType());
  nn::ReduceKind kind = op.getKind();
  std::string name = ("reduce_" + nn::stringifyReduceKind(kind) + "_" +
                      shapeText(in.getShape()))
                         .str();
  FusedKernel fused(lowering, op, "reduction", name, {},
                    reducesImage(op.getAxes(), in.getRank()));
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  bool isArg = kind == nn::ReduceKind::ArgMax || kind == nn::ReduceKind::ArgMin;
  RowKernel rows(fused, fused.inputShape(),
                 kernelAxes(op.getAxes(), fused.joined()), !isArg);
  if (isArg) {
    buildArgReduce(fused, rows, kind);
    rows.dispatch(in.getNumElements());
    return success();
  }
  int64_t lanes = rows.lanes;
  auto partial = rows.overRow(
      k.splat(neutral(kind), lanes),
      [&](ArrayRef<Value> at, Value, ValueRange so) -> SmallVector<Value> {
        Value value = fused.loadInput(at, lanes, rows.count);
        if (kind == nn::ReduceKind::SumSquare || kind == nn::ReduceKind::L2)
          return {k.fma(value, value, so.front())};
        if (kind == nn::ReduceKind::L1)
          value = math::AbsFOp::create(b, k.loc(), value);
        return {rows.combine(so.front(), value, combination(kind))};
      });
  Value whole = rows.join(partial.front(), combination(kind), "partial");
  rows.onFirstThread([&] {
    fused.storeResult(finish(k, kind, whole, rows.length, lanes), rows.row,
                      lanes, rows.count);
  });
  rows.dispatch(in.getNumElements());
  return success();
}

//===----------------------------------------------------------------------===//
// nn.normalize
//===----------------------------------------------------------------------===//

LogicalResult mlc::lowerNormalize(Lowering &lowering, nn::NormalizeOp op) {
  auto in = op.getType();
  FusedKernel fused(lowering, op, "normalization",
                    "normalize_" + shapeText(in.getShape()), {},
                    reducesImage(op.getAxes(), in.getRank()));
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  RowKernel rows(fused, fused.inputShape(),
                 kernelAxes(op.getAxes(), fused.joined()));
  int64_t lanes = rows.lanes;
  Value perElement = k.splat(1.0 / double(rows.length), lanes);
  Value epsilon = k.splat(op.getEpsilon().convertToDouble(), lanes);
  nn::NormalizeKind kind = op.getKind();

  // The sum of `term` over the row.
  auto sum = [&](StringRef name, function_ref<Value(Value, Value)> term) {
    auto partial = rows.overRow(
        k.splat(0, lanes),
        [&](ArrayRef<Value> at, Value, ValueRange so) -> SmallVector<Value> {
          return {term(fused.loadInput(at, lanes, rows.count), so.front())};
        });
    return rows.join(partial.front(), Combine::Sum, name);
  };
  auto centred = [&](Value value, Value mean) -> Value {
    return mean ? arith::SubFOp::create(b, k.loc(), value, mean).getResult()
                : value;
  };

  Value mean, scale;
  if (kind != nn::NormalizeKind::L2) {
    Value total = sum("total", [&](Value value, Value so) -> Value {
      return arith::AddFOp::create(b, k.loc(), so, value);
    });
    mean =
        k.named(arith::MulFOp::create(b, k.loc(), total, perElement), "mean");
  }
  if (kind != nn::NormalizeKind::Mean) {
    Value squares = sum("squares", [&](Value value, Value so) -> Value {
      Value difference = k.named(centred(value, mean), "difference");
      return k.fma(difference, difference, so);
    });
    if (mean)
      squares = arith::MulFOp::create(b, k.loc(), squares, perElement);
    Value root = math::SqrtOp::create(
        b, k.loc(), arith::AddFOp::create(b, k.loc(), squares, epsilon));
    scale = k.named(arith::DivFOp::create(b, k.loc(), k.splat(1, lanes), root),
                    "scale");
  }
  rows.overRow({}, [&](ArrayRef<Value> at, Value, ValueRange) {
    Value value = centred(fused.loadInput(at, lanes, rows.count), mean);
    if (scale)
      value = arith::MulFOp::create(b, k.loc(), value, scale);
    fused.storeResult(value, at, lanes, rows.count);
    return SmallVector<Value>();
  });
  rows.dispatch(7 * in.getNumElements());
  return success();
}

//===----------------------------------------------------------------------===//
// nn.softmax
//===----------------------------------------------------------------------===//

LogicalResult mlc::lowerSoftmax(Lowering &lowering, nn::SoftmaxOp op) {
  auto in = op.getType();
  FusedKernel fused(lowering, op, "softmax",
                    "softmax_" + shapeText(in.getShape()));
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  RowKernel rows(fused, fused.inputShape(), {int64_t(op.getAxis())});
  int64_t lanes = rows.lanes;
  auto largest = rows.overRow(
      k.splat(-FLT_MAX, lanes),
      [&](ArrayRef<Value> at, Value, ValueRange so) -> SmallVector<Value> {
        Value value = fused.loadInput(at, lanes, rows.count);
        return {rows.combine(so.front(), value, Combine::Max)};
      });
  Value top = rows.join(largest.front(), Combine::Max, "largest");
  auto exponential = [&](ArrayRef<Value> at) -> Value {
    Value value = fused.loadInput(at, lanes, rows.count);
    return math::ExpOp::create(b, k.loc(),
                               arith::SubFOp::create(b, k.loc(), value, top));
  };
  auto partial = rows.overRow(
      k.splat(0, lanes),
      [&](ArrayRef<Value> at, Value, ValueRange so) -> SmallVector<Value> {
        return {rows.combine(so.front(), exponential(at), Combine::Sum)};
      });
  Value total = rows.join(partial.front(), Combine::Sum, "total");
  Value scale = k.named(
      arith::DivFOp::create(b, k.loc(), k.splat(1, lanes), total), "scale");
  rows.overRow({}, [&](ArrayRef<Value> at, Value, ValueRange) {
    fused.storeResult(arith::MulFOp::create(b, k.loc(), exponential(at), scale),
                      at, lanes, rows.count);
    return SmallVector<Value>();
  });
  rows.dispatch(5 * in.getNumElements());
  return success();
}

//===----------------------------------------------------------------------===//
// nn.lrn
//===----------------------------------------------------------------------===//

// `base` to the power of `-exponent`: quarters are square roots.
static Value powerBelow(KernelBuilder &k, Value base, double exponent,
                        int64_t lanes) {
  OpBuilder &b = k.builder();
  double quarters = 4 * exponent;
  if (quarters != std::floor(quarters) || quarters < 1 || quarters > 4)
    return math::PowFOp::create(b, k.loc(), base, k.splat(-exponent, lanes));
  Value half, divisor;
  if (quarters < 4)
    half = k.named(math::SqrtOp::create(b, k.loc(), base), "root");
  if (quarters == 4)
    divisor = base;
  else if (quarters == 2)
    divisor = half;
  else
    divisor = math::SqrtOp::create(b, k.loc(), half);
  if (quarters == 3)
    divisor = arith::MulFOp::create(b, k.loc(), half, divisor);
  return arith::DivFOp::create(b, k.loc(), k.splat(1, lanes), divisor);
}

LogicalResult mlc::lowerLRN(Lowering &lowering, nn::LRNOp op) {
  auto in = op.getType();
  FusedKernel fused(lowering, op, "lrn", "lrn_" + shapeText(in.getShape()));
  KernelBuilder &k = *fused;
  OpBuilder &b = k.builder();
  ArrayRef<int64_t> shape = fused.resultShape();
  int64_t channels = shape.back();
  int64_t lanes = std::max<int64_t>(4, lanesFor(channels));
  ElementThread thread = elementThread(k, shape, lanes);
  // A window ends where the channels do, however large it is.
  int64_t before = std::min<int64_t>(op.getSize() / 2, channels);
  int64_t size =
      before + std::min<int64_t>(op.getSize() - op.getSize() / 2, channels);
  Value channel = thread.coordinates.back();
  // The squares that the windows of all lanes reach, none beside the image.
  constexpr int64_t kMaxUnrolled = 32;
  int64_t reach = lanes + size - 1;
  Value squares = k.privateElements(1, reach, "squares");
  k.loop("i", reach, reach <= kMaxUnrolled, [&](Value i) {
    Value at = k.named(k.sub(k.add(channel, i), k.constant(before)), "at");
    int64_t most = llvm::alignTo(channels, lanes) - lanes + reach - 1 - before;
    Value inside = k.inRange(at, channels, -before, most);
    SmallVector<Value> coordinates(thread.coordinates);
    coordinates.back() = k.clamp(at, 0, channels - 1);
    Value value = fused.loadInput(coordinates, 1);
    if (inside)
      value = k.select(inside, value, k.splat(0, 1));
    value = k.named(value, "value");
    k.put(arith::MulFOp::create(b, k.loc(), value, value), squares,
          {k.constant(0), i});
  });
  Value sum = k.privateArray({1}, lanes, "sum");
  k.put(k.splat(0, lanes), sum, k.constant(0));
  k.loop("i", size, reach <= kMaxUnrolled, [&](Value i) {
    Value shifted = metal::GetLanesOp::create(b, k.loc(), k.elementType(lanes),
                                              squares, k.constant(0), i);
    k.put(arith::AddFOp::create(b, k.loc(), k.get(sum, k.constant(0)), shifted),
          sum, k.constant(0));
  });
  Value base = k.fma(
      k.get(sum, k.constant(0)),
      k.splat(op.getAlpha().convertToDouble() / double(op.getSize()), lanes),
      k.splat(op.getK().convertToDouble(), lanes));
  base = k.named(base, "base");
  Value factor = powerBelow(k, base, op.getBeta().convertToDouble(), lanes);
  Value value = fused.loadInput(thread.coordinates, lanes, thread.count);
  fused.storeResult(arith::MulFOp::create(b, k.loc(), value, factor),
                    thread.coordinates, lanes, thread.count);
  fused.dispatch(elementGrid(shape, lanes),
                 (2 * size + 4) * in.getNumElements());
  return success();
}
