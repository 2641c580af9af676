// Layers with weights.
#ifndef MLC_COREML_WEIGHTED_OPS
#define MLC_COREML_WEIGHTED_OPS
include "CoreML/CoreMLEnums.td"

def CoreML_ConvolutionOp : CoreML_Op<"convolution"> {
  let arguments = (ins CoreML_Tensor:$input, Optional<CoreML_Tensor>:$filter,
    DefaultValuedAttr<I64Attr, "1">:$nGroups,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$stride,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$dilationFactor,
    DefaultValuedAttr<CoreML_PaddingTypeAttr, "PaddingType::valid">:$paddingType,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">:$paddingAmounts,
    DefaultValuedAttr<CoreML_SamePaddingModeAttr,
                      "SamePaddingMode::BOTTOM_RIGHT_HEAVY">:$asymmetryMode,
    DefaultValuedAttr<BoolAttr, "false">:$isDeconvolution,
    OptionalAttr<DenseI64ArrayAttr>:$outputShape,
    OptionalAttr<CoreML_WeightsAttr>:$weights,
    OptionalAttr<CoreML_WeightsAttr>:$bias);
  let results = (outs CoreML_Tensor:$output);
  let summary = "convolution or deconvolution over height and width";
  let extraClassDeclaration = [{
    /// The shape of the weights, wherever they are.
    ::llvm::ArrayRef<int64_t> getWeightShape();
  }];
  let description = [{
    Weights are `[outputChannels, inputChannels / nGroups, kH, kW]`, or for a
    deconvolution `[inputChannels, outputChannels / nGroups, kH, kW]`; the bias
    is `[outputChannels]`. A convolution may have its weights as a second
    input, `filter`, instead of the attribute. `paddingAmounts` are top, bottom, left and right,
    used where `paddingType` is valid; `asymmetryMode` is used where it is same.
    Deconvolutions crop by the amounts instead of padding, and honour
    `dilationFactor`, though the specification says that it is ignored.
    `outputShape` (height, width) overrides the padding of a deconvolution.
    `getWindow` computes what all this means.
  }];
}

def CoreML_InnerProductOp : CoreML_UnaryOp<"inner_product", (ins
    CoreML_WeightsAttr:$weights, OptionalAttr<CoreML_WeightsAttr>:$bias)> {
  let summary = "fully connected layer: W x + b";
  let description = [{
    Weights are `[outputChannels, inputChannels]`, the bias is
    `[outputChannels]`. At ranks 4 and 5, C, H and W together are the
    inputChannels and the result has H = W = 1; at lower ranks the last
    dimension is.
  }];
}

def CoreML_EmbeddingOp : CoreML_UnaryOp<"embedding", (ins
    CoreML_WeightsAttr:$weights, OptionalAttr<CoreML_WeightsAttr>:$bias)> {
  let summary = "looks up a vector for each index";
  let description = [{
    The input holds indices, with C = H = W = 1. Weights are
    `[outputChannels, inputDim]`; index i takes column i. The bias is
    `[outputChannels]`.
  }];
}

def CoreML_BatchnormOp : CoreML_UnaryOp<"batchnorm", (ins
    DefaultValuedAttr<BoolAttr, "false">:$computeMeanVar,
    DefaultValuedAttr<BoolAttr, "false">:$instanceNormalization,
    DefaultValuedAttr<F32Attr, "1e-5f">:$epsilon,
    CoreML_WeightsAttr:$gamma, CoreML_WeightsAttr:$beta,
    OptionalAttr<CoreML_WeightsAttr>:$mean,
    OptionalAttr<CoreML_WeightsAttr>:$variance)> {
  let summary = "gamma * (x - mean) / sqrt(variance + epsilon) + beta";
  let description = [{
    All four are `[channels]`. With `computeMeanVar` mean and variance are
    absent and come from the input: over H and W of each image with
    `instanceNormalization`, else over the batch too.
  }];
}

def CoreML_ScaleOp : CoreML_UnaryOp<"scale", (ins
    CoreML_WeightsAttr:$scale, OptionalAttr<CoreML_WeightsAttr>:$bias)> {
  let summary = "x * scale + bias, broadcast";
  let description = [{
    Each has one of the shapes `[1]`, `[C]`, `[1, H, W]` and `[C, H, W]`.
  }];
}

def CoreML_BiasOp : CoreML_UnaryOp<"bias", (ins CoreML_WeightsAttr:$bias)> {
  let summary = "x + bias, broadcast";
  let description = [{
    The bias has one of the shapes `[1]`, `[C]`, `[1, H, W]` and `[C, H, W]`.
  }];
}

def CoreML_LoadConstantOp : CoreML_Op<"load_constant"> {
  let summary = "a constant";
  let description = [{
    `data` is `[C, H, W]`, the result `[1, 1, C, H, W]`.
  }];
  let arguments = (ins CoreML_WeightsAttr:$data);
  let results = (outs CoreML_Tensor:$output);
}

def CoreML_ScalerOp : CoreML_UnaryOp<"scaler", (ins
    CoreML_ColorSpaceAttr:$colorSpace,
    DefaultValuedAttr<F32Attr, "0.0f">:$channelScale,
    DefaultValuedAttr<F32Attr, "0.0f">:$blueBias,
    DefaultValuedAttr<F32Attr, "0.0f">:$greenBias,
    DefaultValuedAttr<F32Attr, "0.0f">:$redBias,
    DefaultValuedAttr<F32Attr, "0.0f">:$grayBias)> {
  let summary = "preprocessing of an image: x * channelScale + bias";
  let description = [{
    The bias is that of the channel, whose colour follows from `colorSpace`;
    gray images take `grayBias`.
  }];
}

def CoreML_MeanImageOp : CoreML_UnaryOp<"mean_image", (ins
    CoreML_ColorSpaceAttr:$colorSpace, CoreML_WeightsAttr:$meanImage)> {
  let summary = "preprocessing of an image: x - meanImage";
  let description = [{
    The mean image is `[C, H, W]`, its channels in the order of the input's.
  }];
}

#endif
