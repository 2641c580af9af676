// Direct convolution: a thread computes a strip of pixels for one block of
// output channels, with weights packed block by block. Neighbouring threads
// have neighbouring strips and share the block's weights. Convolutions that
// share a kernel have their blocks one behind the other.
#include "Convolution.h"
#include "PackedWeights.h"

#include <limits>

using namespace mlir;
using namespace mlc;

// Scales and shifts of the output channels as [groups * blocks, 2, lanes].
static std::vector<float> packGrids(const PackedWeights &weights,
                                    const ConvolutionShape &s,
                                    const Blocking &b) {
  std::vector<float> packed(s.groups * b.blocks * 2 * b.lanes, 0.0f);
  for (int64_t group = 0; group < s.groups; ++group)
    for (int64_t i = 0; i < s.groupOutputs; ++i) {
      int64_t block = group * b.blocks + i / b.lanes, lane = i % b.lanes;
      float *to = &packed[2 * block * b.lanes + lane];
      to[0] = weights.scales[group * s.groupOutputs + i];
      to[b.lanes] = weights.shifts[group * s.groupOutputs + i];
    }
  return packed;
}

namespace {

// A convolution's share of the output blocks.
struct Destination {
  int64_t firstBlock, blocks, outputs;
};

// The body of the kernel; its members are the thread's coordinates.
class DirectConvolution {
public:
  DirectConvolution(FusedKernel &fused, nn::Conv2DOp op,
                    const ConvolutionShape &s, const Blocking &b,
                    ArrayRef<Destination> destinations, Value zeros,
                    Value grids, PixelRow *pixels, int64_t threads)
      : fused(fused), k(*fused), op(op), s(s), b(b), destinations(destinations),
        zeros(zeros), grids(grids), pixels(pixels), team(k, threads) {}

  void build() {
    if (team.getMost() > 1)
      return buildTogether();
    int64_t strips = llvm::divideCeil(s.columns, b.strip);
    int64_t rows = s.rows / s.poolRows;
    Value line = k.position(0, "strip", rows * strips);
    block = k.position(1, "block", b.blocks * s.groups);
    batch = k.position(2, "image", s.batch);
    row = rows == 1 ? k.constant(0) : k.named(k.div(line, strips), "row");
    Strip strip(k, rows == 1 ? line : k.rem(line, strips), s.columns, b.strip);
    column = strip.column;
    group = k.constant(0);
    Value inGroup = block;
    if (s.groups > 1) {
      group = k.named(k.div(block, b.blocks), "group");
      inGroup = k.rem(block, b.blocks);
    }
    if (op.getMaxPool())
      return storeMaxima(strip, inGroup);
    StripSums sums(k, b.strip, b.lanes);
    accumulate(sums);
    for (unsigned i = 0; i < destinations.size(); ++i) {
      const Destination &to = destinations[i];
      Value mine;
      if (to.firstBlock > 0)
        mine = k.compare(arith::CmpIPredicate::sge, block, to.firstBlock);
      if (i + 1 < destinations.size())
        mine = k.logicalAnd(mine, k.compare(arith::CmpIPredicate::slt, block,
                                            to.firstBlock + to.blocks));
      k.when(mine, [&] { store(sums, strip, inGroup, to, i); });
    }
  }

private:
  // The only strip: the threads of a group share the input channels.
  void buildTogether() {
    row = column = group = k.constant(0);
    block = k.groupPosition(metal::Dimension::y, "block", b.blocks);
    batch = k.groupPosition(metal::Dimension::z, "image", s.batch);
    Strip strip(k, row, s.columns, b.strip);
    StripSums sums(k, b.strip, b.lanes);
    accumulate(sums);
    sums.join(team);
    team.onFirst(
        [&] { store(sums, strip, block, destinations.front(), /*which=*/0); });
  }

  // Computes the rows of a window one after the other and keeps the maximum of
  // what the epilogue makes of them.
  void storeMaxima(const Strip &strip, Value block) {
    Value inGroup = k.mul(block, b.lanes);
    Value channel = k.named(inGroup, "channel");
    Value count = k.laneCount(inGroup, s.groupOutputs, b.lanes);
    int64_t windows = b.strip / s.poolColumns;
    Value result = row, best = k.privateArray({windows}, b.lanes, "best");
    k.loop("q", windows, true, [&](Value q) {
      k.put(k.splat(std::numeric_limits<float>::lowest(), b.lanes), best, q);
    });
    k.loop("wy", s.poolRows, false, [&](Value wy) {
      row = k.named(k.add(k.mul(result, s.poolRows), wy), "convRow");
      StripSums sums(k, b.strip, b.lanes);
      accumulate(sums);
      sums.forEach([&](Value p, Value sum) {
        Value at = k.add(column, p);
        Value value =
            fused.applyEpilogue(sum, pixel(row, at, channel), b.lanes, count);
        Value q = k.div(p, s.poolColumns);
        value = arith::MaximumFOp::create(k.builder(), k.loc(), k.get(best, q),
                                          value);
        k.put(value, best, q);
      });
    });
    k.loop("q", windows, true, [&](Value q) {
      Value first = k.add(column, k.mul(q, s.poolColumns));
      strip.whenFresh(k, first, [&] {
        Value at = k.named(k.div(first, s.poolColumns), "x");
        fused.storePlain(k.get(best, q), pixel(result, at, channel), count);
      });
    });
  }

  void store(StripSums &sums, const Strip &strip, Value block,
             const Destination &to, unsigned which) {
    Value inGroup = k.mul(k.sub(block, k.constant(to.firstBlock)), b.lanes);
    Value channel =
        k.named(k.add(k.mul(group, to.outputs), inGroup), "channel");
    Value count = k.laneCount(inGroup, to.outputs, b.lanes);
    sums.forEach([&](Value p, Value sum) {
      Value at = k.named(k.add(column, p), "x");
      strip.whenFresh(k, at, [&] {
        fused.storeResult(sum, pixel(row, at, channel), b.lanes, count, which);
      });
    });
  }

  // A pixel's coordinates, with or without a dimension of its own for rows.
  SmallVector<Value> pixel(Value row, Value column, Value channel) {
    if (fused.joined())
      return {batch, column, channel};
    return {batch, row, column, channel};
  }

  void accumulate(StripSums &sums) {
    Value scale, shift;
    if (grids) {
      scale = k.named(loadGrid(0), "scale");
      shift = k.named(loadGrid(1), "shift");
    }
    k.loop("ky", s.kernelRows, false, [&](Value ky) {
      Tap y(k, op, 0, row, s.rows, ky, s.kernelRows, s.inputRows, "inputRow");
      k.when(y.inside, [&] {
        if (pixels)
          return accumulateRow(sums, y.coordinate, ky);
        k.loop("kx", s.kernelColumns, false, [&](Value kx) {
          auto addRun = [&](Value c) {
            Value channel = k.add(k.mul(group, s.groupInputs), c);
            Value x = loadStrip(y.coordinate, kx, channel, c);
            sums.addRun(x, b.run, [&](Value i) {
              SmallVector<Value> at = {block, ky, kx, k.add(c, i),
                                       k.constant(0)};
              if (!scale)
                return k.load(fused.other(0), at, b.lanes);
              return k.fma(k.loadCodes(fused.other(0), at, b.lanes), scale,
                           shift);
            });
          };
          if (s.groupInputs == b.run)
            return addRun(k.constant(0));
          // Neighbouring threads read neighbouring runs.
          k.loop("c", k.mul(team.getThread(), b.run), k.constant(s.groupInputs),
                 k.mul(team.getSize(), b.run), addRun);
        });
      });
    });
  }

  // The same for a row of an image's pixels.
  void accumulateRow(StripSums &sums, Value y, Value ky) {
    Value first = k.mul(column, op.getStrides()[1]);
    first =
        k.named(k.sub(first, k.constant(op.getPadding()[2])), "firstColumn");
    Value x = pixels->load(fused, {batch, y}, first, /*extra=*/1);
    k.loop("kx", s.kernelColumns, false, [&](Value kx) {
      sums.addRun(
          s.groupInputs,
          [&](Value p, Value i) {
            return k.get(x, k.add(pixels->place(k, p, kx), i));
          },
          [&](Value i) {
            return k.load(fused.other(0), {block, ky, kx, i, k.constant(0)},
                          b.lanes);
          });
    });
  }

  Value loadGrid(int64_t which) {
    return k.load(grids, {block, k.constant(which), k.constant(0)}, b.lanes);
  }

  // An array with a run of channels for each pixel; padding is zeros.
  Value loadStrip(Value y, Value kx, Value channel, Value c) {
    Value buffer = k.param(0);
    bool asStored = !fused.hasPrologue() && FusedKernel::isRun(buffer, b.run);
    Value x = asStored ? k.elements(buffer, b.strip, b.run, "x")
                       : k.privateElements(b.strip, b.run, "x");
    k.loop("p", b.strip, true, [&](Value p) {
      Tap tap(k, op, 1, k.add(column, p), s.columns, kx, s.kernelColumns,
              s.inputColumns, "inputColumn");
      if (asStored)
        return k.loadElements(buffer, pixel(y, tap.coordinate, channel), x, p,
                              tap.inside, zeros, c);
      // A run of lanes, or one by one.
      bool inLanes = b.run % 4 == 0;
      k.loop("j", inLanes ? 1 : b.run, true, [&](Value j) {
        // Load from a pixel that exists, then drop what is padding.
        int64_t lanes = inLanes ? b.run : 1;
        Value value =
            fused.loadInput(pixel(y, tap.nearest, k.add(channel, j)), lanes);
        if (tap.inside)
          value = k.select(tap.inside, value, k.splat(0, lanes));
        if (inLanes)
          k.putElements(value, x, p);
        else
          k.put(value, x, {p, j});
      });
    });
    return x;
  }

  FusedKernel &fused;
  KernelBuilder &k;
  nn::Conv2DOp op;
  const ConvolutionShape &s;
  const Blocking &b;
  ArrayRef<Destination> destinations;
  Value zeros, grids;
  PixelRow *pixels;
  ThreadTeam team;
  Value batch, row, column, group, block;
};

} // namespace

// The name of a kernel for several convolutions lists their outputs.
static std::string kernelName(ArrayRef<nn::Conv2DOp> ops,
                              const ConvolutionShape &s, bool isMatMul) {
  std::string stem = isMatMul ? "matmul" : "conv";
  if (ops.size() == 1)
    return s.name(stem, ops.front());
  std::string name;
  llvm::raw_string_ostream out(name);
  out << stem << "1x1_" << s.groupInputs << "to";
  llvm::interleave(
      ops, out, [&](nn::Conv2DOp op) { out << op.getType().getShape().back(); },
      "_");
  out << "_" << s.rows << "x" << s.columns;
  return name;
}

// A weight that one strip of pixels reads is decoded once, and reading it takes
// longer than that; where many strips read it, each decodes it again. Channels
// of few weights gain nothing.
static bool isWorthPacking(const ConvolutionShape &s) {
  constexpr int64_t kMaxPixels = 6, kFewestTaps = 32;
  return s.batch * s.rows * s.columns <= kMaxPixels &&
         s.kernelRows * s.kernelColumns * s.groupInputs >= kFewestTaps;
}

// Where there is one strip of pixels and long sums, a thread for each block of
// channels leaves a GPU idle: this many threads share a block's sums.
static int64_t teamSize(const ConvolutionShape &s, const Blocking &b) {
  constexpr int64_t kMaxThreads = 32, kFewestProducts = 128;
  int64_t runs = s.groupInputs / b.run;
  if (s.rows != 1 || s.columns > b.strip || s.groups != 1 || runs < 2 ||
      s.kernelRows * s.kernelColumns * s.groupInputs < kFewestProducts)
    return 1;
  return std::min<int64_t>(kMaxThreads, llvm::bit_floor(uint64_t(runs)));
}

LogicalResult mlc::lowerDirectConvolution(Lowering &lowering,
                                          ArrayRef<nn::Conv2DOp> ops,
                                          ArrayRef<FloatView> filters) {
  nn::Conv2DOp op = ops.front();
  ArrayRef<int64_t> in = op.getInput().getType().getShape();
  ArrayRef<int64_t> out = op.getType().getShape();
  ConvolutionShape s(op, in, out);
  int64_t mostOutputs = 0, flops = 0;
  for (nn::Conv2DOp each : ops) {
    ConvolutionShape shape(each, in, each.getType().getShape());
    mostOutputs = std::max(mostOutputs, shape.groupOutputs);
    flops += shape.flops();
  }
  Type storage = lowering.storageType(op);
  Blocking blocking(s.groupInputs, mostOutputs, s.columns, storage,
                    s.poolColumns);
  SmallVector<Destination> destinations;
  std::vector<float> packed;
  blocking.blocks = 0;
  for (auto [index, filter] : llvm::enumerate(filters)) {
    nn::Conv2DOp each = ops[index];
    ConvolutionShape shape(each, in, each.getType().getShape());
    Blocking own = blocking;
    own.blocks = llvm::divideCeil(shape.groupOutputs, own.lanes);
    std::vector<float> more =
        packFilter<float>(ArrayRef<float>(filter), shape, own);
    if (packed.empty())
      packed = std::move(more);
    else
      packed.insert(packed.end(), more.begin(), more.end());
    destinations.push_back({blocking.blocks, own.blocks, shape.groupOutputs});
    blocking.blocks += own.blocks;
  }

  SmallVector<KernelOperand> others;
  SmallVector<int64_t> packedShape = {s.groups * blocking.blocks, s.kernelRows,
                                      s.kernelColumns, s.groupInputs,
                                      blocking.lanes};
  std::optional<PackedWeights> codes;
  if (ops.size() == 1 && lowering.packsWeights() && isWorthPacking(s))
    codes = packWeights(filters.front(), s.channels());
  if (codes) {
    others.push_back(
        {lowering.joinedCodes(op.getLoc(), packedShape,
                              packFilter<uint8_t>(codes->codes, s, blocking)),
         "codes"});
    others.push_back(
        {lowering.weights(op.getLoc(), {packedShape[0], 2, blocking.lanes},
                          lowering.builder().getF32Type(),
                          packGrids(*codes, s, blocking), "grids"),
         "grids"});
  } else {
    others.push_back({lowering.weights(op.getLoc(), packedShape, storage,
                                       std::move(packed), "filter"),
                      "weights"});
  }
  std::optional<PixelRow> pixels =
      PixelRow::create(lowering, op, s, blocking.strip);
  if (pixels)
    llvm::append_range(others, pixels->getOperands());
  // What a tap beside the image reads, as long as the channels of a group.
  bool padsColumns = op.getPadding()[2] || op.getPadding()[3];
  Value input = lowering.view(op.getInput());
  if (padsColumns && op.getPrologue().empty() &&
      FusedKernel::isRun(input, blocking.run))
    others.push_back(
        {lowering.weights(op.getLoc(), {s.groupInputs},
                          cast<MemRefType>(input.getType()).getElementType(),
                          std::vector<float>(s.groupInputs, 0.0f), "zeros"),
         "zeros"});
  // A 1x1 convolution may cut its strips across the ends of rows.
  bool isMatMul = out[1] == 1 && out[2] == 1;
  SmallVector<nn::FusableOpInterface> fusable(ops.begin(), ops.end());
  FusedKernel fused(lowering, fusable, isMatMul ? "matmul" : "convolution",
                    kernelName(ops, s, isMatMul), others, op.isPointwise(),
                    {pixels ? pixels->getInput() : Value(), {}});
  if (!pixels)
    s = ConvolutionShape(op, fused.inputShape(), fused.resultShape());
  blocking.strip =
      Blocking(s.groupInputs, mostOutputs, s.columns, storage, s.poolColumns)
          .strip;
  unsigned numWeights = codes ? 2 : 1;
  if (pixels)
    numWeights += pixels->getOperands().size();
  Value zeros = others.size() > numWeights ? fused.other(numWeights) : Value();
  Value grids = codes ? fused.other(1) : Value();
  bool isAlone = ops.size() == 1 && !pixels && !op.getMaxPool();
  int64_t threads = isAlone ? teamSize(s, blocking) : 1;
  DirectConvolution(fused, op, s, blocking, destinations, zeros, grids,
                    pixels ? &*pixels : nullptr, threads)
      .build();
  if (threads > 1) {
    fused.dispatch({{threads, blocking.blocks, s.batch}, {threads, 1, 1}},
                   flops);
    return success();
  }
  fused.dispatch(makeGrid(s.rows / s.poolRows *
                              llvm::divideCeil(s.columns, blocking.strip),
                          s.groups * blocking.blocks, s.batch),
                 flops);
  return success();
}
