// Convolutions of stride 1 by Winograd's algorithm: fewer multiplications for
// some additions. Tiles of output pixels have a side for each dimension of the
// filter: F(4x4, 3x3), F(2x2, 5x5), or F(1x4, 1x7) for a filter with one row.
//
// Three kernels. The input's tiles d, which overlap, become B^T d B; for each
// of their points a matrix product sums over the input channels; sums m become
// the output's tiles A^T m A. The filters become G g G^T when the bundle is
// loaded, which has them as they are. All transforms, and what lies between the
// kernels, are in float.
#include "Convolution.h"

#include "LoadTimeKernel.h"
#include "WinogradMatrices.h"
#include "mlc/Support/CostModel.h"

using namespace mlir;
using namespace mlc;

namespace {

// The matrices of both dimensions.
struct Transforms {
  WinogradMatrices y, x;

  Transforms(WinogradTile tile, const ConvolutionShape &s)
      : y(tile.rows, s.kernelRows), x(tile.columns, s.kernelColumns) {}
  int64_t points() const { return y.points * x.points; }
  /// How many tiles cover the rows or columns.
  int64_t tileRows(const ConvolutionShape &s) const {
    return llvm::divideCeil(s.rows, y.tile);
  }
  int64_t tileColumns(const ConvolutionShape &s) const {
    return llvm::divideCeil(s.columns, x.tile);
  }
};

} // namespace

// Multiplications and additions of L v R^T, for each channel of a tile.
static int64_t transformFlops(const Matrix &left, const Matrix &right) {
  return 2 * (left.count() * right.columns + left.rows * right.count());
}

//===----------------------------------------------------------------------===//
// The choice
//===----------------------------------------------------------------------===//

// Starting one more dispatch.
static constexpr double kDispatchSeconds = 5e-6;

static double directSeconds(const ConvolutionShape &s, int64_t imageBytes,
                            int64_t resultBytes, const GpuFigures &figures) {
  int64_t weights = s.kernelRows * s.kernelColumns * s.groupInputs *
                    s.groupOutputs * sizeof(float);
  return roofline(s.flops(), weights, figures, imageBytes + resultBytes)
             .seconds() +
         kDispatchSeconds;
}

// Of the three dispatches: transform, products, transform.
static double winogradSeconds(const ConvolutionShape &s, const Transforms &t,
                              int64_t imageBytes, int64_t resultBytes,
                              const GpuFigures &figures) {
  int64_t tiles = s.batch * t.tileRows(s) * t.tileColumns(s);
  int64_t inputs = t.points() * tiles * s.groupInputs;
  int64_t outputs = t.points() * tiles * s.groupOutputs;
  int64_t weights = t.points() * s.groupInputs * s.groupOutputs;
  int64_t size = sizeof(float);
  auto seconds = [&](int64_t flops, int64_t bytes, int64_t recentBytes) {
    return roofline(flops, bytes, figures, recentBytes).seconds();
  };
  return seconds(transformFlops(t.y.input, t.x.input) * tiles * s.groupInputs,
                 0, imageBytes + size * inputs) +
         seconds(2 * inputs * s.groupOutputs, size * weights,
                 size * (inputs + outputs)) +
         seconds(transformFlops(t.y.output, t.x.output) * tiles *
                     s.groupOutputs,
                 0, size * outputs + resultBytes) +
         3 * kDispatchSeconds;
}

// The sides that tiles may have along a dimension with so many taps, from small
// ones to large ones. One tap leaves nothing to save there.
static ArrayRef<int64_t> tileSides(int64_t taps) {
  static constexpr int64_t one[] = {1}, sides[] = {2, 4, 6};
  if (taps == 1)
    return one;
  return ArrayRef(sides).take_while([&](int64_t side) {
    return side + taps - 1 <= WinogradMatrices::kMaxPoints;
  });
}

// Kernels count elements in 32 bits.
static bool isCountable(const ConvolutionShape &s, const Transforms &t) {
  int64_t tiles = s.batch * t.tileRows(s) * t.tileColumns(s);
  int64_t inputs = std::max(tiles, s.groupOutputs) * s.groupInputs;
  return t.points() * std::max(inputs, tiles * s.groupOutputs) <= INT32_MAX;
}

// Whether as many digits remain as tiles of 4x4 for 3x3 filters leave: errors
// of both dimensions add up.
static bool keepsDigits(const Transforms &t) {
  constexpr int64_t kMaxOfTwo = 8;
  return t.y.points == 1 || t.x.points == 1 ||
         std::max(t.y.points, t.x.points) <= kMaxOfTwo;
}

std::optional<WinogradTile> mlc::chooseWinogradTile(nn::Conv2DOp op,
                                                    const ConvolutionShape &s,
                                                    Type storage,
                                                    GpuFamily family) {
  auto all = [](ArrayRef<int64_t> values, int64_t wanted) {
    return llvm::all_of(values, [=](int64_t v) { return v == wanted; });
  };
  // Fewer channels leave lanes empty; and the transforms are all there is.
  constexpr int64_t kFewestChannels = 32;
  if (s.kernelRows * s.kernelColumns == 1 || s.groups != 1 || op.getMaxPool() ||
      !all(op.getStrides(), 1) || !all(op.getDilations(), 1) ||
      std::min(s.groupInputs, s.groupOutputs) < kFewestChannels)
    return std::nullopt;
  // Transformed filters are floats, in half precision eight times as large as
  // the filters, and what lies between the kernels is large, too: half is for
  // those who have little memory.
  if (!storage.isF32())
    return std::nullopt;
  const GpuFigures &figures = figuresFor(family);
  int64_t imageBytes = op.getInput().getType().getNumElements() * sizeof(float);
  int64_t resultBytes = op.getType().getNumElements() * sizeof(float);
  // Larger tiles mean more weights and fewer digits: each step has to pay.
  constexpr double kWorthwhile = 0.9;
  double best = directSeconds(s, imageBytes, resultBytes, figures);
  std::optional<WinogradTile> choice;
  for (int64_t rows : tileSides(s.kernelRows))
    for (int64_t columns : tileSides(s.kernelColumns)) {
      WinogradTile tile{rows, columns};
      Transforms t(tile, s);
      if (!keepsDigits(t) || !isCountable(s, t))
        continue;
      double cost = winogradSeconds(s, t, imageBytes, resultBytes, figures);
      if (cost > kWorthwhile * best)
        continue;
      best = cost;
      choice = tile;
    }
  return choice;
}

//===----------------------------------------------------------------------===//
// Transforms
//===----------------------------------------------------------------------===//

// One row of a transform: the sum of `values` times `factors`.
static Value combine(KernelBuilder &k, ArrayRef<double> factors,
                     ArrayRef<Value> values, int64_t lanes) {
  OpBuilder &b = k.builder();
  Value sum;
  for (auto [factor, value] : llvm::zip(factors, values)) {
    if (factor == 0)
      continue;
    if (!sum && factor == 1)
      sum = value;
    else if (!sum)
      sum = arith::MulFOp::create(b, k.loc(), value, k.splat(factor, lanes));
    else if (factor == 1)
      sum = arith::AddFOp::create(b, k.loc(), sum, value);
    else if (factor == -1)
      sum = arith::SubFOp::create(b, k.loc(), sum, value);
    else
      sum = k.fma(k.splat(factor, lanes), value, sum);
  }
  return sum;
}

// L v R^T in lanes: `load` gives the elements of v, `store` gets those of the
// result, which come row by row in what `forRow` puts around them.
static void
transform(KernelBuilder &k, const Matrix &left, const Matrix &right,
          int64_t lanes, StringRef name,
          function_ref<Value(int64_t row, Value column)> load,
          function_ref<void(Value row, function_ref<void()> body)> forRow,
          function_ref<void(Value row, int64_t column, Value value)> store) {
  Value half = k.privateArray({left.rows, right.columns}, lanes, "half_done");
  k.loop("j", right.columns, true, [&](Value j) {
    SmallVector<Value> column;
    for (int64_t i = 0; i < left.columns; ++i)
      column.push_back(k.named(load(i, j), (name + Twine(i)).str()));
    for (int64_t i = 0; i < left.rows; ++i)
      k.put(combine(k, left.row(i), column, lanes), half, {k.constant(i), j});
  });
  k.loop("i", left.rows, true, [&](Value i) {
    forRow(i, [&] {
      SmallVector<Value> row;
      for (int64_t j = 0; j < right.columns; ++j)
        row.push_back(
            k.named(k.get(half, {i, k.constant(j)}), (name + Twine(j)).str()));
      for (int64_t j = 0; j < right.rows; ++j)
        store(i, j, combine(k, right.row(j), row, lanes));
    });
  });
}

static void always(Value, function_ref<void()> body) { body(); }

// The filter G g G^T as [points, blocks, C, lanes]; `filter` is packed as
// [blocks, rows, columns, C, lanes].
static Value transformFilter(Lowering &lowering, Location loc, Value filter,
                             const Transforms &t, const ConvolutionShape &s,
                             const Blocking &b) {
  Type element = cast<MemRefType>(filter.getType()).getElementType();
  Type f32 = lowering.builder().getF32Type();
  auto name = llvm::formatv("winograd_filter_{0}x{1}_{2}x{3}", t.y.tile,
                            t.x.tile, t.y.taps, t.x.taps)
                  .str();
  LoadTimeKernel kernel(lowering, loc, "decode", name, {element}, {"filter"},
                        f32);
  KernelBuilder &k = *kernel;
  // A thread for each block and input channel.
  Value thread = kernel.thread("index"), inputs = kernel.size(1, "inputs");
  Value stride = kernel.size(2, "stride");
  Value block = k.named(k.div(thread, inputs), "block");
  Value c = k.named(k.sub(thread, k.mul(block, inputs)), "c");
  transform(
      k, t.y.filter, t.x.filter, b.lanes, "g",
      [&](int64_t y, Value x) {
        Value tap =
            k.add(k.mul(block, t.y.taps * t.x.taps), k.add(x, y * t.x.taps));
        Value at = k.mul(k.add(k.mul(tap, inputs), c), b.lanes);
        return k.load(kernel.param(0), {at}, b.lanes);
      },
      always,
      [&](Value i, int64_t j, Value value) {
        Value point = k.add(k.mul(i, t.x.points), j);
        Value at = k.add(k.mul(point, stride), k.mul(thread, b.lanes));
        k.store(value, kernel.result(), {at});
      });
  auto type =
      MemRefType::get({t.points(), b.blocks, s.groupInputs, b.lanes}, f32);
  return kernel.run(type, b.blocks * s.groupInputs, {filter},
                    {s.groupInputs, b.blocks * s.groupInputs * b.lanes});
}

//===----------------------------------------------------------------------===//
// The kernels
//===----------------------------------------------------------------------===//

namespace {

// The three kernels of one convolution.
class WinogradConvolution {
public:
  WinogradConvolution(Lowering &lowering, nn::Conv2DOp op, WinogradTile tile)
      : lowering(lowering), op(op),
        s(op, op.getInput().getType().getShape(), op.getType().getShape()),
        t(tile, s), tileRows(t.tileRows(s)), tileColumns(t.tileColumns(s)),
        tiles(s.batch * tileRows * tileColumns) {}

  void lower(ArrayRef<float> filter) {
    Location loc = op.getLoc();
    Value input = lowering.temporary(loc, {t.points(), tiles, s.groupInputs});
    Value sums = lowering.temporary(loc, {t.points(), tiles, s.groupOutputs});
    transformInput(input);
    multiply(filter, input, sums);
    transformOutput(sums);
  }

private:
  std::string name(StringRef step) const {
    return s.name(("winograd_" + step + "_").str(), op);
  }

  // The thread's tile and channels.
  void position(KernelBuilder &k, int64_t channels) {
    lanes = lanesFor(channels);
    Value block = k.position(0, "block", llvm::divideCeil(channels, lanes));
    Value inImage = k.position(1, "tile", tileRows * tileColumns);
    image = k.position(2, "image", s.batch);
    tileRow = k.named(k.div(inImage, tileColumns), "tileRow");
    tileColumn = k.named(k.rem(inImage, tileColumns), "tileColumn");
    tile =
        k.named(k.add(k.mul(image, tileRows * tileColumns), inImage), "index");
    channel = k.named(k.mul(block, lanes), "channel");
    count = k.laneCount(channel, channels, lanes);
  }
  Grid gridOf(int64_t channels) const {
    return makeGrid(llvm::divideCeil(channels, lanesFor(channels)),
                    tileRows * tileColumns, s.batch);
  }

  void transformInput(Value result);
  void multiply(ArrayRef<float> filter, Value input, Value sums);
  void transformOutput(Value sums);

  Lowering &lowering;
  nn::Conv2DOp op;
  ConvolutionShape s;
  Transforms t;
  int64_t tileRows, tileColumns, tiles, lanes = 0;
  Value image, tileRow, tileColumn, tile, channel, count;
};

} // namespace

void WinogradConvolution::transformInput(Value result) {
  FusedKernel fused(lowering, op, "convolution", name("input"), {}, false,
                    {Value(), result});
  KernelBuilder &k = *fused;
  position(k, s.groupInputs);
  // A tile's row or column, and whether it is inside of the image.
  auto coordinate = [&](unsigned dimension, Value tile, int64_t count, Value at,
                        int64_t extent, StringRef name) {
    const WinogradMatrices &m = dimension == 0 ? t.y : t.x;
    int64_t before = op.getPadding()[2 * dimension];
    Value first = k.mul(tile, m.tile);
    Value x = k.named(k.sub(k.add(first, at), k.constant(before)), name);
    int64_t most = (count - 1) * m.tile + m.points - 1 - before;
    return std::make_pair(k.clamp(x, 0, extent - 1),
                          k.inRange(x, extent, -before, most));
  };
  transform(
      k, t.y.input, t.x.input, lanes, "d",
      [&](int64_t i, Value j) {
        auto [x, xInside] = coordinate(1, tileColumn, tileColumns, j,
                                       s.inputColumns, "inputColumn");
        auto [y, yInside] = coordinate(0, tileRow, tileRows, k.constant(i),
                                       s.inputRows, "inputRow");
        Value value = fused.loadInput({image, y, x, channel}, lanes, count);
        if (Value inside = k.logicalAnd(yInside, xInside))
          value = k.select(inside, value, k.splat(0, lanes));
        return value;
      },
      always,
      [&](Value i, int64_t j, Value value) {
        fused.storeResult(value,
                          {k.add(k.mul(i, t.x.points), j), tile, channel},
                          lanes, count);
      });
  fused.dispatch(gridOf(s.groupInputs),
                 transformFlops(t.y.input, t.x.input) * tiles * s.groupInputs);
}

void WinogradConvolution::multiply(ArrayRef<float> filter, Value input,
                                   Value sums) {
  Blocking b(s.groupInputs, s.groupOutputs, tiles, lowering.storageType(op));
  Value packed = lowering.weights(
      op.getLoc(),
      {b.blocks, s.kernelRows, s.kernelColumns, s.groupInputs, b.lanes},
      lowering.storageType(op), packFilter(filter, s, b), "filter");
  Value weights = transformFilter(lowering, op.getLoc(), packed, t, s, b);
  FusedKernel fused(lowering, op, "convolution", name("product"),
                    {{weights, "weights"}}, false, {input, sums});
  KernelBuilder &k = *fused;
  int64_t strips = llvm::divideCeil(tiles, b.strip);
  Strip strip(k, k.position(0, "strip", strips), tiles, b.strip);
  Value block = k.position(1, "block", b.blocks);
  Value point = k.position(2, "point", t.points());
  Value channel = k.named(k.mul(block, b.lanes), "channel");
  Value count = k.laneCount(channel, s.groupOutputs, b.lanes);
  StripSums result(k, b.strip, b.lanes);
  k.loop("c", k.constant(0), k.constant(s.groupInputs), b.run, false,
         [&](Value c) {
           Value x = k.elements(k.param(0), b.strip, b.run, "x");
           k.loop("p", b.strip, true, [&](Value p) {
             k.loadElements(k.param(0), {point, k.add(strip.column, p), c}, x,
                            p);
           });
           result.addRun(x, b.run, [&](Value i) {
             return k.load(fused.other(0),
                           {point, block, k.add(c, i), k.constant(0)}, b.lanes);
           });
         });
  result.forEach([&](Value p, Value sum) {
    Value at = k.named(k.add(strip.column, p), "tile");
    strip.whenFresh(k, at, [&] {
      fused.storeResult(sum, {point, at, channel}, b.lanes, count);
    });
  });
  fused.dispatch(makeGrid(strips, b.blocks, t.points()),
                 2 * t.points() * tiles * s.groupInputs * s.groupOutputs);
}

void WinogradConvolution::transformOutput(Value sums) {
  FusedKernel fused(lowering, op, "convolution", name("output"), {}, false,
                    {sums, Value()});
  KernelBuilder &k = *fused;
  position(k, s.groupOutputs);
  Value y;
  transform(
      k, t.y.output, t.x.output, lanes, "m",
      [&](int64_t i, Value j) {
        return fused.loadInput({k.add(j, i * t.x.points), tile, channel}, lanes,
                               count);
      },
      [&](Value i, function_ref<void()> body) {
        y = k.named(k.add(k.mul(tileRow, t.y.tile), i), "row");
        k.when(k.inRange(y, s.rows, 0, tileRows * t.y.tile - 1), body);
      },
      [&](Value, int64_t j, Value value) {
        Value x = k.named(k.add(k.mul(tileColumn, t.x.tile), j), "column");
        k.when(k.inRange(x, s.columns, 0, tileColumns * t.x.tile - 1), [&] {
          fused.storeResult(value, {image, y, x, channel}, lanes, count);
        });
      });
  fused.dispatch(gridOf(s.groupOutputs),
                 transformFlops(t.y.output, t.x.output) * tiles *
                     s.groupOutputs);
}

LogicalResult mlc::lowerWinogradConvolution(Lowering &lowering, nn::Conv2DOp op,
                                            ArrayRef<float> filter,
                                            WinogradTile tile) {
  WinogradConvolution(lowering, op, tile).lower(filter);
  return success();
}
