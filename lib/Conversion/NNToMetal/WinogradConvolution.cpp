// 3x3 convolutions by Winograd's algorithm, F(4x4, 3x3) and F(2x2, 3x3): fewer
// multiplications for some additions. Lavin and Gray, "Fast Algorithms for
// Convolutional Neural Networks", arXiv 1509.09308.
//
// Three kernels. The input's tiles d, which overlap by two pixels, become
// B^T d B; for each of their (tile + 2)^2 points a matrix product sums over the
// input channels; sums m become the output's tiles A^T m A. The filters are
// transformed here, G g G^T. All transforms, and what lies between the kernels,
// are in float.
#include "Convolution.h"

#include "mlc/Support/CostModel.h"

using namespace mlir;
using namespace mlc;

namespace {

// The matrices for output tiles of one size.
struct Transforms {
  int64_t tile, points;
  ArrayRef<double> input;  // B^T, points x points
  ArrayRef<double> filter; // G, points x 3
  ArrayRef<double> output; // A^T, tile x points
};

} // namespace

static Transforms transformsFor(int64_t tile) {
  static const double input2[] = {1, 0,  -1, 0, 0, 1, 1, 0,
                                  0, -1, 1,  0, 0, 1, 0, -1};
  static const double filter2[] = {1, 0, 0, .5, .5, .5, .5, -.5, .5, 0, 0, 1};
  static const double output2[] = {1, 1, 1, 0, 0, 1, -1, -1};
  // Points 0, 1, -1, 2, -2 and infinity.
  static const double input4[] = {4, 0, -5, 0,  1, 0, 0, -4, -4, 1,  1, 0,
                                  0, 4, -4, -1, 1, 0, 0, -2, -1, 2,  1, 0,
                                  0, 2, -1, -2, 1, 0, 0, 4,  0,  -5, 0, 1};
  static const double filter4[] = {1. / 4,  0,       0,       -1. / 6,  -1. / 6,
                                   -1. / 6, -1. / 6, 1. / 6,  -1. / 6,  1. / 24,
                                   1. / 12, 1. / 6,  1. / 24, -1. / 12, 1. / 6,
                                   0,       0,       1};
  static const double output4[] = {1, 1, 1, 1, 1, 0, 0, 1, -1, 2, -2, 0,
                                   0, 1, 1, 4, 4, 0, 0, 1, -1, 8, -8, 1};
  if (tile == 2)
    return {2, 4, input2, filter2, output2};
  return {4, 6, input4, filter4, output4};
}

//===----------------------------------------------------------------------===//
// The choice
//===----------------------------------------------------------------------===//

// Starting one more dispatch.
static constexpr double kDispatchSeconds = 5e-6;

static double directSeconds(const ConvolutionShape &s, int64_t imageBytes,
                            int64_t resultBytes, const GpuFigures &figures) {
  int64_t weights = 9 * s.groupInputs * s.groupOutputs * sizeof(float);
  return roofline(s.flops(), weights, figures, imageBytes + resultBytes)
             .seconds() +
         kDispatchSeconds;
}

// Of the three dispatches: transform, products, transform.
static double winogradSeconds(const ConvolutionShape &s, int64_t tile,
                              int64_t imageBytes, int64_t resultBytes,
                              const GpuFigures &figures) {
  // Multiplications and additions of a transform, for each point and channel.
  constexpr int64_t kTransform = 20;
  int64_t tiles = s.batch * llvm::divideCeil(s.rows, tile) *
                  llvm::divideCeil(s.columns, tile);
  int64_t points = (tile + 2) * (tile + 2);
  int64_t inputs = points * tiles * s.groupInputs;
  int64_t outputs = points * tiles * s.groupOutputs;
  int64_t weights = points * s.groupInputs * s.groupOutputs;
  int64_t size = sizeof(float);
  auto seconds = [&](int64_t flops, int64_t bytes, int64_t recentBytes) {
    return roofline(flops, bytes, figures, recentBytes).seconds();
  };
  return seconds(kTransform * inputs, 0, imageBytes + size * inputs) +
         seconds(2 * inputs * s.groupOutputs, size * weights,
                 size * (inputs + outputs)) +
         seconds(kTransform * outputs, 0, size * outputs + resultBytes) +
         3 * kDispatchSeconds;
}

int64_t mlc::chooseWinogradTile(nn::Conv2DOp op, const ConvolutionShape &s,
                                Type storage, GpuFamily family) {
  auto all = [](ArrayRef<int64_t> values, int64_t wanted) {
    return llvm::all_of(values, [=](int64_t v) { return v == wanted; });
  };
  // Fewer channels leave lanes empty; and the transforms are all there is.
  constexpr int64_t kFewestChannels = 32;
  if (s.kernelRows != 3 || s.kernelColumns != 3 || s.groups != 1 ||
      op.getMaxPool() || !all(op.getStrides(), 1) ||
      !all(op.getDilations(), 1) ||
      std::min(s.groupInputs, s.groupOutputs) < kFewestChannels)
    return 0;
  // The sums of F(4x4) cancel: with weights rounded to half, ten times the
  // error of a direct convolution remains. F(2x2) keeps the digits but needs
  // 1.8 times the weights, and half is for bundles that should be small.
  if (!storage.isF32())
    return 0;
  const GpuFigures &figures = figuresFor(family);
  int64_t imageBytes = op.getInput().getType().getNumElements() * sizeof(float);
  int64_t resultBytes = op.getType().getNumElements() * sizeof(float);
  // Larger tiles mean more weights and fewer digits: each step has to pay.
  constexpr double kWorthwhile = 0.85;
  double best = directSeconds(s, imageBytes, resultBytes, figures);
  int64_t choice = 0;
  for (int64_t tile : {2, 4}) {
    double cost = winogradSeconds(s, tile, imageBytes, resultBytes, figures);
    if (cost > kWorthwhile * best)
      continue;
    best = cost;
    choice = tile;
  }
  return choice;
}

// G g G^T of a filter [3, 3, C, O], packed as [points^2 * blocks, C, lanes].
static std::vector<float> packFilter(ArrayRef<float> filter,
                                     const ConvolutionShape &s,
                                     const Transforms &t, const Blocking &b) {
  int64_t n = t.points, inputs = s.groupInputs, outputs = s.groupOutputs;
  std::vector<float> packed(n * n * b.blocks * inputs * b.lanes, 0.0f);
  std::vector<double> rows(n * 3 * outputs), point(outputs);
  for (int64_t c = 0; c < inputs; ++c) {
    auto tap = [&](int64_t y, int64_t x) {
      return filter.slice(((y * 3 + x) * inputs + c) * outputs, outputs);
    };
    // G g, for all output channels at once.
    for (int64_t i = 0; i < n; ++i)
      for (int64_t x = 0; x < 3; ++x)
        for (int64_t o = 0; o < outputs; ++o)
          rows[(i * 3 + x) * outputs + o] = t.filter[i * 3] * tap(0, x)[o] +
                                            t.filter[i * 3 + 1] * tap(1, x)[o] +
                                            t.filter[i * 3 + 2] * tap(2, x)[o];
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j) {
        const double *row = &rows[i * 3 * outputs], *g = &t.filter[j * 3];
        for (int64_t o = 0; o < outputs; ++o) {
          double value = g[0] * row[o] + g[1] * row[outputs + o] +
                         g[2] * row[2 * outputs + o];
          int64_t block = (i * n + j) * b.blocks + o / b.lanes;
          packed[(block * inputs + c) * b.lanes + o % b.lanes] = float(value);
        }
      }
  }
  return packed;
}

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

namespace {

// The three kernels of one convolution.
class WinogradConvolution {
public:
  WinogradConvolution(Lowering &lowering, nn::Conv2DOp op, int64_t tile)
      : lowering(lowering), op(op),
        s(op, op.getInput().getType().getShape(), op.getType().getShape()),
        t(transformsFor(tile)) {
    tileRows = llvm::divideCeil(s.rows, tile);
    tileColumns = llvm::divideCeil(s.columns, tile);
    tiles = s.batch * tileRows * tileColumns;
  }

  void lower(ArrayRef<float> filter) {
    int64_t squared = t.points * t.points;
    Location loc = op.getLoc();
    Value input = lowering.temporary(loc, {squared, tiles, s.groupInputs});
    Value sums = lowering.temporary(loc, {squared, tiles, s.groupOutputs});
    transformInput(input);
    multiply(filter, input, sums);
    transformOutput(sums);
  }

private:
  // Lanes of a transform: a tile of them is 36 values of a thread.
  static int64_t lanesOf(int64_t channels) {
    return std::min<int64_t>(8, lanesFor(channels));
  }

  std::string name(StringRef step) const {
    return s.name(("winograd_" + step + "_").str(), op);
  }

  // The thread's tile and channels.
  void position(KernelBuilder &k, int64_t channels) {
    lanes = lanesOf(channels);
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
    return makeGrid(llvm::divideCeil(channels, lanesOf(channels)),
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
  Value half = k.privateArray({t.points, t.points}, lanes, "half_done");
  // A tile's row or column, and whether it is inside of the image.
  auto coordinate = [&](unsigned dimension, Value tile, int64_t count, Value at,
                        int64_t extent, StringRef name) {
    int64_t before = op.getPadding()[2 * dimension];
    Value first = k.mul(tile, t.tile);
    Value x = k.named(k.sub(k.add(first, at), k.constant(before)), name);
    int64_t most = (count - 1) * t.tile + t.points - 1 - before;
    return std::make_pair(k.clamp(x, 0, extent - 1),
                          k.inRange(x, extent, -before, most));
  };
  k.loop("j", t.points, true, [&](Value j) {
    auto [x, xInside] = coordinate(1, tileColumn, tileColumns, j,
                                   s.inputColumns, "inputColumn");
    SmallVector<Value> column;
    for (int64_t i = 0; i < t.points; ++i) {
      auto [y, yInside] = coordinate(0, tileRow, tileRows, k.constant(i),
                                     s.inputRows, "inputRow");
      Value value = fused.loadInput({image, y, x, channel}, lanes, count);
      if (Value inside = k.logicalAnd(yInside, xInside))
        value = k.select(inside, value, k.splat(0, lanes));
      column.push_back(k.named(value, "d" + llvm::utostr(i)));
    }
    for (int64_t i = 0; i < t.points; ++i)
      k.put(combine(k, t.input.slice(i * t.points, t.points), column, lanes),
            half, {k.constant(i), j});
  });
  k.loop("i", t.points, true, [&](Value i) {
    SmallVector<Value> row;
    for (int64_t j = 0; j < t.points; ++j)
      row.push_back(
          k.named(k.get(half, {i, k.constant(j)}), "d" + llvm::utostr(j)));
    for (int64_t j = 0; j < t.points; ++j)
      fused.storeResult(
          combine(k, t.input.slice(j * t.points, t.points), row, lanes),
          {k.add(k.mul(i, t.points), j), tile, channel}, lanes, count);
  });
  fused.dispatch(gridOf(s.groupInputs),
                 8 * t.points * t.points * tiles * s.groupInputs);
}

void WinogradConvolution::multiply(ArrayRef<float> filter, Value input,
                                   Value sums) {
  int64_t squared = t.points * t.points;
  Blocking b(s.groupInputs, s.groupOutputs, tiles, lowering.storageType(op));
  Value weights = lowering.weights(
      op.getLoc(), {squared, b.blocks, s.groupInputs, b.lanes},
      lowering.storageType(op), packFilter(filter, s, t, b), "filter");
  FusedKernel fused(lowering, op, "convolution", name("product"),
                    {{weights, "weights"}}, false, {input, sums});
  KernelBuilder &k = *fused;
  int64_t strips = llvm::divideCeil(tiles, b.strip);
  Strip strip(k, k.position(0, "strip", strips), tiles, b.strip);
  Value block = k.position(1, "block", b.blocks);
  Value point = k.position(2, "point", squared);
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
  fused.dispatch(makeGrid(strips, b.blocks, squared),
                 2 * squared * tiles * s.groupInputs * s.groupOutputs);
}

void WinogradConvolution::transformOutput(Value sums) {
  FusedKernel fused(lowering, op, "convolution", name("output"), {}, false,
                    {sums, Value()});
  KernelBuilder &k = *fused;
  position(k, s.groupOutputs);
  Value half = k.privateArray({t.tile, t.points}, lanes, "half_done");
  k.loop("j", t.points, true, [&](Value j) {
    SmallVector<Value> column;
    for (int64_t i = 0; i < t.points; ++i)
      column.push_back(
          k.named(fused.loadInput({k.add(j, i * t.points), tile, channel},
                                  lanes, count),
                  "m" + llvm::utostr(i)));
    for (int64_t i = 0; i < t.tile; ++i)
      k.put(combine(k, t.output.slice(i * t.points, t.points), column, lanes),
            half, {k.constant(i), j});
  });
  k.loop("i", t.tile, true, [&](Value i) {
    Value y = k.named(k.add(k.mul(tileRow, t.tile), i), "row");
    SmallVector<Value> row;
    k.when(k.inRange(y, s.rows, 0, tileRows * t.tile - 1), [&] {
      for (int64_t j = 0; j < t.points; ++j)
        row.push_back(
            k.named(k.get(half, {i, k.constant(j)}), "m" + llvm::utostr(j)));
      for (int64_t j = 0; j < t.tile; ++j) {
        Value value =
            combine(k, t.output.slice(j * t.points, t.points), row, lanes);
        Value x = k.named(k.add(k.mul(tileColumn, t.tile), j), "column");
        k.when(k.inRange(x, s.columns, 0, tileColumns * t.tile - 1), [&] {
          fused.storeResult(value, {image, y, x, channel}, lanes, count);
        });
      }
    });
  });
  fused.dispatch(gridOf(s.groupOutputs),
                 8 * t.points * t.points * tiles * s.groupOutputs);
}

LogicalResult mlc::lowerWinogradConvolution(Lowering &lowering, nn::Conv2DOp op,
                                            ArrayRef<float> filter,
                                            int64_t tile) {
  WinogradConvolution(lowering, op, tile).lower(filter);
  return success();
}
