// Which kernel a convolution gets, and what these kernels share.
#include "Convolution.h"

#include "llvm/ADT/ScopeExit.h"
#include <limits>

using namespace mlir;
using namespace mlc;

ConvolutionShape::ConvolutionShape(nn::Conv2DOp op, ArrayRef<int64_t> in,
                                   ArrayRef<int64_t> out) {
  ArrayRef<int64_t> filter =
      cast<RankedTensorType>(op.getFilter().getType()).getShape();
  bool joined = in.size() == 3;
  batch = in[0];
  inputRows = joined ? 1 : in[1];
  inputColumns = joined ? in[1] : in[2];
  std::array<int64_t, 2> pool = op.getPoolWindow();
  poolRows = pool[0];
  poolColumns = pool[1];
  rows = joined ? 1 : out[1] * poolRows;
  columns = joined ? out[1] : out[2] * poolColumns;
  kernelRows = filter[0];
  kernelColumns = filter[1];
  groups = op.getGroups();
  groupInputs = filter[2];
  groupOutputs = filter[3] / groups;
}

std::string ConvolutionShape::name(StringRef stem, nn::Conv2DOp op) const {
  std::string name;
  llvm::raw_string_ostream out(name);
  ArrayRef<int64_t> strides = op.getStrides();
  out << stem << kernelRows << "x" << kernelColumns;
  if (strides[0] != 1 || strides[1] != 1)
    out << "_stride" << strides[0];
  if (op.getMaxPool())
    out << "_max" << poolRows << "x" << poolColumns;
  out << "_" << groups * groupInputs << "to" << channels() << "_"
      << rows / poolRows << "x" << columns / poolColumns;
  return name;
}

int64_t mlc::chooseStrip(int64_t columns, int64_t longest, Type storage,
                         int64_t unit) {
  // A strip also costs the loads of the weights, and their conversion; and
  // short ones wait for their own sums, because a fused multiply-add takes
  // about four cycles.
  constexpr int64_t kLatency = 4;
  double weightCost = storage.isF32() ? 0.5 : 1.5;
  int64_t best = unit;
  double bestCost = std::numeric_limits<double>::infinity();
  for (int64_t strip = unit; strip <= std::min(longest, columns);
       strip += unit) {
    double cost = double(llvm::divideCeil(columns, strip)) *
                  (double(std::max(strip, kLatency)) + weightCost);
    if (cost <= bestCost) {
      bestCost = cost;
      best = strip;
    }
  }
  return best;
}

Strip::Strip(KernelBuilder &k, Value index, int64_t columns, int64_t length) {
  column = k.mul(index, length);
  if (columns % length) {
    fresh = k.named(column, "first");
    column = k.min(fresh, k.constant(columns - length));
  }
  column = k.named(column, "column");
}

void Strip::whenFresh(KernelBuilder &k, Value x,
                      function_ref<void()> body) const {
  Value condition;
  if (fresh)
    condition = arith::CmpIOp::create(k.builder(), k.loc(),
                                      arith::CmpIPredicate::sge, x, fresh);
  k.when(condition, body);
}

StripSums::StripSums(KernelBuilder &k, int64_t length, int64_t lanes)
    : k(k), length(length), lanes(lanes) {
  acc = k.privateArray({length}, lanes, "acc");
  k.loop("p", length, true, [&](Value p) { k.put(k.splat(0, lanes), acc, p); });
}

void StripSums::addRun(Value x, int64_t run,
                       function_ref<Value(Value)> weight) {
  addRun(run, [&](Value p, Value i) { return k.get(x, {p, i}); }, weight);
}

void StripSums::addRun(int64_t run, function_ref<Value(Value, Value)> element,
                       function_ref<Value(Value)> weight) {
  k.loop("i", run, true, [&](Value i) {
    Value w = k.named(weight(i), "weight");
    k.loop("p", length, true, [&](Value p) {
      Value value = k.broadcast(element(p, i), lanes);
      k.put(k.fma(value, w, k.get(acc, p)), acc, p);
    });
  });
}

void StripSums::join(ThreadTeam &team) {
  if (team.getMost() == 1)
    return;
  SmallVector<Value> partials;
  for (int64_t p = 0; p < length; ++p)
    partials.push_back(k.get(acc, k.constant(p)));
  auto add = [&](Value a, Value b) -> Value {
    return arith::AddFOp::create(k.builder(), k.loc(), a, b);
  };
  for (auto [p, sum] : llvm::enumerate(team.join(partials, add, "sum")))
    k.put(sum, acc, k.constant(p));
}

void StripSums::forEach(function_ref<void(Value, Value)> body) {
  k.loop("p", length, true, [&](Value p) { body(p, k.get(acc, p)); });
}

Blocking::Blocking(int64_t inputs, int64_t outputs, int64_t pixels,
                   Type storage, int64_t unit) {
  // Six pixels by 16 channels: with AVX2's sixteen registers all sums stay in
  // registers, two are left for weights, one or two for pixels.
  constexpr int64_t kLongestStrip = 6;
  lanes = std::max<int64_t>(4, lanesFor(outputs));
  blocks = llvm::divideCeil(outputs, lanes);
  strip = chooseStrip(pixels, kLongestStrip, storage, unit);
  run = 1;
  for (int64_t length : {2, 3, 4, 8})
    if (inputs % length == 0)
      run = length;
}

Tap::Tap(KernelBuilder &k, nn::Conv2DOp op, unsigned dimension, Value position,
         int64_t positions, Value tap, int64_t taps, int64_t extent,
         StringRef name) {
  int64_t stride = op.getStrides()[dimension];
  int64_t dilation = op.getDilations()[dimension];
  int64_t before = op.getPadding()[2 * dimension];
  Value at = k.add(k.mul(position, stride), k.mul(tap, dilation));
  if (before)
    at = k.sub(at, k.constant(before));
  int64_t least = -before;
  int64_t most = (positions - 1) * stride + (taps - 1) * dilation - before;
  at = k.named(at, name);
  coordinate = nearest = at;
  if (least < 0)
    nearest = k.max(nearest, k.constant(0));
  if (most >= extent)
    nearest = k.min(nearest, k.constant(extent - 1));
  inside = k.inRange(at, extent, least, most);
}

// The convolution after or before `op`, if it shares its kernel: those that do
// follow each other, with no other convolution in between.
static nn::Conv2DOp neighbour(nn::Conv2DOp op, bool after) {
  auto step = [&](Operation *from) {
    return after ? from->getNextNode() : from->getPrevNode();
  };
  for (Operation *other = step(op); other && op.getSharedKernel();
       other = step(other))
    if (auto conv = dyn_cast<nn::Conv2DOp>(other))
      return conv.getSharedKernel() == op.getSharedKernel() ? conv
                                                            : nn::Conv2DOp();
  return {};
}

// What is computed with the first of its siblings reads only what is there.
static LogicalResult checkSiblings(ArrayRef<nn::Conv2DOp> siblings) {
  nn::Conv2DOp first = siblings.front();
  for (nn::Conv2DOp op : siblings) {
    bool isPlain = op.isPointwise() && op.getGroups() == 1 &&
                   op.getPrologue().empty() &&
                   op.getInput() == first.getInput();
    for (Value operand : op->getOperands())
      if (Operation *producer = operand.getDefiningOp())
        isPlain &= producer->isBeforeInBlock(first) || isConstant(operand);
    if (!isPlain)
      return op.emitError("cannot share a kernel: it is no 1x1 convolution of "
                          "the same tensor, ready at the same time");
  }
  return success();
}

namespace {

// What the choice of a kernel looks at: an op or several that share a kernel.
struct Choice {
  Lowering &lowering;
  ArrayRef<nn::Conv2DOp> ops;
  ArrayRef<FloatView> filters;
  ConvolutionShape shape;
  std::optional<WinogradTile> winogradTile;

  Choice(Lowering &lowering, ArrayRef<nn::Conv2DOp> ops,
         ArrayRef<FloatView> filters, const ConvolutionShape &shape)
      : lowering(lowering), ops(ops), filters(filters), shape(shape) {
    if (lowering.allowsWinograd())
      winogradTile =
          chooseWinogradTile(op(), shape, storage(), lowering.gpuFamily());
  }
  nn::Conv2DOp op() const { return ops.front(); }
  Type storage() const { return lowering.storageType(op()); }
};

struct ConvolutionKernel {
  bool (*fits)(const Choice &);
  LogicalResult (*lower)(const Choice &);
};

} // namespace

// The first one that fits is taken.
static constexpr ConvolutionKernel kConvolutionKernels[] = {
    // Depthwise.
    {[](const Choice &c) { return c.shape.isDepthwise(); },
     [](const Choice &c) {
       return lowerDepthwiseConvolution(c.lowering, c.op(), c.filters.front());
     }},
    // Winograd's algorithm.
    {[](const Choice &c) { return c.winogradTile.has_value(); },
     [](const Choice &c) {
       return lowerWinogradConvolution(c.lowering, c.op(), c.filters.front(),
                                       *c.winogradTile);
     }},
    // An implicit matrix product on simdgroup matrices.
    {[](const Choice &c) {
       return hasSimdgroupMatrices(c.lowering.gpuFamily()) &&
              fitsSimdgroups(c.op(), c.shape);
     },
     [](const Choice &c) {
       return lowerSimdgroupConvolution(c.lowering, c.ops, c.filters);
     }},
    // 1x1 with work in front of it.
    {[](const Choice &c) {
       return c.ops.size() == 1 &&
              shouldShareInput(c.op(), c.shape, c.storage());
     },
     [](const Choice &c) {
       return lowerSharedInputConvolution(c.lowering, c.op(),
                                          c.filters.front());
     }},
    // Direct.
    {[](const Choice &) { return true; },
     [](const Choice &c) {
       return lowerDirectConvolution(c.lowering, c.ops, c.filters);
     }}};

LogicalResult mlc::lowerConv2D(Lowering &lowering, nn::Conv2DOp op) {
  if (neighbour(op, /*after=*/false))
    return success(); // The first one has computed it.
  SmallVector<nn::Conv2DOp> ops;
  for (nn::Conv2DOp each = op; each; each = neighbour(each, /*after=*/true))
    ops.push_back(each);
  if (ops.size() > 1 && failed(checkSiblings(ops)))
    return failure();
  SmallVector<FloatView> filters;
  for (nn::Conv2DOp each : ops) {
    FailureOr<FloatView> filter = viewConstant(each.getFilter());
    if (failed(filter))
      return each.emitError("has a filter that is not a constant");
    filters.push_back(std::move(*filter));
  }
  ConvolutionShape shape(op, op.getInput().getType().getShape(),
                         op.getType().getShape());
  // The packed weights take their place.
  llvm::scope_exit release([&] {
    for (nn::Conv2DOp each : ops)
      lowering.constants().release(each.getFilter(), each);
  });
  Choice choice(lowering, ops, filters, shape);
  for (const ConvolutionKernel &kernel : kConvolutionKernels)
    if (kernel.fits(choice))
      return kernel.lower(choice);
  llvm_unreachable("the direct kernel computes all of them");
}
