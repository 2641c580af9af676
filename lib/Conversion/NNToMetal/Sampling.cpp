// Ops that read their input at other places than they write: padding,
// resampling and look-ups.
#include "Grid4D.h"
#include "PackedWeights.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlc;

//===----------------------------------------------------------------------===//
// Padding
//===----------------------------------------------------------------------===//

LogicalResult mlc::lowerPad(Lowering &lowering, nn::PadOp op) {
  FusedKernel fused(lowering, op, "padding",
                    "pad_" + shapeText(op.getType().getShape()));
  KernelBuilder &k = *fused;
  ArrayRef<int64_t> in = fused.inputShape(), out = fused.resultShape();
  // Lanes along the last dimension stay together only if it is not padded.
  bool whole = op.getLow().back() == 0 && op.getHigh().back() == 0;
  int64_t lanes = whole ? lanesFor(out.back()) : 1;
  ElementThread thread = elementThread(k, out, lanes);

  SmallVector<Value> from;
  Value inside;
  for (unsigned i = 0; i < in.size(); ++i) {
    Value at = thread.coordinates[i];
    int64_t low = op.getLow()[i], high = op.getHigh()[i];
    if (low == 0 && high == 0) {
      from.push_back(at);
      continue;
    }
    at = k.sub(at, k.constant(low));
    if (op.getKind() == nn::PadKind::Reflect) {
      // |at| mirrors at the front; the tent in - 1 - |in - 1 - at| at the end.
      Value zero = k.constant(0), last = k.constant(in[i] - 1);
      at = k.max(at, k.sub(zero, at));
      Value beyond = k.sub(last, at);
      at = k.sub(last, k.max(beyond, k.sub(zero, beyond)));
    } else {
      if (op.getKind() == nn::PadKind::Constant)
        inside =
            k.logicalAnd(inside, k.inRange(at, in[i], -low, in[i] - 1 + high));
      at = k.clamp(at, 0, in[i] - 1);
    }
    from.push_back(at);
  }
  Value value = fused.loadInput(from, lanes, thread.count);
  if (inside)
    value = arith::SelectOp::create(
        k.builder(), k.loc(), inside, value,
        k.splat(op.getValue().convertToDouble(), lanes));
  fused.storeResult(value, thread.coordinates, lanes, thread.count);
  fused.dispatch(elementGrid(out, lanes), 0);
  return success();
}

//===----------------------------------------------------------------------===//
// Resampling
//===----------------------------------------------------------------------===//

namespace {
// Where an output coordinate falls in the input: two neighbours and the weight
// of the second.
struct Sample {
  Value first, second, weight;
};
} // namespace

// The source coordinate of `position`, clamped to [0, extent - 1], in float.
static Value sourceCoordinate(KernelBuilder &k, Value position, double scale,
                              double offset, int64_t extent) {
  OpBuilder &b = k.builder();
  Value i = arith::IndexCastOp::create(b, k.loc(), b.getI32Type(), position);
  Value at = arith::SIToFPOp::create(b, k.loc(), b.getF32Type(), i);
  at = arith::MulFOp::create(b, k.loc(), at, k.splat(scale, 1));
  at = arith::AddFOp::create(b, k.loc(), at, k.splat(offset, 1));
  at = arith::MaximumFOp::create(b, k.loc(), at, k.splat(0, 1));
  return arith::MinimumFOp::create(b, k.loc(), at,
                                   k.splat(double(extent - 1), 1));
}

static Sample sample(KernelBuilder &k, Value position, double scale,
                     double offset, int64_t extent, StringRef name) {
  // Whole factors need no floating point, which would put i * (1/3) a little
  // below i/3. (Text keeps six digits of a scale.)
  int64_t factor = std::llround(1 / scale);
  if (offset == 0 && factor >= 1 &&
      std::fabs(double(factor) * scale - 1) < 1e-5)
    return {k.named(k.div(position, factor), name), {}, {}};
  Value at = sourceCoordinate(k, position, scale, offset, extent);
  return {k.named(floorToIndex(k, at), name), {}, {}};
}

static Sample sampleBetween(KernelBuilder &k, Value position, double scale,
                            double offset, int64_t extent, StringRef name) {
  OpBuilder &b = k.builder();
  Value at = sourceCoordinate(k, position, scale, offset, extent);
  Value first = k.named(floorToIndex(k, at), name);
  Value second = k.min(k.add(first, 1), k.constant(extent - 1));
  Value i = arith::IndexCastOp::create(b, k.loc(), b.getI32Type(), first);
  Value whole = arith::SIToFPOp::create(b, k.loc(), b.getF32Type(), i);
  return {first, second, arith::SubFOp::create(b, k.loc(), at, whole)};
}

// a + (c - a) * weight
static Value mix(KernelBuilder &k, Value a, Value c, Value weight,
                 int64_t lanes) {
  Value difference = arith::SubFOp::create(k.builder(), k.loc(), c, a);
  return k.fma(difference, k.broadcast(weight, lanes), a);
}

LogicalResult mlc::lowerResize(Lowering &lowering, nn::ResizeOp op) {
  FusedKernel fused(lowering, op, "resize",
                    "resize_" + shapeText(op.getType().getShape()));
  KernelBuilder &k = *fused;
  ArrayRef<int64_t> in = fused.inputShape(), out = fused.resultShape();
  int64_t lanes = lanesFor(out.back());
  ElementThread thread = elementThread(k, out, lanes);
  Value batch = thread.coordinates[0], channel = thread.coordinates[3];
  auto pixel = [&](Value y, Value x) {
    return fused.loadInput({batch, y, x, channel}, lanes, thread.count);
  };
  Value result;
  if (op.getKind() == nn::ResizeKind::Nearest) {
    Sample y = sample(k, thread.coordinates[1], op.getScales()[0],
                      op.getOffsets()[0], in[1], "row");
    Sample x = sample(k, thread.coordinates[2], op.getScales()[1],
                      op.getOffsets()[1], in[2], "column");
    result = pixel(y.first, x.first);
  } else {
    Sample y = sampleBetween(k, thread.coordinates[1], op.getScales()[0],
                             op.getOffsets()[0], in[1], "row");
    Sample x = sampleBetween(k, thread.coordinates[2], op.getScales()[1],
                             op.getOffsets()[1], in[2], "column");
    Value top = mix(k, pixel(y.first, x.first), pixel(y.first, x.second),
                    x.weight, lanes);
    Value bottom = mix(k, pixel(y.second, x.first), pixel(y.second, x.second),
                       x.weight, lanes);
    result = mix(k, top, bottom, y.weight, lanes);
  }
  fused.storeResult(result, thread.coordinates, lanes, thread.count);
  int64_t perElement = op.getKind() == nn::ResizeKind::Nearest ? 0 : 9;
  fused.dispatch(elementGrid(out, lanes),
                 perElement * op.getType().getNumElements());
  return success();
}

//===----------------------------------------------------------------------===//
// Look-ups
//===----------------------------------------------------------------------===//

// Fewer rows are smaller than the grids of their columns.
static constexpr int64_t kFewestPackedRows = 32;

// The table of a look-up: codes and the grid of each column if it is quantised,
// else its numbers. Codes of few bits are [rows, runs, bytes of a run of
// lanes].
static SmallVector<KernelOperand> makeTable(Lowering &lowering, nn::GatherOp op,
                                            int64_t lanes) {
  FailureOr<std::vector<float>> known = readConstant(op.getTable());
  if (failed(known))
    return {{lowering.view(op.getTable()), "table"}};
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(op.getTable().getType()).getShape();
  std::optional<PackedWeights> packed;
  if (lowering.packsWeights() && shape[0] >= kFewestPackedRows)
    packed = packWeights(*known, shape[1]);
  if (!packed)
    return {{lowering.weights(op.getLoc(), shape, lowering.storageType(op),
                              std::move(*known), "table"),
             "table"}};
  Value codes;
  int64_t runs = llvm::divideCeil(shape[1], lanes);
  if (runs * lanes * bitsFor(packed->codes, lanes) < shape[1] * 8) {
    std::vector<uint8_t> whole(shape[0] * runs * lanes, 0);
    for (int64_t row = 0; row < shape[0]; ++row)
      std::copy_n(&packed->codes[row * shape[1]], shape[1],
                  &whole[row * runs * lanes]);
    codes = lowering.joinedCodes(op.getLoc(), {shape[0], runs, lanes}, whole);
  } else {
    codes = lowering.codes(op.getLoc(), shape, std::move(packed->codes));
  }
  std::vector<float> grids = std::move(packed->scales);
  grids.insert(grids.end(), packed->shifts.begin(), packed->shifts.end());
  return {{codes, "codes"},
          {lowering.weights(op.getLoc(), {2, shape[1]},
                            lowering.builder().getF32Type(), std::move(grids),
                            "grids"),
           "grids"}};
}

LogicalResult mlc::lowerGather(Lowering &lowering, nn::GatherOp op) {
  int64_t columns = op.getType().getShape().back(), lanes = lanesFor(columns);
  SmallVector<KernelOperand> table = makeTable(lowering, op, lanes);
  FusedKernel fused(lowering, op, "gather",
                    "gather_" + shapeText(op.getType().getShape()), table);
  KernelBuilder &k = *fused;
  ArrayRef<int64_t> out = fused.resultShape();
  int64_t rows = cast<RankedTensorType>(op.getTable().getType()).getDimSize(0);
  ElementThread thread = elementThread(k, out, lanes);
  SmallVector<Value> at(thread.coordinates);
  at.back() = k.constant(0);
  OpBuilder &b = k.builder();
  // Clamp before converting: out of range floats have no integer.
  Value wanted = fused.loadInput(at, 1);
  wanted = arith::MaximumFOp::create(b, k.loc(), wanted, k.splat(0, 1));
  wanted = arith::MinimumFOp::create(b, k.loc(), wanted,
                                     k.splat(double(rows - 1), 1));
  Value row = k.named(floorToIndex(k, wanted), "row");
  Value column = thread.coordinates.back();
  Value value;
  if (table.size() == 1) {
    value = k.load(fused.other(0), {row, column}, lanes, thread.count);
  } else {
    Value codes = fused.other(0);
    bool isJoined = cast<MemRefType>(codes.getType()).getRank() == 3;
    value = isJoined
                ? k.loadCodes(codes, {row, k.div(column, lanes), k.constant(0)},
                              lanes)
                : k.load(codes, {row, column}, lanes, thread.count);
    auto grid = [&](int64_t which) {
      return k.load(fused.other(1), {k.constant(which), column}, lanes,
                    thread.count);
    };
    value = k.fma(value, grid(0), grid(1));
  }
  fused.storeResult(value, thread.coordinates, lanes, thread.count);
  fused.dispatch(elementGrid(out, lanes), 0);
  return success();
}
