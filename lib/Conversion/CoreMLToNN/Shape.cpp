// Layers that move elements: they become views, padding or resampling.
#include "Patterns.h"

using namespace mlir;
using namespace mlc;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static int64_t rankOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getRank();
}

// A box of the channel-last `input`.
static Value slice(OpBuilder &b, Location loc, Value input,
                   RankedTensorType type, int64_t axis, int64_t begin,
                   int64_t stride) {
  SmallVector<int64_t> offsets(type.getRank(), 0), strides(type.getRank(), 1);
  offsets[axis] = begin;
  strides[axis] = stride;
  return b.createOrFold<nn::SliceOp>(loc, type, input, offsets, strides);
}

namespace {

struct ConcatPattern : LayerPattern<coreml::ConcatOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::ConcatOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = converted(op.getOutput());
    // Seq is the first part of the batch.
    int64_t axis = op.getSequenceConcat() ? 0 : type.getRank() - 1;
    rewriter.replaceOpWithNewOp<nn::ConcatOp>(op, type, adaptor.getInputs(),
                                              axis, /*in_place=*/false);
    return success();
  }
};

struct SplitPattern : LayerPattern<coreml::SplitOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::SplitOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    SmallVector<Value> parts;
    int64_t begin = 0;
    for (Value output : op.getOutputs()) {
      RankedTensorType type = converted(output);
      int64_t axis = type.getRank() - 1;
      parts.push_back(slice(rewriter, op.getLoc(), adaptor.getInput(), type,
                            axis, begin, 1));
      begin += type.getDimSize(axis);
    }
    rewriter.replaceOp(op, parts);
    return success();
  }
};

struct SlicePattern : LayerPattern<coreml::SliceOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::SliceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    coreml::SliceRange range = coreml::getSliceRange(op);
    rewriter.replaceOp(op,
                       slice(rewriter, op.getLoc(), adaptor.getInput(),
                             converted(op.getOutput()),
                             channelLastAxis(range.axis, rankOf(op.getInput())),
                             range.begin, range.stride));
    return success();
  }
};

struct CropPattern : LayerPattern<coreml::CropOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::CropOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto [top, left] = coreml::getCropOffset(op);
    rewriter.replaceOp(op, rewriter.createOrFold<nn::SliceOp>(
                               op.getLoc(), converted(op.getOutput()),
                               adaptor.getInputs().front(),
                               ArrayRef<int64_t>{0, top, left, 0},
                               ArrayRef<int64_t>{1, 1, 1, 1}));
    return success();
  }
};

struct PaddingPattern : LayerPattern<coreml::PaddingOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::PaddingOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    using Mode = coreml::PaddingMode;
    auto kind = op.getMode() == Mode::constant     ? nn::PadKind::Constant
                : op.getMode() == Mode::reflection ? nn::PadKind::Reflect
                                                   : nn::PadKind::Replicate;
    ArrayRef<int64_t> amounts = op.getPaddingAmounts();
    int64_t rank = rankOf(op.getInput());
    SmallVector<int64_t> low(rankOf(adaptor.getInput()), 0), high(low);
    for (int64_t d : {0, 1}) {
      int64_t axis = channelLastAxis(rank - 2 + d, rank);
      low[axis] = amounts[2 * d];
      high[axis] = amounts[2 * d + 1];
    }
    rewriter.replaceOpWithNewOp<nn::PadOp>(
        op, converted(op.getOutput()), adaptor.getInput(), ValueRange(),
        ValueRange(), nn::PadKindAttr::get(getContext(), kind),
        rewriter.getDenseI64ArrayAttr(low), rewriter.getDenseI64ArrayAttr(high),
        op.getValueAttr());
    return success();
  }
};

// Which input position each position of an upsampled dimension reads.
struct Sampling {
  double scale, offset;
};

Sampling samplingOf(coreml::UpsampleOp op, int64_t input, int64_t output,
                    unsigned dimension) {
  using Mode = coreml::LinearUpsampleMode;
  double n = input, m = output;
  if (op.getMode() == coreml::InterpolationMode::NN) {
    double factor = op.getFractionalScalingFactor()
                        ? (*op.getFractionalScalingFactor())[dimension]
                        : double(op.getScalingFactor()[dimension]);
    return {1 / factor, 0};
  }
  switch (op.getLinearUpsampleMode()) {
  case Mode::DEFAULT:
    return {m > 1 ? (n - n / m) / (m - 1) : 0, 0};
  case Mode::ALIGN_CORNERS_TRUE:
    return {m > 1 ? (n - 1) / (m - 1) : 0, 0};
  case Mode::ALIGN_CORNERS_FALSE:
    return {n / m, 0.5 * n / m - 0.5};
  }
  llvm_unreachable("all modes are handled");
}

struct UpsamplePattern : LayerPattern<coreml::UpsampleOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::UpsampleOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = converted(op.getOutput());
    ArrayRef<int64_t> in = shapeOf(adaptor.getInput()), out = type.getShape();
    Sampling y = samplingOf(op, in[1], out[1], 0),
             x = samplingOf(op, in[2], out[2], 1);
    auto kind = op.getMode() == coreml::InterpolationMode::NN
                    ? nn::ResizeKind::Nearest
                    : nn::ResizeKind::Bilinear;
    rewriter.replaceOpWithNewOp<nn::ResizeOp>(
        op, type, adaptor.getInput(), ValueRange(), ValueRange(), kind,
        ArrayRef<double>{y.scale, x.scale},
        ArrayRef<double>{y.offset, x.offset});
    return success();
  }
};

struct ReorganizeDataPattern : LayerPattern<coreml::ReorganizeDataOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::ReorganizeDataOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    using Mode = coreml::ReorganizationType;
    Value input = adaptor.getInput();
    ArrayRef<int64_t> in = shapeOf(input);
    int64_t block = op.getBlockSize();
    SmallVector<int64_t> parts, order = {0, 1, 3, 2, 4, 5};
    if (op.getMode() == Mode::SPACE_TO_DEPTH) {
      parts = {in[0], in[1] / block, block, in[2] / block, block, in[3]};
    } else if (op.getMode() == Mode::DEPTH_TO_SPACE) {
      parts = {in[0], in[1], in[2], block, block, in[3] / (block * block)};
    } else {
      parts = {in[0], in[1], in[2], in[3] / (block * block), block, block};
      order = {0, 1, 4, 2, 5, 3};
    }
    Location loc = op.getLoc();
    Value split = reshapeTo(rewriter, loc, input, parts);
    Value moved = transposeTo(rewriter, loc, split, order);
    rewriter.replaceOp(op, reshapeTo(rewriter, loc, moved,
                                     converted(op.getOutput()).getShape()));
    return success();
  }
};

// The storage order of a coreml value's dimensions: batch, H, W, C.
SmallVector<int64_t> storageOrder(int64_t rank) {
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < rank; ++i)
    order.push_back(i);
  if (rank >= 3) {
    order[rank - 3] = rank - 2;
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 3;
  }
  return order;
}

struct PermutePattern : LayerPattern<coreml::PermuteOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::PermuteOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ArrayRef<int64_t> in = shapeOf(op.getInput());
    int64_t rank = in.size();
    SmallVector<int64_t> permutation = coreml::getPermutation(op);
    SmallVector<int64_t> order = storageOrder(rank), place(rank), shape, moves;
    for (int64_t i = 0; i < rank; ++i) {
      place[order[i]] = i;
      shape.push_back(in[order[i]]);
    }
    for (int64_t i = 0; i < rank; ++i)
      moves.push_back(place[permutation[order[i]]]);
    Location loc = op.getLoc();
    Value whole = reshapeTo(rewriter, loc, adaptor.getInput(), shape);
    Value moved = transposeTo(rewriter, loc, whole, moves);
    rewriter.replaceOp(op, reshapeTo(rewriter, loc, moved,
                                     converted(op.getOutput()).getShape()));
    return success();
  }
};

// Another shape for the same elements: in the order of memory if channels are
// last, else in channel-first order, from which they are put back.
Value reshapeImage(OpBuilder &b, Location loc, Value value,
                   RankedTensorType type, bool channelLast) {
  if (channelLast)
    return reshapeTo(b, loc, value, type.getShape());
  ArrayRef<int64_t> out = type.getShape();
  Value planes = transposeTo(b, loc, value, {0, 3, 1, 2});
  Value shaped = reshapeTo(b, loc, planes, {out[0], out[3], out[1], out[2]});
  return transposeTo(b, loc, shaped, {0, 2, 3, 1});
}

// A reshape to another Seq, which goes over the sequence of each image of a
// batch.
static Value reshapeSequences(OpBuilder &b, Location loc, Value value,
                              coreml::ReshapeOp op, RankedTensorType type) {
  ArrayRef<int64_t> in = shapeOf(op.getInput()), out = shapeOf(op.getOutput());
  auto swapped = [&](Value images, ArrayRef<int64_t> rows, int64_t first,
                     int64_t second) {
    // [first * second, ...] to [second * first, ...]
    int64_t row = rows[1] * rows[2] * rows[3];
    Value parts = reshapeTo(b, loc, images, {first, second, row});
    return reshapeTo(b, loc, transposeTo(b, loc, parts, {1, 0, 2}), rows);
  };
  Value batched = swapped(
      value, cast<RankedTensorType>(value.getType()).getShape(), in[0], in[1]);
  Value shaped =
      reshapeImage(b, loc, batched, type,
                   op.getMode() == coreml::ReshapeOrder::CHANNEL_LAST);
  return swapped(shaped, type.getShape(), out[1], out[0]);
}

struct ReshapePattern : LayerPattern<coreml::ReshapeOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::ReshapeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    ArrayRef<int64_t> in = shapeOf(op.getInput());
    ArrayRef<int64_t> out = shapeOf(op.getOutput());
    RankedTensorType type = converted(op.getOutput());
    if (in.size() == 5 && in[1] != 1 && in[0] != out[0]) {
      rewriter.replaceOp(op, reshapeSequences(rewriter, op.getLoc(),
                                              adaptor.getInput(), op, type));
      return success();
    }
    rewriter.replaceOp(
        op, reshapeImage(rewriter, op.getLoc(), adaptor.getInput(), type,
                         op.getMode() == coreml::ReshapeOrder::CHANNEL_LAST));
    return success();
  }
};

struct FlattenPattern : LayerPattern<coreml::FlattenOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::FlattenOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = converted(op.getOutput());
    rewriter.replaceOp(
        op, reshapeImage(rewriter, op.getLoc(), adaptor.getInput(), type,
                         op.getMode() == coreml::FlattenOrder::CHANNEL_LAST));
    return success();
  }
};

} // namespace

void mlc::populateShapePatterns(const TypeConverter &converter,
                                RewritePatternSet &patterns) {
  patterns.add<ConcatPattern, SplitPattern, SlicePattern, CropPattern,
               PaddingPattern, UpsamplePattern, ReorganizeDataPattern,
               PermutePattern, ReshapePattern, FlattenPattern>(
      converter, patterns.getContext());
}
