// Convolutions, direct: a thread computes a strip of pixels for one block of
// output channels, with weights packed block by block.
#include "Lowering.h"

#include "mlc/Support/Constants.h"

using namespace mlir;
using namespace mlc;

namespace {

// What a direct convolution is specialised by.
struct Shape {
  int64_t batch, inputRows, inputColumns, rows, columns;
  int64_t kernelRows, kernelColumns;
  int64_t groups, groupInputs, groupOutputs; // channels of one group
  int64_t lanes, blocks;                     // of one group's outputs
  int64_t strip;                             // pixels a thread computes
};

} // namespace

// The strip of at most eight pixels that wastes the least at the row's end.
static int64_t chooseStrip(int64_t columns) {
  constexpr int64_t kLongest = 8;
  int64_t best = 1;
  double bestCost = 1e30;
  for (int64_t strip = 1; strip <= kLongest; ++strip) {
    // Each strip also costs the loads of the weights, about two pixels' work.
    double cost = double(llvm::divideCeil(columns, strip)) * (strip + 2);
    if (cost <= bestCost) {
      bestCost = cost;
      best = strip;
    }
  }
  return best;
}

// Reorders a filter [KH, KW, C/groups, O] to
// [groups * blocks, KH, KW, C/groups, lanes], padded with zeros.
static std::vector<float> packFilter(ArrayRef<float> filter, const Shape &s) {
  int64_t taps = s.kernelRows * s.kernelColumns * s.groupInputs;
  int64_t outputs = s.groups * s.groupOutputs;
  std::vector<float> packed(s.groups * s.blocks * taps * s.lanes, 0.0f);
  for (int64_t group = 0; group < s.groups; ++group)
    for (int64_t block = 0; block < s.blocks; ++block) {
      int64_t first = group * s.groupOutputs + block * s.lanes;
      int64_t count = std::min(s.lanes, s.groupOutputs - block * s.lanes);
      float *to = &packed[(group * s.blocks + block) * taps * s.lanes];
      for (int64_t tap = 0; tap < taps; ++tap)
        std::copy_n(&filter[tap * outputs + first], count, to + tap * s.lanes);
    }
  return packed;
}

static std::string kernelName(StringRef stem, const Shape &s,
                              ArrayRef<int64_t> strides) {
  std::string name;
  llvm::raw_string_ostream out(name);
  out << stem << s.kernelRows << "x" << s.kernelColumns;
  if (strides[0] != 1 || strides[1] != 1)
    out << "_stride" << strides[0];
  out << "_" << s.groups * s.groupInputs << "to" << s.groups * s.groupOutputs
      << "_" << s.rows << "x" << s.columns;
  return name;
}

// Coordinate of the input that output `position` reads with tap `tap`, and
// whether it is inside; `least` and `most` bound the coordinate.
namespace {
struct Tap {
  Value coordinate;
  Value nearest; ///< the same, moved to the closest one inside
  Value inside;  ///< null if it always is
};
} // namespace

static Tap inputCoordinate(KernelBuilder &k, Value position, int64_t positions,
                           int64_t stride, Value tap, int64_t taps,
                           int64_t dilation, int64_t before, int64_t extent,
                           StringRef name) {
  Value at = k.add(k.mul(position, stride), k.mul(tap, dilation));
  if (before)
    at = k.sub(at, k.constant(before));
  int64_t least = -before;
  int64_t most = (positions - 1) * stride + (taps - 1) * dilation - before;
  at = k.named(at, name);
  Value nearest = at;
  if (least < 0)
    nearest = k.max(nearest, k.constant(0));
  if (most >= extent)
    nearest = k.min(nearest, k.constant(extent - 1));
  return {at, nearest, k.inRange(at, extent, least, most)};
}

//===----------------------------------------------------------------------===//
// Direct convolution
//===----------------------------------------------------------------------===//

static Shape shapeOf(nn::Conv2DOp op, ArrayRef<int64_t> in,
                     ArrayRef<int64_t> out, bool joined) {
  ArrayRef<int64_t> filter =
      cast<RankedTensorType>(op.getFilter().getType()).getShape();
  Shape s;
  s.batch = in[0];
  s.inputRows = joined ? 1 : in[1];
  s.inputColumns = joined ? in[1] : in[2];
  s.rows = joined ? 1 : out[1];
  s.columns = joined ? out[1] : out[2];
  s.kernelRows = filter[0];
  s.kernelColumns = filter[1];
  s.groups = op.getGroups();
  s.groupInputs = filter[2];
  s.groupOutputs = filter[3] / s.groups;
  s.lanes = std::max<int64_t>(4, lanesFor(s.groupOutputs));
  s.blocks = llvm::divideCeil(s.groupOutputs, s.lanes);
  s.strip = chooseStrip(s.columns);
  return s;
}

// The coordinates of a pixel, with or without a dimension of its own for rows.
static SmallVector<Value> pixel(KernelBuilder &k, bool joined, Value batch,
                                Value row, Value column, Value channel) {
  if (joined)
    return {batch, column, channel};
  return {batch, row, column, channel};
}

namespace {

// The body of a direct convolution; its members are the thread's coordinates.
class DirectConvolution {
public:
  DirectConvolution(FusedKernel &fused, nn::Conv2DOp op, const Shape &s)
      : fused(fused), k(*fused), op(op), s(s) {}

  void build() {
    strips = llvm::divideCeil(s.columns, s.strip);
    Value block = k.position(0, "block", s.groups * s.blocks);
    Value line = k.position(1, "strip", s.rows * strips);
    batch = k.position(2, "image", s.batch);
    blockIndex = block;
    row = k.named(k.div(line, strips), "row");
    column = k.named(k.mul(k.rem(line, strips), s.strip), "column");
    if (s.rows == 1) {
      row = k.constant(0);
      column = k.named(k.mul(line, s.strip), "column");
    }
    group = k.named(k.div(block, s.blocks), "group");
    Value inGroup = k.mul(k.rem(block, s.blocks), s.lanes);
    if (s.groups == 1) {
      group = k.constant(0);
      inGroup = k.mul(block, s.lanes);
    }
    firstChannel =
        k.named(k.add(k.mul(group, s.groupOutputs), inGroup), "channel");
    Value count = k.laneCount(inGroup, s.groupOutputs, s.lanes);

    acc = k.privateArray({s.strip}, s.lanes, "acc");
    k.loop("p", s.strip, true,
           [&](Value p) { k.put(k.splat(0, s.lanes), acc, p); });
    accumulate();
    k.loop("p", s.strip, true, [&](Value p) {
      Value at = k.named(k.add(column, p), "x");
      Value inside = s.columns % s.strip
                         ? k.compare(arith::CmpIPredicate::slt, at, s.columns)
                         : Value();
      k.when(inside, [&] {
        fused.storeResult(
            k.get(acc, p),
            pixel(k, fused.joined(), batch, row, at, firstChannel), s.lanes,
            count);
      });
    });
  }

private:
  void accumulate() {
    k.loop("ky", s.kernelRows, false, [&](Value ky) {
      Tap y = inputCoordinate(k, row, s.rows, op.getStrides()[0], ky,
                              s.kernelRows, op.getDilations()[0],
                              op.getPadding()[0], s.inputRows, "inputRow");
      k.when(y.inside, [&] {
        k.loop("kx", s.kernelColumns, false, [&](Value kx) {
          k.loop("c", s.groupInputs, false,
                 [&](Value c) { accumulateTap(y.coordinate, ky, kx, c); });
        });
      });
    });
  }

  void accumulateTap(Value y, Value ky, Value kx, Value c) {
    Value weight = k.named(
        k.load(fused.other(0), {blockIndex, ky, kx, c, k.constant(0)}, s.lanes),
        "weight");
    Value channel = k.add(k.mul(group, s.groupInputs), c);
    k.loop("p", s.strip, true, [&](Value p) {
      int64_t columns = llvm::alignTo(s.columns, s.strip);
      Tap x =
          inputCoordinate(k, k.add(column, p), columns, op.getStrides()[1], kx,
                          s.kernelColumns, op.getDilations()[1],
                          op.getPadding()[2], s.inputColumns, "inputColumn");
      // Load from a pixel that exists, then drop what is padding.
      Value value = fused.loadInput(
          pixel(k, fused.joined(), batch, y, x.nearest, channel), 1);
      if (x.inside && (op.getPadding()[2] || op.getPadding()[3]))
        value = arith::SelectOp::create(k.builder(), k.loc(), x.inside, value,
                                        k.splat(0, 1));
      k.put(k.fma(k.broadcast(k.named(value, "value"), s.lanes), weight,
                  k.get(acc, p)),
            acc, p);
    });
  }

  FusedKernel &fused;
  KernelBuilder &k;
  nn::Conv2DOp op;
  const Shape &s;
  int64_t strips;
  Value batch, row, column, group, blockIndex, firstChannel, acc;
};

} // namespace

//===----------------------------------------------------------------------===//
// Depthwise convolution
//===----------------------------------------------------------------------===//

// One input channel for each output channel: lanes run along channels of both.
static void buildDepthwise(FusedKernel &fused, nn::Conv2DOp op,
                           const Shape &s) {
  KernelBuilder &k = *fused;
  int64_t channels = s.groups;
  int64_t lanes = lanesFor(channels);
  int64_t strips = llvm::divideCeil(s.columns, s.strip);
  Value block = k.position(0, "block", llvm::divideCeil(channels, lanes));
  Value line = k.position(1, "strip", s.rows * strips);
  Value batch = k.position(2, "image", s.batch);
  Value row = k.named(k.div(line, strips), "row");
  Value column = k.named(k.mul(k.rem(line, strips), s.strip), "column");
  Value channel = k.named(k.mul(block, lanes), "channel");
  Value count = k.laneCount(channel, channels, lanes);
  Value acc = k.privateArray({s.strip}, lanes, "acc");
  k.loop("p", s.strip, true,
         [&](Value p) { k.put(k.splat(0, lanes), acc, p); });

  k.loop("ky", s.kernelRows, false, [&](Value ky) {
    Tap y = inputCoordinate(k, row, s.rows, op.getStrides()[0], ky,
                            s.kernelRows, op.getDilations()[0],
                            op.getPadding()[0], s.inputRows, "inputRow");
    k.when(y.inside, [&] {
      k.loop("kx", s.kernelColumns, false, [&](Value kx) {
        Value weight = k.named(
            k.load(fused.other(0), {ky, kx, channel}, lanes, count), "weight");
        k.loop("p", s.strip, true, [&](Value p) {
          int64_t columns = llvm::alignTo(s.columns, s.strip);
          Tap x = inputCoordinate(k, k.add(column, p), columns,
                                  op.getStrides()[1], kx, s.kernelColumns,
                                  op.getDilations()[1], op.getPadding()[2],
                                  s.inputColumns, "inputColumn");
          k.when(x.inside, [&] {
            Value value = k.named(
                fused.loadInput({batch, y.coordinate, x.coordinate, channel},
                                lanes, count),
                "value");
            k.put(k.fma(value, weight, k.get(acc, p)), acc, p);
          });
        });
      });
    });
  });
  k.loop("p", s.strip, true, [&](Value p) {
    Value at = k.named(k.add(column, p), "x");
    Value inside = s.columns % s.strip
                       ? k.compare(arith::CmpIPredicate::slt, at, s.columns)
                       : Value();
    k.when(inside, [&] {
      fused.storeResult(k.get(acc, p), {batch, row, at, channel}, lanes, count);
    });
  });
}

LogicalResult mlc::lowerConv2D(Lowering &lowering, nn::Conv2DOp op) {
  FailureOr<std::vector<float>> filter = readConstant(op.getFilter());
  if (failed(filter))
    return op.emitError("has a filter that is not a constant");
  ArrayRef<int64_t> in = op.getInput().getType().getShape();
  ArrayRef<int64_t> out = op.getType().getShape();
  Shape s = shapeOf(op, in, out, /*joined=*/false);
  int64_t outputs = out[0] * out[1] * out[2] * out[3];
  int64_t flops = 2 * outputs * s.kernelRows * s.kernelColumns * s.groupInputs;

  if (s.groups > 1 && s.groupInputs == 1 && s.groupOutputs == 1) {
    Value weights =
        lowering.weights(op.getLoc(), {s.kernelRows, s.kernelColumns, s.groups},
                         lowering.storageType(), std::move(*filter), "filter");
    FusedKernel fused(lowering, op, "convolution",
                      kernelName("depthwise", s, op.getStrides()),
                      {{weights, "weights"}});
    buildDepthwise(fused, op, s);
    int64_t lanes = lanesFor(s.groups);
    fused.dispatch(makeGrid(llvm::divideCeil(s.groups, lanes),
                            s.rows * llvm::divideCeil(s.columns, s.strip),
                            s.batch),
                   flops);
    return success();
  }

  Value weights = lowering.weights(op.getLoc(),
                                   {s.groups * s.blocks, s.kernelRows,
                                    s.kernelColumns, s.groupInputs, s.lanes},
                                   lowering.storageType(),
                                   packFilter(*filter, s), "filter");
  // A 1x1 convolution may cut its strips across the ends of rows.
  bool pointwise =
      s.kernelRows == 1 && s.kernelColumns == 1 &&
      llvm::all_of(op.getStrides(), [](int64_t i) { return i == 1; }) &&
      llvm::all_of(op.getPadding(), [](int64_t i) { return i == 0; });
  bool isMatMul = out[1] == 1 && out[2] == 1;
  FusedKernel fused(
      lowering, op, isMatMul ? "matmul" : "convolution",
      kernelName(isMatMul ? "matmul" : "conv", s, op.getStrides()),
      {{weights, "weights"}}, pointwise);
  s = shapeOf(op, fused.inputShape(), fused.resultShape(), fused.joined());
  DirectConvolution(fused, op, s).build();
  fused.dispatch(makeGrid(s.groups * s.blocks,
                          s.rows * llvm::divideCeil(s.columns, s.strip),
                          s.batch),
                 flops);
  return success();
}
