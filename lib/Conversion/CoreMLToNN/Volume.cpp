// Windows over volumes, in terms of those over images, random numbers,
// which are constants, and the choice of boxes.
#include "Formula.h"

#include "mlc/Support/Random.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

using Results = SmallVector<Value>;

static constexpr int64_t kMaxConstantElements = int64_t(1) << 24;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

// Pools rows and columns of `input`. What counts as padding is all padding.
static Value pool(ArrayLayer &layer, coreml::Pooling3DOp op, Value input,
                  const coreml::Window &y, const coreml::Window &x) {
  SmallVector<int64_t> shape(shapeOf(input));
  shape[1] = y.output;
  shape[2] = x.output;
  bool isMean = op.getType() == coreml::PoolingType::AVERAGE;
  auto padding = [](int64_t before, const coreml::Window &window) {
    return std::pair(before, paddingAfter(window));
  };
  auto [top, bottom] = padding(y.before, y);
  auto [left, right] = padding(x.before, x);
  DenseI64ArrayAttr counted;
  if (isMean && !op.getCountExcludePadding())
    counted =
        layer.b.getDenseI64ArrayAttr({y.before, y.after, x.before, x.after});
  return nn::Pool2DOp::create(
      layer.b, layer.loc, layer.type(shape), input, ValueRange(), ValueRange(),
      nn::PoolKindAttr::get(layer.b.getContext(),
                            isMean ? nn::PoolKind::Average : nn::PoolKind::Max),
      layer.b.getDenseI64ArrayAttr({y.kernel, x.kernel}),
      layer.b.getDenseI64ArrayAttr({y.stride, x.stride}),
      layer.b.getDenseI64ArrayAttr({top, bottom, left, right}), counted);
}

namespace mlc {

// A volume is stored as [images, H, W, D]: height and width are pooled first,
// with the depth as channels, then the depth as rows. The mean of means is the
// mean, for the elements of a window that count are a box.
static Results convert(coreml::Pooling3DOp op, ArrayLayer &layer) {
  coreml::Window z = coreml::getWindow(op, 0), y = coreml::getWindow(op, 1),
                 x = coreml::getWindow(op, 2);
  Value planes = pool(layer, op, layer.operands[0], y, x);
  int64_t images = shapeOf(planes)[0];
  Value depth = transposeTo(layer.b, layer.loc, planes, {0, 3, 1, 2});
  depth = layer.reshape(depth, {images, z.input, 1, y.output * x.output});
  depth = pool(layer, op, depth, z, {1, 1, 1, 1, 1, 0, 0});
  return {layer.give(depth)};
}

static Results convert(coreml::GlobalPooling3DOp op, ArrayLayer &layer) {
  auto kind = op.getType() == coreml::PoolingType::MAX ? nn::ReduceKind::Max
                                                       : nn::ReduceKind::Mean;
  int64_t images = shapeOf(layer.operands[0])[0];
  return {nn::ReduceOp::create(
      layer.b, layer.loc, layer.type({images, 1, 1, 1}), layer.operands[0],
      ValueRange(), ValueRange(), kind, ArrayRef<int64_t>{1, 2, 3})};
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

// Where in the depth tap `tap` of output `out` reads; beyond for nothing.
static int64_t depthOf(const coreml::Window &z, bool transposed, int64_t out,
                       int64_t tap) {
  int64_t at = transposed ? out + z.before - tap * z.dilation
                          : out * z.stride + tap * z.dilation - z.before;
  if (transposed) {
    if (at % z.stride)
      return z.input;
    at /= z.stride;
  }
  return at < 0 || at >= z.input ? z.input : at;
}

// The slices of the depth that each output reads, side by side as channels:
// [N * outputs, H, W, groups * taps * channels of a group].
static Value unrollDepth(ArrayLayer &layer, coreml::Convolution3DOp op,
                         const coreml::Window &z) {
  ArrayRef<int64_t> in = layer.inShape();
  int64_t n = in[0], c = in[1], h = in[3], w = in[4], groups = op.getNGroups();
  Value volume =
      transposeTo(layer.b, layer.loc, layer.input(), {0, 2, 3, 4, 1});
  // One slice of zeros behind the last, for taps outside.
  Value padded = nn::PadOp::create(
      layer.b, layer.loc, layer.type({n, z.input + 1, h, w, c}), volume,
      ValueRange(), ValueRange(), nn::PadKind::Constant,
      ArrayRef<int64_t>{0, 0, 0, 0, 0}, ArrayRef<int64_t>{0, 1, 0, 0, 0},
      APFloat(0.0f));
  std::vector<float> order;
  for (int64_t out = 0; out < z.output; ++out)
    for (int64_t tap = 0; tap < z.kernel; ++tap)
      order.push_back(float(depthOf(z, op.getIsDeconvolution(), out, tap)));
  Value slices = layer.take(padded, layer.line(std::move(order), 1, 5), 1,
                            z.output * z.kernel);
  Value split =
      layer.reshape(slices, {n * z.output, z.kernel, h, w, groups, c / groups});
  Value moved = transposeTo(layer.b, layer.loc, split, {0, 2, 3, 4, 1, 5});
  return layer.reshape(moved, {n * z.output, h, w, z.kernel * c});
}

// The filter for unrolled depth: [KH, KW, taps * channels, outputs], where the
// channels are those of a group, or for a deconvolution of all groups.
static FailureOr<Value> unrollFilter(ArrayLayer &layer,
                                     coreml::Convolution3DOp op) {
  ArrayRef<int64_t> k = op.getWeights().getShapedType().getShape();
  int64_t groups = op.getNGroups();
  if (!op.getIsDeconvolution()) {
    auto data = permuteWeights(op.getWeights(), {3, 4, 2, 1, 0});
    if (failed(data))
      return failure();
    return makeConstant(layer.b, layer.loc, {k[3], k[4], k[2] * k[1], k[0]},
                        std::move(*data), "filter");
  }
  // [inputs, outputs, D, H, W], whose inputs are [groups, channels].
  auto data = readFloats(op.getWeightsAttr());
  if (failed(data))
    return failure();
  int64_t channels = k[0] / groups;
  Value whole = makeConstant(layer.b, layer.loc,
                             {groups, channels, k[1], k[2], k[3], k[4]},
                             std::move(*data), "filter");
  Value moved = transposeTo(layer.b, layer.loc, whole, {4, 5, 0, 3, 1, 2});
  return layer.reshape(moved, {k[3], k[4], groups * k[2] * channels, k[1]});
}

// Depth becomes channels, so a convolution of images does the work.
static Results convert(coreml::Convolution3DOp op, ArrayLayer &layer) {
  coreml::Window z = coreml::getWindow(op, 0), y = coreml::getWindow(op, 1),
                 x = coreml::getWindow(op, 2);
  ArrayRef<int64_t> in = layer.inShape(), out = layer.outShape();
  if (z.output * z.kernel > kMaxConstantElements ||
      !coreml::countElements(
          {in[0] * z.output, z.kernel, in[1], in[3], in[4]})) {
    op.emitOpError("has too many windows in its depth");
    return {};
  }
  auto filter = unrollFilter(layer, op);
  if (failed(filter)) {
    op.emitOpError("has unreadable weights");
    return {};
  }
  Value input = unrollDepth(layer, op, z);
  RankedTensorType type = layer.type({out[0] * out[2], out[3], out[4], out[1]});
  OpBuilder &b = layer.b;
  auto strides = b.getDenseI64ArrayAttr({y.stride, x.stride}),
       dilations = b.getDenseI64ArrayAttr({y.dilation, x.dilation});
  auto groups = b.getI64IntegerAttr(op.getNGroups());
  Value result;
  if (op.getIsDeconvolution())
    result = nn::ConvTranspose2DOp::create(
        b, layer.loc, type, input, *filter, ValueRange(), ValueRange(), strides,
        dilations, b.getDenseI64ArrayAttr({y.before, x.before}), groups);
  else
    result = nn::Conv2DOp::create(
        b, layer.loc, type, input, *filter, ValueRange(), ValueRange(), strides,
        dilations,
        b.getDenseI64ArrayAttr(
            {y.before, paddingAfter(y), x.before, paddingAfter(x)}),
        groups);
  if (op.getBiasAttr()) {
    auto bias = broadcastConstant(b, layer.loc, op.getBiasAttr(), "bias");
    if (failed(bias)) {
      op.emitOpError("has an unreadable bias");
      return {};
    }
    result = layer.map(type.getShape(), {result, *bias},
                       [](OpBuilder &nested, Location loc, ValueRange in) {
                         return Formula{nested, loc}.add(in[0], in[1]);
                       });
  }
  Value volume =
      layer.reshape(result, {out[0], out[2], out[3], out[4], out[1]});
  return {layer.give(transposeTo(b, layer.loc, volume, {0, 4, 1, 2, 3}))};
}

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

// A constant of what `make` gives for a number of elements.
static Results random(ArrayLayer &layer,
                      function_ref<std::vector<float>(int64_t)> make) {
  int64_t count =
      cast<ShapedType>(layer.op->getResult(0).getType()).getNumElements();
  if (count > kMaxConstantElements) {
    layer.op->emitOpError()
        << "has " << count << " elements, which is too many";
    return {};
  }
  return {layer.give(makeConstant(layer.b, layer.loc, layer.outShape(),
                                  make(count), "random"))};
}

template <typename Op> static Results normal(Op op, ArrayLayer &layer) {
  return random(layer, [&](int64_t count) {
    return randomNormal(op.getSeed(), count, op.getMean().convertToDouble(),
                        op.getStdDev().convertToDouble());
  });
}
template <typename Op> static Results uniform(Op op, ArrayLayer &layer) {
  return random(layer, [&](int64_t count) {
    return randomUniform(op.getSeed(), count, op.getMinVal().convertToDouble(),
                         op.getMaxVal().convertToDouble());
  });
}
template <typename Op> static Results bernoulli(Op op, ArrayLayer &layer) {
  return random(layer, [&](int64_t count) {
    return randomBernoulli(op.getSeed(), count, op.getProb().convertToDouble());
  });
}
#define RANDOM(Kind, function)                                                 \
  static Results convert(coreml::Random##Kind##LikeOp op, ArrayLayer &layer) { \
    return function(op, layer);                                                \
  }                                                                            \
  static Results convert(coreml::Random##Kind##StaticOp op,                    \
                         ArrayLayer &layer) {                                  \
    return function(op, layer);                                                \
  }                                                                            \
  static Results convert(coreml::Random##Kind##DynamicOp op,                   \
                         ArrayLayer &layer) {                                  \
    return function(op, layer);                                                \
  }
RANDOM(Normal, normal)
RANDOM(Uniform, uniform)
RANDOM(Bernoulli, bernoulli)
#undef RANDOM

// The number of classes whose running sum of probabilities a uniform random
// number reaches, but never the last.
static Results convert(coreml::CategoricalDistributionOp op,
                       ArrayLayer &layer) {
  ArrayRef<int64_t> in = layer.inShape(), out = layer.outShape();
  int64_t classes = in.back(), samples = out.back(), rows = 1;
  for (int64_t size : in.drop_back())
    rows *= size;
  if (rows * samples > kMaxConstantElements ||
      !coreml::countElements({rows, classes, samples})) {
    op.emitOpError("draws too many samples");
    return {};
  }
  OpBuilder &b = layer.b;
  Value weights = layer.reshape(layer.input(), {rows, classes});
  if (op.getIsLogits()) {
    weights = layer.map(
        {rows, classes}, weights,
        [&](OpBuilder &nested, Location loc, ValueRange x) {
          Formula f{nested, loc};
          return f.div(x[0], f.number(op.getTemperature().convertToDouble()));
        });
    weights = nn::SoftmaxOp::create(b, layer.loc, layer.type({rows, classes}),
                                    weights, ValueRange(), ValueRange(), 1);
  } else {
    weights =
        layer.map({rows, classes}, weights,
                  [&](OpBuilder &nested, Location loc, ValueRange x) {
                    Formula f{nested, loc};
                    return f.add(x[0], f.number(op.getEps().convertToDouble()));
                  });
  }
  Value sums = nn::CumSumOp::create(b, layer.loc, layer.type({rows, classes}),
                                    weights, ValueRange(), ValueRange(), 1,
                                    /*exclusive=*/false, /*reverse=*/false);
  // The last sum is the total; its own class is what is left.
  Value total = nn::SliceOp::create(b, layer.loc, layer.type({rows, 1}), sums,
                                    ArrayRef<int64_t>{0, classes - 1},
                                    ArrayRef<int64_t>{1, 1});
  Value units =
      makeConstant(b, layer.loc, {rows, 1, samples},
                   randomUniform(op.getSeed(), rows * samples, 0, 1), "random");
  Value reached = layer.map(
      {rows, classes, samples},
      {layer.reshape(sums, {rows, classes, 1}),
       layer.reshape(total, {rows, 1, 1}), units, layer.iota(classes, 1, 3)},
      [&](OpBuilder &nested, Location loc, ValueRange x) {
        Formula f{nested, loc};
        Value one =
            f.atLeast(f.mul(x[2], x[1]), x[0], f.number(1), f.number(0));
        Value isLast = f.compare(arith::CmpFPredicate::OEQ, x[3],
                                 f.number(double(classes - 1)));
        return f.select(isLast, f.number(0), one);
      });
  Value counts = nn::ReduceOp::create(
      b, layer.loc, layer.type({rows, 1, samples}), reached, ValueRange(),
      ValueRange(), nn::ReduceKind::Sum, ArrayRef<int64_t>{1});
  return {layer.give(counts)};
}

//===----------------------------------------------------------------------===//
// Boxes
//===----------------------------------------------------------------------===//

// A limit of the suppression: an input, or the attribute.
static Value limit(ArrayLayer &layer, unsigned index,
                   const APFloat &otherwise) {
  if (layer.operands.size() > index)
    return layer.reshape(layer.input(index), {1});
  return makeConstant(layer.b, layer.loc, {1}, {otherwise.convertToFloat()},
                      "limit");
}

// Whether the input for maxBoxes says only when the network runs how many rows
// the results should have; then they have as many as there can be.
static bool hasSpareRows(coreml::NonMaximumSuppressionOp op, int64_t rows) {
  if (op.getInputs().size() < 5)
    return false;
  auto known = coreml::getKnownElements(op.getInputs()[4]);
  return !known || std::llround(known->front()) != rows;
}

// Spare rows are right for a model's outputs, whose count is another output,
// but not for layers: the mean of a dimension depends on its size.
static LogicalResult needOutputsOnly(coreml::NonMaximumSuppressionOp op) {
  for (Value result : op.getResults().drop_back())
    for (Operation *user : result.getUsers()) {
      auto func = dyn_cast<func::FuncOp>(user->getParentOp());
      if (!isa<func::ReturnOp>(user) || !func || func.isPrivate())
        return op.emitOpError("has a shape that depends on data: maxBoxes is "
                              "not known when compiling, so its boxes can "
                              "only be outputs of the model");
    }
  return success();
}

// The first `most` of the indices, then -1.
static Value keepFirst(ArrayLayer &layer, Value indices, Value most) {
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(indices.getType()).getShape();
  return layer.map(shape, {indices, layer.iota(shape[1], 1, 2), most},
                   [](OpBuilder &b, Location loc, ValueRange in) {
                     Formula f{b, loc};
                     // As rounding to the nearest number of boxes has it.
                     return f.atLeast(in[2], f.add(in[1], f.number(0.5)), in[0],
                                      f.number(-1));
                   });
}

static Results convert(coreml::NonMaximumSuppressionOp op, ArrayLayer &layer) {
  ArrayRef<int64_t> scoreShape = layer.inShape(1), out = layer.outShape(2);
  int64_t batch = scoreShape[0], boxes = scoreShape[1], count = out[1];
  Value scores = layer.input(1);
  auto best = [&](nn::ReduceKind kind) {
    Value reduced = nn::ReduceOp::create(
        layer.b, layer.loc, layer.type({batch, boxes, 1}), scores, ValueRange(),
        ValueRange(), kind, ArrayRef<int64_t>{2});
    return layer.reshape(reduced, {batch, boxes});
  };
  Value classes = op.getPerClassSuppression()
                      ? best(nn::ReduceKind::ArgMax)
                      : makeConstant(layer.b, layer.loc, {1}, {0}, "class");
  Value indices = nn::NMSOp::create(
      layer.b, layer.loc, layer.type(out), layer.input(0),
      best(nn::ReduceKind::Max), classes, limit(layer, 2, op.getIouThreshold()),
      limit(layer, 3, op.getScoreThreshold()));
  if (hasSpareRows(op, count)) {
    if (failed(needOutputsOnly(op)))
      return {};
    indices = keepFirst(layer, indices, layer.reshape(layer.input(4), {1}));
  }

  Value rows = layer.reshape(indices, {batch, count, 1});
  auto chosen = [&](Value from, ArrayRef<int64_t> shape) {
    Value taken = layer.take(from, rows, 1, count);
    return layer.map(shape, {taken, rows},
                     [](OpBuilder &b, Location loc, ValueRange in) {
                       Formula f{b, loc};
                       return f.atLeast(in[1], f.number(0), in[0], f.number(0));
                     });
  };
  Value exists =
      layer.map(out, indices, [](OpBuilder &b, Location loc, ValueRange in) {
        Formula f{b, loc};
        return f.atLeast(in[0], f.number(0), f.number(1), f.number(0));
      });
  Value number = nn::ReduceOp::create(
      layer.b, layer.loc, layer.type({batch, 1}), exists, ValueRange(),
      ValueRange(), nn::ReduceKind::Sum, ArrayRef<int64_t>{1});
  return {layer.give(chosen(layer.input(0), layer.outShape(0)), 0),
          layer.give(chosen(scores, layer.outShape(1)), 1),
          layer.give(indices, 2), layer.give(number, 3)};
}

} // namespace mlc

void mlc::populateVolumePatterns(const TypeConverter &converter,
                                 RewritePatternSet &patterns) {
  using namespace coreml;
  addArrayPatterns<Pooling3DOp, GlobalPooling3DOp, Convolution3DOp>(converter,
                                                                    patterns);
  addArrayPatterns<
      RandomNormalLikeOp, RandomNormalStaticOp, RandomNormalDynamicOp,
      RandomUniformLikeOp, RandomUniformStaticOp, RandomUniformDynamicOp,
      RandomBernoulliLikeOp, RandomBernoulliStaticOp, RandomBernoulliDynamicOp,
      CategoricalDistributionOp, NonMaximumSuppressionOp>(converter, patterns);
}
