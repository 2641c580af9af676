// Direct convolution: a thread computes a strip of pixels for one block of
// output channels, with weights packed block by block. Neighbouring threads
// have neighbouring strips and share the block's weights.
#include "Convolution.h"

using namespace mlir;
using namespace mlc;

// Reorders a filter [KH, KW, C/groups, O] to
// [groups * blocks, KH, KW, C/groups, lanes], padded with zeros.
static std::vector<float> packFilter(ArrayRef<float> filter,
                                     const ConvolutionShape &s,
                                     const Blocking &b) {
  int64_t taps = s.kernelRows * s.kernelColumns * s.groupInputs;
  std::vector<float> packed(s.groups * b.blocks * taps * b.lanes, 0.0f);
  for (int64_t group = 0; group < s.groups; ++group)
    for (int64_t block = 0; block < b.blocks; ++block) {
      int64_t first = group * s.groupOutputs + block * b.lanes;
      int64_t count = std::min(b.lanes, s.groupOutputs - block * b.lanes);
      float *to = &packed[(group * b.blocks + block) * taps * b.lanes];
      for (int64_t tap = 0; tap < taps; ++tap)
        std::copy_n(&filter[tap * s.channels() + first], count,
                    to + tap * b.lanes);
    }
  return packed;
}

namespace {

// The body of the kernel; its members are the thread's coordinates.
class DirectConvolution {
public:
  DirectConvolution(FusedKernel &fused, nn::Conv2DOp op,
                    const ConvolutionShape &s, const Blocking &b, Value zeros)
      : fused(fused), k(*fused), op(op), s(s), b(b), zeros(zeros) {}

  void build() {
    int64_t strips = llvm::divideCeil(s.columns, b.strip);
    Value line = k.position(0, "strip", s.rows * strips);
    block = k.position(1, "block", s.groups * b.blocks);
    batch = k.position(2, "image", s.batch);
    row = s.rows == 1 ? k.constant(0) : k.named(k.div(line, strips), "row");
    Strip strip(k, s.rows == 1 ? line : k.rem(line, strips), s.columns,
                b.strip);
    column = strip.column;
    group = k.constant(0);
    Value inGroup = k.mul(block, b.lanes);
    if (s.groups > 1) {
      group = k.named(k.div(block, b.blocks), "group");
      inGroup = k.mul(k.rem(block, b.blocks), b.lanes);
    }
    Value channel =
        k.named(k.add(k.mul(group, s.groupOutputs), inGroup), "channel");
    Value count = k.laneCount(inGroup, s.groupOutputs, b.lanes);

    StripSums sums(k, b.strip, b.lanes);
    accumulate(sums);
    sums.forEach([&](Value p, Value sum) {
      Value at = k.named(k.add(column, p), "x");
      strip.whenFresh(k, at, [&] {
        fused.storeResult(sum, pixel(row, at, channel), b.lanes, count);
      });
    });
  }

private:
  // A pixel's coordinates, with or without a dimension of its own for rows.
  SmallVector<Value> pixel(Value row, Value column, Value channel) {
    if (fused.joined())
      return {batch, column, channel};
    return {batch, row, column, channel};
  }

  void accumulate(StripSums &sums) {
    k.loop("ky", s.kernelRows, false, [&](Value ky) {
      Tap y(k, op, 0, row, s.rows, ky, s.kernelRows, s.inputRows, "inputRow");
      k.when(y.inside, [&] {
        k.loop("kx", s.kernelColumns, false, [&](Value kx) {
          auto addRun = [&](Value c) {
            Value channel = k.add(k.mul(group, s.groupInputs), c);
            Value x = loadStrip(y.coordinate, kx, channel, c);
            sums.addRun(x, b.run, [&](Value i) {
              return k.load(fused.other(0),
                            {block, ky, kx, k.add(c, i), k.constant(0)},
                            b.lanes);
            });
          };
          if (s.groupInputs == b.run)
            return addRun(k.constant(0));
          k.loop("c", k.constant(0), k.constant(s.groupInputs), b.run, false,
                 addRun);
        });
      });
    });
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
  Value zeros;
  Value batch, row, column, group, block;
};

} // namespace

LogicalResult mlc::lowerDirectConvolution(Lowering &lowering, nn::Conv2DOp op,
                                          std::vector<float> filter) {
  ArrayRef<int64_t> out = op.getType().getShape();
  ConvolutionShape s(op, op.getInput().getType().getShape(), out);
  Blocking blocking(s.groupInputs, s.groupOutputs, s.columns);
  Type storage = lowering.storageType();
  SmallVector<KernelOperand> others;
  others.push_back(
      {lowering.weights(op.getLoc(),
                        {s.groups * blocking.blocks, s.kernelRows,
                         s.kernelColumns, s.groupInputs, blocking.lanes},
                        storage, packFilter(filter, s, blocking), "filter"),
       "weights"});
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
  bool isPointwise =
      s.kernelRows == 1 && s.kernelColumns == 1 &&
      llvm::all_of(op.getStrides(), [](int64_t i) { return i == 1; }) &&
      llvm::all_of(op.getPadding(), [](int64_t i) { return i == 0; });
  bool isMatMul = out[1] == 1 && out[2] == 1;
  FusedKernel fused(lowering, op, isMatMul ? "matmul" : "convolution",
                    s.name(isMatMul ? "matmul" : "conv", op), others,
                    isPointwise);
  s = ConvolutionShape(op, fused.inputShape(), fused.resultShape());
  blocking = Blocking(s.groupInputs, s.groupOutputs, s.columns);
  Value zeros = others.size() > 1 ? fused.other(1) : Value();
  DirectConvolution(fused, op, s, blocking, zeros).build();
  fused.dispatch(makeGrid(s.rows * llvm::divideCeil(s.columns, blocking.strip),
                          s.groups * blocking.blocks, s.batch),
                 s.flops());
  return success();
}
