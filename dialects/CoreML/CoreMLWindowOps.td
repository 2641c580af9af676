// Layers that look at or change height and width.
#ifndef MLC_COREML_WINDOW_OPS
#define MLC_COREML_WINDOW_OPS
include "CoreML/CoreMLEnums.td"

def CoreML_PoolingOp : CoreML_UnaryOp<"pooling", (ins
    DefaultValuedAttr<CoreML_PoolingTypeAttr, "PoolingType::MAX">:$type,
    DefaultValuedAttr<DenseI64ArrayAttr, "{3, 3}">:$kernelSize,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$stride,
    DefaultValuedAttr<CoreML_PaddingTypeAttr, "PaddingType::valid">:$paddingType,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$paddingAmounts,
    DefaultValuedAttr<CoreML_SamePaddingModeAttr,
                      "SamePaddingMode::BOTTOM_RIGHT_HEAVY">:$asymmetryMode,
    DefaultValuedAttr<BoolAttr, "false">:$avgPoolExcludePadding,
    DefaultValuedAttr<BoolAttr, "false">:$globalPooling)> {
  let summary = "maximum, mean or L2 norm of windows";
  let description = [{
    `paddingAmounts` are top, bottom, left and right, used where `paddingType`
    is valid or includeLastPixel (there symmetric, and a last window may reach
    over the far edge). MAX pads with minus infinity. AVERAGE divides by the
    number of elements in the window within the input and its declared padding,
    without the padding if `avgPoolExcludePadding`; what reaches further never
    counts, and an empty window gives 0. L2 is the root of the sum of squares.
    `globalPooling` takes the whole input as the window.
    `getWindow` computes what all this means.
  }];
}

def CoreML_PaddingOp : CoreML_UnaryOp<"padding", (ins
    DefaultValuedAttr<CoreML_PaddingModeAttr, "PaddingMode::constant">:$mode,
    DefaultValuedAttr<F32Attr, "0.0f">:$value,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$paddingAmounts)> {
  let summary = "adds a border in height and width";
  let description = [{
    `paddingAmounts` are top, bottom, left and right. reflection mirrors without
    repeating the edge, so it needs more elements than it adds.
  }];
}

def CoreML_CropOp : CoreML_VariadicOp<"crop", (ins
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$cropAmounts,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0}">:$offset)> {
  let summary = "cuts height and width";
  let description = [{
    With one input `cropAmounts` (top, bottom, left, right) are cut off. With
    two the result has the height and width of the second and begins at
    `offset` (height, width).
  }];
}

def CoreML_UpsampleOp : CoreML_UnaryOp<"upsample", (ins
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$scalingFactor,
    OptionalAttr<DenseF32ArrayAttr>:$fractionalScalingFactor,
    DefaultValuedAttr<CoreML_InterpolationModeAttr,
                      "InterpolationMode::NN">:$mode,
    DefaultValuedAttr<CoreML_LinearUpsampleModeAttr,
                      "LinearUpsampleMode::DEFAULT">:$linearUpsampleMode)> {
  let summary = "enlarges height and width";
  let description = [{
    Factors are those of height and width; the fractional ones, if present, are
    used instead of the others, and the result's size is rounded down. Sample i
    of a bilinear result lies at min(n - 1, max(0, position)), where the input
    has n elements, the result m, and position is for
    DEFAULT i * (n - n / m) / (m - 1), for ALIGN_CORNERS_TRUE
    i * (n - 1) / (m - 1), for ALIGN_CORNERS_FALSE (i + 1/2) * n / m - 1/2.
  }];
}

def CoreML_ResizeBilinearOp : CoreML_UnaryOp<"resize_bilinear", (ins
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$targetSize,
    DefaultValuedAttr<CoreML_MethodAttr,
                      "Method::STRICT_ALIGN_ENDPOINTS_MODE">:$samplingMethod)> {
  let summary = "height and width resampled to a given size";
  let description = [{
    `targetSize` is height and width. Of m samples of n elements, sample i lies
    at, clamped to [0, n - 1]: `i * (n - 1) / (m - 1)` with
    STRICT_ALIGN_ENDPOINTS_MODE (0 where m is 1) and ALIGN_ENDPOINTS_MODE
    ((n - 1) / 2 where m is 1), `i * (n - n / m) / (m - 1)` with UPSAMPLE_MODE,
    `(i + 1/2) * max(1, n - 1) / m` with ROI_ALIGN_MODE.
  }];
}

def CoreML_CropResizeOp : CoreML_Op<"crop_resize"> {
  let summary = "boxes of an image, each resampled to a given size";
  let description = [{
    `input` is `[1, Batch, C, H, W]`, `boxes` are `[N, 1, 4, 1, 1]`, cut out of
    all images of the batch (`[N, Batch, C, h, w]`), or `[N, 1, 5, 1, 1]`, whose
    first number chooses the image (`[N, 1, C, h, w]`). `boxMode` says what the
    four numbers are. They are multiplied by `spatialScale` and, with
    `normalizedCoordinates`, by H - 1 and W - 1. Samples lie as in
    `resize_bilinear`, where n - 1 is the difference of the box's end and start,
    plus the start; they are clamped to the image.
  }];
  let arguments = (ins CoreML_Tensor:$input, CoreML_Tensor:$boxes,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$targetSize,
    DefaultValuedAttr<BoolAttr, "false">:$normalizedCoordinates,
    DefaultValuedAttr<CoreML_MethodAttr,
                      "Method::STRICT_ALIGN_ENDPOINTS_MODE">:$samplingMethod,
    DefaultValuedAttr<CoreML_CoordinatesAttr,
                      "Coordinates::CORNERS_HEIGHT_FIRST">:$boxMode,
    DefaultValuedAttr<F32Attr, "1.0f">:$spatialScale);
  let results = (outs CoreML_Tensor:$output);
}

#endif
