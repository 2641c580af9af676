// A row of an image's bytes as floats, for the first convolution of a network.
#include "Convolution.h"

using namespace mlir;
using namespace mlc;

// Bytes that are converted together.
static constexpr int64_t kLanes = 8;
// What a thread keeps besides its sums.
static constexpr int64_t kMaxElements = 256;

PixelRow::PixelRow(nn::Conv2DOp op, const ConvolutionShape &s, int64_t strip)
    : op(op), channels(s.groupInputs), columns(s.inputColumns),
      lastStrip(s.columns - strip) {
  pixels = (strip - 1) * op.getStrides()[1] +
           (s.kernelColumns - 1) * op.getDilations()[1] + 1;
  elements = llvm::alignTo(pixels * channels, kLanes);
}

std::optional<PixelRow> PixelRow::create(Lowering &lowering, nn::Conv2DOp op,
                                         const ConvolutionShape &s,
                                         int64_t strip) {
  PixelRow row(op, s, strip);
  if (!op.getInput().getType().getElementType().isInteger() || s.groups != 1 ||
      op.isPointwise() || row.elements > kMaxElements)
    return std::nullopt;
  // Looked at before anything is made.
  std::vector<std::vector<float>> values;
  for (Value extra : op.getPrologueInputs()) {
    FailureOr<std::vector<float>> known = readConstant(extra);
    auto type = cast<RankedTensorType>(extra.getType());
    if (failed(known) ||
        (known->size() != 1 && (int64_t(known->size()) != row.channels ||
                                type.getShape().back() != row.channels)))
      return std::nullopt;
    values.push_back(std::move(*known));
  }
  row.input = collapse(lowering.builder(), lowering.view(op.getInput()), 2, 3);
  if (!row.input)
    return std::nullopt;
  for (const std::vector<float> &known : values) {
    std::vector<float> repeated(row.elements);
    for (auto [i, value] : llvm::enumerate(repeated))
      value = known[i % known.size()];
    row.extras.push_back({lowering.weights(op.getLoc(), {row.elements},
                                           lowering.builder().getF32Type(),
                                           std::move(repeated), "before"),
                          "before"});
  }
  return row;
}

// What is in front of the convolution makes of lanes, or one element, that
// stand at `at` in the array.
Value PixelRow::apply(KernelBuilder &k, Value value, Value at, int64_t lanes,
                      FusedKernel &fused, unsigned extra) {
  if (op.getPrologue().empty())
    return value;
  SmallVector<Value> arguments = {value};
  for (unsigned i = 0; i < extras.size(); ++i)
    arguments.push_back(k.load(fused.other(extra + i), at, lanes));
  return k.apply(op.getPrologue(), arguments, lanes);
}

// All of the row exists: nothing is in the way of lanes.
void PixelRow::loadInside(FusedKernel &fused, ArrayRef<Value> line, Value first,
                          unsigned extra, Value x) {
  KernelBuilder &k = *fused;
  Value begin = k.named(k.mul(first, channels), "begin");
  auto load = [&](Value at, Value count) {
    SmallVector<Value> from(line);
    from.push_back(k.add(begin, at));
    Value value = k.load(k.param(0), from, kLanes, count);
    value = apply(k, value, at, kLanes, fused, extra);
    metal::PutLanesOp::create(k.builder(), k.loc(), value, x, at);
  };
  int64_t whole = pixels * channels / kLanes;
  k.loop("q", whole, true, [&](Value q) { load(k.mul(q, kLanes), {}); });
  // Bytes behind the row may be behind the image.
  if (int64_t rest = pixels * channels - whole * kLanes)
    load(k.constant(whole * kLanes), k.constant(rest));
}

// Padding is zeros.
void PixelRow::loadEdge(FusedKernel &fused, ArrayRef<Value> line, Value first,
                        unsigned extra, Value x) {
  KernelBuilder &k = *fused;
  k.loop("q", pixels, false, [&](Value q) {
    Value pixel = k.named(k.add(first, q), "pixel");
    Value inside = k.inRange(pixel, columns, -1, columns);
    Value begin =
        k.named(k.mul(k.clamp(pixel, 0, columns - 1), channels), "begin");
    k.loop("j", channels, true, [&](Value j) {
      SmallVector<Value> from(line);
      from.push_back(k.add(begin, j));
      Value value = apply(k, k.load(k.param(0), from, 1), j, 1, fused, extra);
      k.put(k.select(inside, value, k.splat(0, 1)), x,
            k.add(k.mul(q, channels), j));
    });
  });
}

Value PixelRow::load(FusedKernel &fused, ArrayRef<Value> line, Value first,
                     unsigned extra) {
  KernelBuilder &k = *fused;
  Value x = k.privateArray({elements}, 1, "x");
  int64_t left = op.getPadding()[2];
  if (left == 0 && lastStrip * op.getStrides()[1] + pixels <= columns) {
    loadInside(fused, line, first, extra, x);
    return x;
  }
  using Predicate = arith::CmpIPredicate;
  int64_t last = columns - pixels;
  Value inside = k.logicalAnd(k.compare(Predicate::sge, first, 0),
                              k.compare(Predicate::sle, first, last));
  k.when(inside, [&] { loadInside(fused, line, first, extra, x); });
  Value beside = arith::OrIOp::create(k.builder(), k.loc(),
                                      k.compare(Predicate::slt, first, 0),
                                      k.compare(Predicate::sgt, first, last));
  k.when(beside, [&] { loadEdge(fused, line, first, extra, x); });
  return x;
}

Value PixelRow::place(KernelBuilder &k, Value p, Value kx) {
  Value pixel =
      k.add(k.mul(p, op.getStrides()[1]), k.mul(kx, op.getDilations()[1]));
  return k.mul(pixel, channels);
}
