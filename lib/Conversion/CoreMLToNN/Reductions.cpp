// Layers that look at many elements for each result: pooling, reductions,
// normalisation by the input's own statistics.
#include "Patterns.h"

using namespace mlir;
using namespace mlc;

namespace {

struct PoolingPattern : LayerPattern<coreml::PoolingOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::PoolingOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    using Type = coreml::PoolingType;
    RankedTensorType type = converted(op.getOutput());
    if (op.getGlobalPooling()) {
      auto kind = op.getType() == Type::MAX       ? nn::ReduceKind::Max
                  : op.getType() == Type::AVERAGE ? nn::ReduceKind::Mean
                                                  : nn::ReduceKind::L2;
      rewriter.replaceOpWithNewOp<nn::ReduceOp>(op, type, adaptor.getInput(),
                                                ValueRange(), ValueRange(),
                                                kind, ArrayRef<int64_t>{1, 2});
      return success();
    }
    auto kind = op.getType() == Type::MAX       ? nn::PoolKind::Max
                : op.getType() == Type::AVERAGE ? nn::PoolKind::Average
                                                : nn::PoolKind::L2;
    coreml::Window y = coreml::getWindow(op, 0), x = coreml::getWindow(op, 1);
    SmallVector<int64_t> padding = {y.before, paddingAfter(y), x.before,
                                    paddingAfter(x)};
    DenseI64ArrayAttr counted;
    if (kind == nn::PoolKind::Average && !op.getAvgPoolExcludePadding())
      counted = rewriter.getDenseI64ArrayAttr(
          {y.before, std::max<int64_t>(0, y.after), x.before,
           std::max<int64_t>(0, x.after)});
    rewriter.replaceOpWithNewOp<nn::Pool2DOp>(
        op, type, adaptor.getInput(), ValueRange(), ValueRange(),
        nn::PoolKindAttr::get(getContext(), kind),
        rewriter.getDenseI64ArrayAttr({y.kernel, x.kernel}),
        rewriter.getDenseI64ArrayAttr({y.stride, x.stride}),
        rewriter.getDenseI64ArrayAttr(padding), counted);
    return success();
  }
};

struct SoftmaxPattern : LayerPattern<coreml::SoftmaxOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::SoftmaxOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = converted(op.getOutput());
    rewriter.replaceOpWithNewOp<nn::SoftmaxOp>(op, type, adaptor.getInput(),
                                               ValueRange(), ValueRange(),
                                               type.getRank() - 1);
    return success();
  }
};

struct LRNPattern : LayerPattern<coreml::LRNOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::LRNOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<nn::LRNOp>(
        op, converted(op.getOutput()), adaptor.getInput(), ValueRange(),
        ValueRange(), rewriter.getI64IntegerAttr(op.getLocalSize()),
        op.getAlphaAttr(), op.getBetaAttr(), op.getKAttr());
    return success();
  }
};

struct L2NormalizePattern : LayerPattern<coreml::L2NormalizeOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::L2NormalizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<nn::NormalizeOp>(
        op, converted(op.getOutput()), adaptor.getInput(), ValueRange(),
        ValueRange(), nn::NormalizeKind::L2, ArrayRef<int64_t>{1, 2, 3},
        op.getEpsilon());
    return success();
  }
};

struct MVNPattern : LayerPattern<coreml::MVNOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::MVNOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<int64_t> axes = {1, 2};
    if (op.getAcrossChannels())
      axes.push_back(3);
    rewriter.replaceOpWithNewOp<nn::NormalizeOp>(
        op, converted(op.getOutput()), adaptor.getInput(), ValueRange(),
        ValueRange(),
        op.getNormalizeVariance() ? nn::NormalizeKind::MeanVariance
                                  : nn::NormalizeKind::Mean,
        axes, op.getEpsilon());
    return success();
  }
};

} // namespace

static nn::ReduceKind reduceKind(coreml::ReduceOperation mode) {
  using Mode = coreml::ReduceOperation;
  switch (mode) {
  case Mode::SUM:
  case Mode::LOGSUM: // of logarithms, which a map takes
    return nn::ReduceKind::Sum;
  case Mode::AVG:
    return nn::ReduceKind::Mean;
  case Mode::PROD:
    return nn::ReduceKind::Product;
  case Mode::SUMSQUARE:
    return nn::ReduceKind::SumSquare;
  case Mode::L1:
    return nn::ReduceKind::L1;
  case Mode::L2:
    return nn::ReduceKind::L2;
  case Mode::MAX:
    return nn::ReduceKind::Max;
  case Mode::MIN:
    return nn::ReduceKind::Min;
  case Mode::ARGMAX:
    return nn::ReduceKind::ArgMax;
  }
  llvm_unreachable("all modes are handled");
}

namespace {

struct ReducePattern : LayerPattern<coreml::ReduceOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::ReduceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    int64_t rank = cast<ShapedType>(op.getInput().getType()).getRank();
    SmallVector<int64_t> axes;
    for (unsigned axis : coreml::getReducedAxes(op))
      axes.push_back(channelLastAxis(axis, rank));
    llvm::sort(axes);
    Value input = adaptor.getInput();
    if (op.getMode() == coreml::ReduceOperation::LOGSUM)
      input = createMap(
          rewriter, op.getLoc(), input.getType(), input,
          [&](OpBuilder &b, Location loc, ValueRange in) -> Value {
            Value epsilon = scalar(b, loc, op.getEpsilon().convertToDouble());
            return math::LogOp::create(
                b, loc, arith::AddFOp::create(b, loc, in[0], epsilon));
          });
    rewriter.replaceOpWithNewOp<nn::ReduceOp>(op, converted(op.getOutput()),
                                              input, ValueRange(), ValueRange(),
                                              reduceKind(op.getMode()), axes);
    return success();
  }
};

struct DotPattern : LayerPattern<coreml::DotOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::DotOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type type = converted(op.getOutput());
    Value a = adaptor.getInputs()[0], c = adaptor.getInputs()[1];
    auto reduce = [&](Value value, nn::ReduceKind kind) -> Value {
      return nn::ReduceOp::create(rewriter, loc, type, value, ValueRange(),
                                  ValueRange(), kind, ArrayRef<int64_t>{3});
    };
    Value products =
        createMap(rewriter, loc, a.getType(), {a, c},
                  [](OpBuilder &b, Location at, ValueRange in) -> Value {
                    return arith::MulFOp::create(b, at, in[0], in[1]);
                  });
    Value dot = reduce(products, nn::ReduceKind::Sum);
    if (op.getCosineSimilarity())
      dot = createMap(
          rewriter, loc, type,
          {dot, reduce(a, nn::ReduceKind::L2), reduce(c, nn::ReduceKind::L2)},
          [](OpBuilder &b, Location at, ValueRange in) -> Value {
            Value lengths = arith::MulFOp::create(b, at, in[1], in[2]);
            return arith::DivFOp::create(b, at, in[0], lengths);
          });
    rewriter.replaceOp(op, dot);
    return success();
  }
};

} // namespace

void mlc::populateReductionPatterns(const TypeConverter &converter,
                                    RewritePatternSet &patterns) {
  patterns.add<PoolingPattern, SoftmaxPattern, LRNPattern, L2NormalizePattern,
               MVNPattern, ReducePattern, DotPattern>(converter,
                                                      patterns.getContext());
}
