// Resampling to a given size: one linear rule for where samples lie, whose
// numbers the sampling mode gives.
#include "Patterns.h"

using namespace mlir;
using namespace mlc;

namespace {

// Sample i of a range of length `size` lies at
// offset * size + i * (scale * size + step) after its start.
struct Sampling {
  double offset = 0, scale = 0, step = 0;
  bool atLeastOne = false;
};

Sampling samplingOf(coreml::Method method, int64_t samples) {
  using Method = coreml::Method;
  double m = double(samples);
  switch (method) {
  case Method::ALIGN_ENDPOINTS_MODE:
    if (samples == 1)
      return {0.5, 0, 0};
    [[fallthrough]];
  case Method::STRICT_ALIGN_ENDPOINTS_MODE:
    return {0, samples == 1 ? 0 : 1 / (m - 1), 0};
  case Method::UPSAMPLE_MODE:
    // n = size + 1 elements, samples n / m apart.
    return {0, 1 / m, 1 / m};
  case Method::ROI_ALIGN_MODE:
    return {0.5 / m, 1 / m, 0, true};
  }
  llvm_unreachable("all methods are handled");
}

struct ResizeBilinearPattern : LayerPattern<coreml::ResizeBilinearOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::ResizeBilinearOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    RankedTensorType type = converted(op.getOutput());
    auto in = cast<RankedTensorType>(adaptor.getInput().getType());
    SmallVector<double> scales, offsets;
    for (unsigned d : {1, 2}) {
      Sampling sampling =
          samplingOf(op.getSamplingMethod(), type.getDimSize(d));
      double size = double(in.getDimSize(d) - 1);
      if (sampling.atLeastOne)
        size = std::max(1.0, size);
      scales.push_back(sampling.scale * size + sampling.step);
      offsets.push_back(sampling.offset * size);
    }
    rewriter.replaceOpWithNewOp<nn::ResizeOp>(
        op, type, adaptor.getInput(), ValueRange(), ValueRange(),
        nn::ResizeKind::Bilinear, scales, offsets);
    return success();
  }
};

struct CropResizePattern : LayerPattern<coreml::CropResizeOp> {
  using LayerPattern::LayerPattern;
  LogicalResult
  matchAndRewrite(coreml::CropResizeOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    using Mode = coreml::Coordinates;
    RankedTensorType type = converted(op.getOutput());
    auto in = cast<RankedTensorType>(adaptor.getInput().getType());
    auto boxes = cast<RankedTensorType>(op.getBoxes().getType());
    Mode mode = op.getBoxMode();
    SmallVector<double> units, offsets, scales, steps;
    bool atLeastOne = false;
    for (unsigned d : {1, 2}) {
      double pixels =
          op.getNormalizedCoordinates() ? double(in.getDimSize(d) - 1) : 1;
      units.push_back(op.getSpatialScale().convertToDouble() * pixels);
      Sampling sampling =
          samplingOf(op.getSamplingMethod(), type.getDimSize(d));
      offsets.push_back(sampling.offset);
      scales.push_back(sampling.scale);
      steps.push_back(sampling.step);
      atLeastOne = sampling.atLeastOne;
    }
    Value list = reshapeTo(rewriter, op.getLoc(), adaptor.getBoxes(),
                           {boxes.getDimSize(0), boxes.getDimSize(2)});
    rewriter.replaceOpWithNewOp<nn::CropResizeOp>(
        op, type, adaptor.getInput(), list, ValueRange(), ValueRange(),
        /*columns_first=*/mode == Mode::CORNERS_WIDTH_FIRST ||
            mode == Mode::CENTER_SIZE_WIDTH_FIRST,
        /*centers=*/mode == Mode::CENTER_SIZE_HEIGHT_FIRST ||
            mode == Mode::CENTER_SIZE_WIDTH_FIRST,
        atLeastOne, units, offsets, scales, steps);
    return success();
  }
};

} // namespace

void mlc::populateResizePatterns(const TypeConverter &converter,
                                 RewritePatternSet &patterns) {
  patterns.add<ResizeBilinearPattern, CropResizePattern>(converter,
                                                         patterns.getContext());
}
