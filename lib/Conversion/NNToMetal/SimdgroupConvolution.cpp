// Convolution as an implicit matrix product on simdgroup matrices: rows are
// pixels, columns output channels, and the sum goes over taps and input
// channels. A 1x1 convolution is the case of one tap. Convolutions that share a
// kernel have their columns one behind the other.
#include "Convolution.h"
#include "SimdgroupProduct.h"

using namespace mlir;
using namespace mlc;

namespace {

// A convolution's share of the tile columns.
struct Destination {
  int64_t firstTile, tiles, outputs;
};

// The body of the kernel.
class SimdgroupConvolution {
public:
  SimdgroupConvolution(FusedKernel &fused, nn::Conv2DOp op,
                       const ConvolutionShape &s, SimdgroupProduct &product,
                       ArrayRef<Destination> destinations)
      : fused(fused), k(*fused), op(op), s(s), product(product),
        destinations(destinations) {}

  void build() {
    k.loop("ky", s.kernelRows, false, [&](Value ky) {
      k.loop("kx", s.kernelColumns, false, [&](Value kx) {
        auto add = [&](Value c) { addSlice(ky, kx, c); };
        if (s.groupInputs <= SimdgroupProduct::kDepth)
          return add(k.constant(0));
        k.loop("c", k.constant(0), k.constant(s.groupInputs),
               SimdgroupProduct::kDepth, false, add);
      });
    });
    product.forEachResult([&](Value row, Value column, Value sums) {
      Value at = k.named(k.add(product.firstRow(), row), "pixel");
      Value exists;
      if (s.rows * s.columns % product.tileRows())
        exists = k.compare(arith::CmpIPredicate::slt, at, s.rows * s.columns);
      k.when(exists, [&] {
        for (unsigned i = 0; i < destinations.size(); ++i)
          store(at, column, sums, i);
      });
    });
  }

private:
  void addSlice(Value ky, Value kx, Value c) {
    auto left = [&](Value row, Value depth) {
      return loadPixel(row, ky, kx, k.named(k.add(c, depth), "channel"));
    };
    auto right = [&](Value depth, Value column) {
      return k.load(fused.other(0),
                    {product.tileColumn(), ky, kx, k.add(c, depth), column},
                    SimdgroupProduct::kRun);
    };
    product.addSlice(left, right);
  }

  // Input channels of what a tap reads for a pixel; padding is zeros.
  Value loadPixel(Value row, Value ky, Value kx, Value channel) {
    constexpr int64_t lanes = SimdgroupProduct::kRun;
    // What is computed for rows beyond the last pixel is not stored.
    Value at = k.add(product.firstRow(), row);
    if (s.rows * s.columns % product.tileRows())
      at = k.min(at, k.constant(s.rows * s.columns - 1));
    Value count;
    if (s.groupInputs % SimdgroupProduct::kDepth)
      count = k.named(
          k.min(k.sub(k.constant(s.groupInputs), channel), k.constant(lanes)),
          "count");
    if (fused.joined())
      return fused.loadInput({product.batch(), at, channel}, lanes, count);
    at = k.named(at, "pixel");
    Tap y(k, op, 0, k.div(at, s.columns), s.rows, ky, s.kernelRows, s.inputRows,
          "inputRow");
    Tap x(k, op, 1, k.rem(at, s.columns), s.columns, kx, s.kernelColumns,
          s.inputColumns, "inputColumn");
    Value value = fused.loadInput(
        {product.batch(), y.nearest, x.nearest, channel}, lanes, count);
    Value inside = k.logicalAnd(y.inside, x.inside);
    return inside ? k.select(inside, value, k.splat(0, lanes)) : value;
  }

  void store(Value pixel, Value column, Value sums, unsigned which) {
    const Destination &to = destinations[which];
    Value tile = k.sub(product.tileColumn(), k.constant(to.firstTile));
    Value mine;
    if (which > 0)
      mine = k.compare(arith::CmpIPredicate::sge, product.tileColumn(),
                       to.firstTile);
    if (which + 1 < destinations.size())
      mine = k.logicalAnd(mine, k.compare(arith::CmpIPredicate::slt,
                                          product.tileColumn(),
                                          to.firstTile + to.tiles));
    k.when(mine, [&] {
      Value channel =
          k.named(k.add(k.mul(tile, product.tileColumns()), column), "channel");
      Value exists;
      if (to.outputs % product.tileColumns())
        exists = k.compare(arith::CmpIPredicate::slt, channel, to.outputs);
      k.when(exists, [&] {
        Value count = k.laneCount(channel, to.outputs, SimdgroupProduct::kRun);
        SmallVector<Value> at = {product.batch(), pixel, channel};
        if (!fused.joined())
          at = {product.batch(), k.div(pixel, s.columns),
                k.rem(pixel, s.columns), channel};
        fused.storeResult(sums, at, SimdgroupProduct::kRun, count, which);
      });
    });
  }

  FusedKernel &fused;
  KernelBuilder &k;
  nn::Conv2DOp op;
  const ConvolutionShape &s;
  SimdgroupProduct &product;
  ArrayRef<Destination> destinations;
};

} // namespace

static int64_t paddedInputs(const ConvolutionShape &s) {
  return llvm::alignTo(s.groupInputs, SimdgroupProduct::kDepth);
}

// Appends a filter [KH, KW, C, O] as [tiles, KH, KW, C rounded up, columns],
// padded with zeros.
static void appendFilter(ArrayRef<float> filter, const ConvolutionShape &s,
                         int64_t tiles, int64_t columns,
                         std::vector<float> &packed) {
  int64_t inputs = paddedInputs(s), outputs = s.groupOutputs;
  int64_t taps = s.kernelRows * s.kernelColumns;
  size_t base = packed.size();
  packed.resize(base + tiles * taps * inputs * columns, 0.0f);
  for (int64_t tile = 0; tile < tiles; ++tile)
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t c = 0; c < s.groupInputs; ++c) {
        int64_t first = tile * columns;
        std::copy_n(
            &filter[(tap * s.groupInputs + c) * outputs + first],
            std::min(columns, outputs - first),
            &packed[base + ((tile * taps + tap) * inputs + c) * columns]);
      }
}

bool mlc::fitsSimdgroups(nn::Conv2DOp op, const ConvolutionShape &s) {
  // A prologue makes something of the zeros behind the last channel.
  bool readsWhole = s.groupInputs % SimdgroupProduct::kDepth == 0;
  return s.groups == 1 && !op.getMaxPool() &&
         (readsWhole || op.getPrologue().empty()) &&
         s.groupInputs >= SimdgroupProduct::kDepth &&
         fillsSimdgroups(s.rows * s.columns, s.groupOutputs,
                         s.kernelRows * s.kernelColumns * s.groupInputs);
}

LogicalResult mlc::lowerSimdgroupConvolution(Lowering &lowering,
                                             ArrayRef<nn::Conv2DOp> ops,
                                             ArrayRef<FloatView> filters) {
  nn::Conv2DOp op = ops.front();
  ArrayRef<int64_t> in = op.getInput().getType().getShape();
  ConvolutionShape s(op, in, op.getType().getShape());
  int64_t outputs = 0, flops = 0;
  std::string name;
  llvm::raw_string_ostream text(name);
  text << s.name("simdgroup_conv", op);
  for (nn::Conv2DOp each : ops) {
    ConvolutionShape shape(each, in, each.getType().getShape());
    outputs += shape.groupOutputs;
    flops += shape.flops();
    if (each != op)
      text << "_" << shape.groupOutputs;
  }
  SimdgroupTile tile =
      chooseSimdgroupTile(s.rows * s.columns, outputs, s.batch);
  SmallVector<Destination> destinations;
  std::vector<float> packed;
  int64_t tiles = 0;
  for (auto [index, filter] : llvm::enumerate(filters)) {
    nn::Conv2DOp each = ops[index];
    ConvolutionShape shape(each, in, each.getType().getShape());
    int64_t own = llvm::divideCeil(shape.groupOutputs, tile.columns);
    appendFilter(ArrayRef<float>(filter), shape, own, tile.columns, packed);
    destinations.push_back({tiles, own, shape.groupOutputs});
    tiles += own;
  }
  Value weights = lowering.weights(
      op.getLoc(),
      {tiles, s.kernelRows, s.kernelColumns, paddedInputs(s), tile.columns},
      lowering.storageType(op), std::move(packed), "filter");
  SmallVector<nn::FusableOpInterface> fusable(ops.begin(), ops.end());
  FusedKernel fused(lowering, fusable, "convolution", name,
                    {{weights, "weights"}}, op.isPointwise());
  s = ConvolutionShape(op, fused.inputShape(), fused.resultShape());
  SimdgroupProduct product(*fused, tile, s.rows * s.columns,
                           tiles * tile.columns, s.batch);
  SimdgroupConvolution(fused, op, s, product, destinations).build();
  fused.dispatch(product.grid(), flops);
  return success();
}
