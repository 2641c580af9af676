// Depthwise convolution: one input channel for each output channel, so lanes
// run along the channels of both. A thread computes a strip of pixels.
#include "Convolution.h"

using namespace mlir;
using namespace mlc;

static constexpr int64_t kLongestStrip = 6;

static void buildDepthwise(FusedKernel &fused, nn::Conv2DOp op,
                           const ConvolutionShape &s, int64_t length) {
  KernelBuilder &k = *fused;
  int64_t channels = s.groups;
  int64_t lanes = lanesFor(channels);
  int64_t strips = llvm::divideCeil(s.columns, length);
  Value block = k.position(0, "block", llvm::divideCeil(channels, lanes));
  Value line = k.position(1, "strip", s.rows * strips);
  Value batch = k.position(2, "image", s.batch);
  Value row = k.named(k.div(line, strips), "row");
  Strip strip(k, k.rem(line, strips), s.columns, length);
  Value channel = k.named(k.mul(block, lanes), "channel");
  Value count = k.laneCount(channel, channels, lanes);
  Value acc = k.privateArray({length}, lanes, "acc");
  k.loop("p", length, true, [&](Value p) { k.put(k.splat(0, lanes), acc, p); });

  k.loop("ky", s.kernelRows, false, [&](Value ky) {
    Tap y(k, op, 0, row, s.rows, ky, s.kernelRows, s.inputRows, "inputRow");
    k.when(y.inside, [&] {
      k.loop("kx", s.kernelColumns, false, [&](Value kx) {
        Value weight = k.named(
            k.load(fused.other(0), {ky, kx, channel}, lanes, count), "weight");
        k.loop("p", length, true, [&](Value p) {
          Tap x(k, op, 1, k.add(strip.column, p), s.columns, kx,
                s.kernelColumns, s.inputColumns, "inputColumn");
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
  k.loop("p", length, true, [&](Value p) {
    Value at = k.named(k.add(strip.column, p), "x");
    strip.whenFresh(k, at, [&] {
      fused.storeResult(k.get(acc, p), {batch, row, at, channel}, lanes, count);
    });
  });
}

LogicalResult mlc::lowerDepthwiseConvolution(Lowering &lowering,
                                             nn::Conv2DOp op,
                                             ArrayRef<float> filter) {
  ConvolutionShape s(op, op.getInput().getType().getShape(),
                     op.getType().getShape());
  int64_t length =
      chooseStrip(s.columns, kLongestStrip, lowering.storageType(op));
  Value weights =
      lowering.weights(op.getLoc(), {s.kernelRows, s.kernelColumns, s.groups},
                       lowering.storageType(op), filter.vec(), "filter");
  FusedKernel fused(lowering, op, "convolution", s.name("depthwise", op),
                    {{weights, "weights"}});
  buildDepthwise(fused, op, s, length);
  fused.dispatch(makeGrid(llvm::divideCeil(s.groups, lanesFor(s.groups)),
                          s.rows * llvm::divideCeil(s.columns, length),
                          s.batch),
                 s.flops());
  return success();
}
