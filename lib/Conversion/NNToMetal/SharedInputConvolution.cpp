// A 1x1 convolution with work in front of it, such as the batch norm and ReLU
// of a dense block. The direct kernel would do that work again for each block
// of output channels. Here a threadgroup does it once for some strips of
// pixels, in threadgroup memory, and then its threads take one strip and block
// after the other. They are right for groups of any size.
#include "Convolution.h"

using namespace mlir;
using namespace mlc;

// What a group keeps of its pixels; half of what Metal allows, so that a GPU's
// core has room for two groups where channels are few.
static constexpr int64_t kMaxBytes = 16 * 1024;
static constexpr int64_t kMaxBytesOfOne = metal::kMaxThreadgroupBytes;
static constexpr int64_t kThreads = 32;

namespace {

class SharedInputConvolution {
public:
  SharedInputConvolution(FusedKernel &fused, const ConvolutionShape &s,
                         const Blocking &b, int64_t strips)
      : fused(fused), k(*fused), s(s), b(b), strips(strips),
        pixels(strips * b.strip), total(s.rows * s.columns), team(k, kThreads) {
  }

  void build() {
    Value group = k.groupPosition(metal::Dimension::x, "group", groups());
    batch = k.groupPosition(metal::Dimension::z, "image", s.batch);
    Strip line(k, group, total, pixels);
    auto type =
        MemRefType::get({pixels * s.groupInputs}, k.builder().getF32Type(),
                        MemRefLayoutAttrInterface(),
                        metal::threadgroupSpace(k.builder().getContext()));
    shared = k.named(
        metal::ThreadgroupAllocOp::create(k.builder(), k.loc(), type), "x");
    fill(line);
    metal::BarrierOp::create(k.builder(), k.loc());
    share("item", strips * b.blocks, [&](Value item) { compute(line, item); });
  }

  int64_t groups() const { return llvm::divideCeil(total, pixels); }

private:
  // The coordinates of a channel of pixel `x`.
  SmallVector<Value> place(Value x, Value channel) {
    if (fused.joined())
      return {batch, x, channel};
    return {batch, k.div(x, s.columns), k.rem(x, s.columns), channel};
  }

  // The threads take turns.
  void share(StringRef name, int64_t count, function_ref<void(Value)> body) {
    k.loop(name, team.getThread(), k.constant(count), team.getSize(), body);
  }

  // Neighbouring threads load neighbouring channels.
  void fill(const Strip &line) {
    int64_t lanes = lanesFor(s.groupInputs);
    while (s.groupInputs % lanes != 0)
      lanes /= 2;
    int64_t runs = s.groupInputs / lanes;
    share("i", pixels * runs, [&](Value i) {
      Value pixel = k.named(k.div(i, runs), "pixel");
      Value c = k.named(k.mul(k.rem(i, runs), lanes), "c");
      Value value = fused.loadInput(place(k.add(line.column, pixel), c), lanes);
      metal::PutLanesOp::create(k.builder(), k.loc(), value, shared,
                                k.mul(i, lanes));
    });
  }

  void compute(const Strip &line, Value item) {
    Value block = k.named(k.div(item, strips), "block");
    Value first = k.named(k.mul(k.rem(item, strips), b.strip), "firstPixel");
    StripSums sums(k, b.strip, b.lanes);
    Value begin = k.named(k.mul(first, s.groupInputs), "begin");
    k.loop("c", k.constant(0), k.constant(s.groupInputs), b.run, false,
           [&](Value c) {
             sums.addRun(
                 b.run,
                 [&](Value p, Value i) {
                   Value at = k.add(k.add(begin, k.mul(p, s.groupInputs)),
                                    k.add(c, i));
                   return k.get(shared, at);
                 },
                 [&](Value i) {
                   return k.load(fused.other(0),
                                 {block, k.add(c, i), k.constant(0)}, b.lanes);
                 });
           });
    Value channel = k.named(k.mul(block, b.lanes), "channel");
    Value count = k.laneCount(channel, s.groupOutputs, b.lanes);
    sums.forEach([&](Value p, Value sum) {
      Value x = k.named(k.add(line.column, k.add(first, p)), "x");
      line.whenFresh(k, x, [&] {
        fused.storeResult(sum, place(x, channel), b.lanes, count);
      });
    });
  }

  FusedKernel &fused;
  KernelBuilder &k;
  const ConvolutionShape &s;
  const Blocking &b;
  int64_t strips, pixels, total; ///< of a group, of a group, of the image
  ThreadTeam team;
  Value batch, shared;
};

} // namespace

static int64_t bytesOf(const ConvolutionShape &s, int64_t pixels) {
  return pixels * s.groupInputs * sizeof(float);
}

bool mlc::shouldShareInput(nn::Conv2DOp op, const ConvolutionShape &s,
                           Type storage) {
  constexpr int64_t kFewestBlocks = 4, kFewestPixels = 12;
  Blocking b(s.groupInputs, s.groupOutputs, s.rows * s.columns, storage);
  return op.isPointwise() && s.groups == 1 && !op.getPrologue().empty() &&
         b.blocks >= kFewestBlocks && s.groupInputs % 4 == 0 &&
         s.rows * s.columns >= kFewestPixels &&
         bytesOf(s, b.strip) <= kMaxBytesOfOne;
}

LogicalResult mlc::lowerSharedInputConvolution(Lowering &lowering,
                                               nn::Conv2DOp op,
                                               const FloatView &filter) {
  ConvolutionShape s(op, op.getInput().getType().getShape(),
                     op.getType().getShape());
  Type storage = lowering.storageType(op);
  Blocking b(s.groupInputs, s.groupOutputs, s.rows * s.columns, storage);
  Value weights =
      lowering.weights(op.getLoc(), {b.blocks, s.groupInputs, b.lanes}, storage,
                       packFilter(ArrayRef<float>(filter), s, b), "filter");
  FusedKernel fused(lowering, op, "convolution", s.name("conv", op),
                    {{weights, "weights"}}, /*joinRowsAndColumns=*/true);
  s = ConvolutionShape(op, fused.inputShape(), fused.resultShape());
  // As many strips as there are threads for them.
  int64_t strips = 1;
  while (strips * b.blocks < kThreads &&
         (strips + 1) * b.strip <= s.rows * s.columns &&
         bytesOf(s, (strips + 1) * b.strip) <= kMaxBytes)
    ++strips;
  SharedInputConvolution kernel(fused, s, b, strips);
  kernel.build();
  fused.dispatch({{kernel.groups() * kThreads, 1, s.batch}, {kThreads, 1, 1}},
                 s.flops());
  return success();
}
