// Layers with weights: convolution, inner product, embedding, normalisation by
// constants, constants themselves, and the preprocessing of images.
#include "Patterns.h"

using namespace mlir;
using namespace mlc;

// x + bias, if there is a bias; an error if it cannot be read.
static FailureOr<Value> addBias(OpBuilder &b, Operation *op, Value value,
                                ElementsAttr bias) {
  if (!bias)
    return value;
  FailureOr<Value> constant = broadcastConstant(b, op->getLoc(), bias, "bias");
  if (failed(constant))
    return op->emitOpError("has an unreadable bias");
  return createMap(b, op->getLoc(), value.getType(), {value, *constant},
                   [](OpBuilder &nested, Location at, ValueRange in) -> Value {
                     return arith::AddFOp::create(nested, at, in[0], in[1]);
                   });
}

// Replaces a layer by `value` + bias.
static LogicalResult replaceBiased(ConversionPatternRewriter &rewriter,
                                   Operation *op, Value value,
                                   ElementsAttr bias) {
  FailureOr<Value> result = addBias(rewriter, op, value, bias);
  if (failed(result))
    return failure();
  rewriter.replaceOp(op, *result);
  return success();
}

// A convolution whose weights are computed: the windows of the input, side by
// side, are one matrix, the weights another.
static LogicalResult convolveWithInput(coreml::ConvolutionOp op,
                                       ValueRange operands,
                                       ConversionPatternRewriter &rewriter) {
  ArrayLayer layer{rewriter, op.getLoc(), op, operands};
  coreml::Window y = coreml::getWindow(op, 0), x = coreml::getWindow(op, 1);
  ArrayRef<int64_t> in =
      cast<RankedTensorType>(operands[0].getType()).getShape();
  int64_t images = in[0], channels = in[3], groups = op.getNGroups(),
          outputs = op.getWeightShape()[0] / groups,
          terms = y.kernel * x.kernel * channels / groups,
          pixels = y.output * x.output;
  if (!coreml::countElements({images, pixels, terms, groups}))
    return op.emitOpError("has windows of more than 2^31 elements together");

  int64_t bottom = paddingAfter(y), right = paddingAfter(x);
  Value padded = operands[0];
  if (y.before || bottom || x.before || right)
    padded = nn::PadOp::create(
        rewriter, layer.loc,
        layer.type({images, y.before + in[1] + bottom, x.before + in[2] + right,
                    channels}),
        padded, ValueRange(), ValueRange(), nn::PadKind::Constant,
        ArrayRef<int64_t>{0, y.before, x.before, 0},
        ArrayRef<int64_t>{0, bottom, right, 0}, APFloat(0.0f));
  // For each tap what all windows read there.
  auto unroll = [&](Value value, const coreml::Window &window, int64_t axis) {
    std::vector<float> order;
    for (int64_t tap = 0; tap < window.kernel; ++tap)
      for (int64_t out = 0; out < window.output; ++out)
        order.push_back(float(out * window.stride + tap * window.dilation));
    return layer.take(value, layer.line(std::move(order), axis, 4), axis,
                      window.kernel * window.output);
  };
  Value taps = unroll(unroll(padded, y, 1), x, 2);
  Value split = layer.reshape(taps, {images, y.kernel, y.output, x.kernel,
                                     x.output, groups, channels / groups});
  Value windows = layer.reshape(
      transposeTo(rewriter, layer.loc, split, {0, 5, 2, 4, 1, 3, 6}),
      {images, groups, pixels, terms});
  // The weights are stored as [O, KH, KW, C/groups].
  Value filter = transposeTo(
      rewriter, layer.loc, layer.reshape(operands[1], {groups, outputs, terms}),
      {0, 2, 1});
  Value product = nn::MatMulOp::create(
      rewriter, layer.loc, layer.type({images, groups, pixels, outputs}),
      windows, filter, ValueRange(), ValueRange());
  Value result =
      layer.reshape(transposeTo(rewriter, layer.loc, product, {0, 2, 1, 3}),
                    {images, y.output, x.output, groups * outputs});
  return replaceBiased(rewriter, op, result, op.getBiasAttr());
}

namespace {

struct ConvolutionPattern : LayerPattern<coreml::ConvolutionOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::ConvolutionOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ElementsAttr weights = op.getWeightsAttr();
    if (Value filter = op.getFilter()) {
      // A constant layer is as good as an attribute.
      auto load = filter.getDefiningOp<coreml::LoadConstantNDOp>();
      if (!load)
        return convolveWithInput(op, adaptor.getOperands(), rewriter);
      weights = load.getData();
    }
    coreml::Window y = coreml::getWindow(op, 0), x = coreml::getWindow(op, 1);
    auto strides = rewriter.getDenseI64ArrayAttr({y.stride, x.stride});
    auto dilations = rewriter.getDenseI64ArrayAttr({y.dilation, x.dilation});
    ArrayRef<int64_t> shape = op.getWeightShape();
    // [O, C/groups, KH, KW] or, transposed, [C, O/groups, KH, KW].
    SmallVector<int64_t> order = {2, 3, 1, 0};
    if (op.getIsDeconvolution())
      order = {2, 3, 0, 1};
    FailureOr<std::vector<float>> filter = permuteWeights(weights, order);
    if (failed(filter))
      return op.emitOpError("has unreadable weights");
    if (!op.getFilter())
      release(weights);
    Value constant =
        makeConstant(rewriter, op.getLoc(),
                     {shape[2], shape[3], shape[order[2]], shape[order[3]]},
                     std::move(*filter), "filter");
    auto groups = rewriter.getI64IntegerAttr(op.getNGroups());
    Value result;
    if (op.getIsDeconvolution())
      result = nn::ConvTranspose2DOp::create(
          rewriter, op.getLoc(), converted(op.getOutput()), adaptor.getInput(),
          constant, ValueRange(), ValueRange(), strides, dilations,
          rewriter.getDenseI64ArrayAttr({y.before, x.before}), groups);
    else
      result = nn::Conv2DOp::create(
          rewriter, op.getLoc(), converted(op.getOutput()), adaptor.getInput(),
          constant, ValueRange(), ValueRange(), strides, dilations,
          rewriter.getDenseI64ArrayAttr(
              {y.before, paddingAfter(y), x.before, paddingAfter(x)}),
          groups);
    return replaceBiased(rewriter, op, result, op.getBiasAttr());
  }
};

// An inner product is a convolution whose window is the whole input: the order
// of the elements is settled in the filter.
struct InnerProductPattern : LayerPattern<coreml::InnerProductOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::InnerProductOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape =
        cast<ShapedType>(op.getInput().getType()).getShape();
    Value input = adaptor.getInput();
    // The last dimension of up to three holds the channels: a row of them is
    // an image of one pixel.
    if (shape.size() < 4) {
      int64_t rows =
          cast<ShapedType>(op.getInput().getType()).getNumElements() /
          shape.back();
      Value whole = toLogical(rewriter, op.getLoc(), input, shape);
      input =
          reshapeTo(rewriter, op.getLoc(), whole, {rows, 1, 1, shape.back()});
    }
    ArrayRef<int64_t> in = cast<RankedTensorType>(input.getType()).getShape();
    FailureOr<FloatView> view = viewFloats(op.getWeights());
    if (failed(view))
      return op.emitOpError("has unreadable weights");
    ArrayRef<float> weights = *view;
    int64_t rows = in[1], columns = in[2], channels = in[3];
    int64_t inputs = rows * columns * channels;
    int64_t outputs = cast<ShapedType>(op.getWeights().getType()).getDimSize(0);
    std::vector<float> filter(weights.size());
    // Blocks of outputs keep the writes in a few cache lines.
    constexpr int64_t kBlock = 16;
    for (int64_t o = 0; o < outputs; o += kBlock)
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t pixel = 0; pixel < rows * columns; ++pixel)
          for (int64_t i = o; i < std::min(outputs, o + kBlock); ++i)
            filter[(pixel * channels + c) * outputs + i] =
                weights[i * inputs + c * rows * columns + pixel];
    release(op.getWeights());
    Value constant =
        makeConstant(rewriter, op.getLoc(), {rows, columns, channels, outputs},
                     std::move(filter), "filter");
    auto ones = rewriter.getDenseI64ArrayAttr({1, 1});
    auto type =
        RankedTensorType::get({in[0], 1, 1, outputs}, rewriter.getF32Type());
    Value result = nn::Conv2DOp::create(
        rewriter, op.getLoc(), type, input, constant, ValueRange(),
        ValueRange(), ones, ones, rewriter.getDenseI64ArrayAttr({0, 0, 0, 0}),
        rewriter.getI64IntegerAttr(1));
    FailureOr<Value> biased = addBias(rewriter, op, result, op.getBiasAttr());
    if (failed(biased))
      return failure();
    result = *biased;
    if (shape.size() < 4)
      result =
          fromLogical(rewriter, op.getLoc(), result,
                      cast<ShapedType>(op.getOutput().getType()).getShape());
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct EmbeddingPattern : LayerPattern<coreml::EmbeddingOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::EmbeddingOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ArrayRef<int64_t> shape =
        cast<ShapedType>(op.getWeights().getType()).getShape();
    FailureOr<std::vector<float>> table =
        permuteWeights(op.getWeights(), {1, 0});
    if (failed(table))
      return op.emitOpError("has unreadable weights");
    Value constant = makeConstant(rewriter, op.getLoc(), {shape[1], shape[0]},
                                  std::move(*table), "table");
    Value result = nn::GatherOp::create(
        rewriter, op.getLoc(), converted(op.getOutput()), adaptor.getInput(),
        constant, ValueRange(), ValueRange());
    return replaceBiased(rewriter, op, result, op.getBiasAttr());
  }
};

// x * scale + shift with one number of each for a channel.
Value scaleAndShift(OpBuilder &b, Location loc, Value value,
                    std::vector<float> scale, std::vector<float> shift) {
  int64_t channels = scale.size();
  Value scales = makeConstant(b, loc, {channels}, std::move(scale), "scale");
  Value shifts = makeConstant(b, loc, {channels}, std::move(shift), "shift");
  return createMap(b, loc, value.getType(), {value, scales, shifts},
                   [](OpBuilder &nested, Location at, ValueRange in) -> Value {
                     Value scaled =
                         arith::MulFOp::create(nested, at, in[0], in[1]);
                     return arith::AddFOp::create(nested, at, scaled, in[2]);
                   });
}

struct BatchnormPattern : LayerPattern<coreml::BatchnormOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::BatchnormOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    FailureOr<std::vector<float>> gamma = readFloats(op.getGamma()),
                                  beta = readFloats(op.getBeta());
    if (failed(gamma) || failed(beta))
      return op.emitOpError("has unreadable parameters");
    Value input = adaptor.getInput();
    if (op.getComputeMeanVar()) {
      SmallVector<int64_t> axes = {1, 2};
      if (!op.getInstanceNormalization())
        axes = {0, 1, 2};
      input = nn::NormalizeOp::create(
          rewriter, op.getLoc(), input.getType(), input, ValueRange(),
          ValueRange(), nn::NormalizeKind::MeanVariance, axes, op.getEpsilon());
    } else {
      FailureOr<std::vector<float>> mean = readFloats(op.getMeanAttr()),
                                    variance = readFloats(op.getVarianceAttr());
      if (failed(mean) || failed(variance))
        return op.emitOpError("has unreadable parameters");
      double epsilon = op.getEpsilon().convertToDouble();
      for (size_t i = 0; i < gamma->size(); ++i) {
        double scale =
            (*gamma)[i] / std::sqrt(double((*variance)[i]) + epsilon);
        (*beta)[i] = float((*beta)[i] - (*mean)[i] * scale);
        (*gamma)[i] = float(scale);
      }
    }
    rewriter.replaceOp(op, scaleAndShift(rewriter, op.getLoc(), input,
                                         std::move(*gamma), std::move(*beta)));
    return success();
  }
};

struct ScalePattern : LayerPattern<coreml::ScaleOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::ScaleOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    FailureOr<Value> scale =
        broadcastConstant(rewriter, op.getLoc(), op.getScale(), "scale");
    if (failed(scale))
      return op.emitOpError("has an unreadable scale");
    Value scaled =
        createMap(rewriter, op.getLoc(), converted(op.getOutput()),
                  {adaptor.getInput(), *scale},
                  [](OpBuilder &nested, Location at, ValueRange in) -> Value {
                    return arith::MulFOp::create(nested, at, in[0], in[1]);
                  });
    return replaceBiased(rewriter, op, scaled, op.getBiasAttr());
  }
};

struct BiasPattern : LayerPattern<coreml::BiasOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::BiasOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    return replaceBiased(rewriter, op, adaptor.getInput(), op.getBiasAttr());
  }
};

struct LoadConstantPattern : LayerPattern<coreml::LoadConstantOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::LoadConstantOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    FailureOr<std::vector<float>> data =
        permuteWeights(op.getData(), {1, 2, 0});
    if (failed(data))
      return op.emitOpError("has unreadable data");
    rewriter.replaceOp(op, makeConstant(rewriter, op.getLoc(),
                                        converted(op.getOutput()).getShape(),
                                        std::move(*data), "constant"));
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Preprocessing
//===----------------------------------------------------------------------===//

struct ScalerPattern : LayerPattern<coreml::ScalerOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::ScalerOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    int64_t channels = converted(op.getOutput()).getDimSize(3);
    std::vector<float> scale(channels, op.getChannelScale().convertToFloat());
    std::vector<float> bias;
    for (int64_t c = 0; c < channels; ++c)
      bias.push_back(coreml::getChannelBias(op, c));
    rewriter.replaceOp(op,
                       scaleAndShift(rewriter, op.getLoc(), adaptor.getInput(),
                                     std::move(scale), std::move(bias)));
    return success();
  }
};

struct MeanImagePattern : LayerPattern<coreml::MeanImageOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::MeanImageOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    FailureOr<Value> mean =
        broadcastConstant(rewriter, op.getLoc(), op.getMeanImage(), "mean");
    if (failed(mean))
      return op.emitOpError("has an unreadable mean image");
    rewriter.replaceOp(
        op,
        createMap(rewriter, op.getLoc(), converted(op.getOutput()),
                  {adaptor.getInput(), *mean},
                  [](OpBuilder &nested, Location at, ValueRange in) -> Value {
                    return arith::SubFOp::create(nested, at, in[0], in[1]);
                  }));
    return success();
  }
};

} // namespace

void mlc::populateLinearPatterns(const TypeConverter &converter,
                                 RewritePatternSet &patterns) {
  patterns.add<ConvolutionPattern, InnerProductPattern, EmbeddingPattern,
               BatchnormPattern, ScalePattern, BiasPattern, LoadConstantPattern,
               ScalerPattern, MeanImagePattern>(converter,
                                                patterns.getContext());
}
