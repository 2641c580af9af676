// Windows over volumes [N, C, D, H, W], layers of random numbers, and boxes.
#ifndef MLC_COREML_VOLUME_OPS
#define MLC_COREML_VOLUME_OPS
include "CoreML/CoreMLArrayIndexOps.td"

// The windows of both layers.
def CoreML_VolumeWindow {
  dag attributes = (ins
      DefaultValuedAttr<CoreML_VolumePaddingTypeAttr,
                        "VolumePaddingType::CUSTOM">:$paddingType,
      CoreML_Indices:$customPadding);
}

def CoreML_Pooling3DOp : CoreML_UnaryOp<"pooling3d", !con((ins
    DefaultValuedAttr<CoreML_PoolingTypeAttr, "PoolingType::MAX">:$type,
    DenseI64ArrayAttr:$kernelSize, DenseI64ArrayAttr:$stride,
    CoreML_Flag:$countExcludePadding), CoreML_VolumeWindow.attributes)> {
  let summary = "greatest element or mean of windows of volumes";
  let description = [{
    Sizes are of depth, height and width; customPadding has two for each.
    Padding is less than any element for MAX and counts as 0 for AVERAGE, unless
    countExcludePadding is set.
  }];
}
def CoreML_GlobalPooling3DOp : CoreML_UnaryOp<"global_pooling3d", (ins
    DefaultValuedAttr<CoreML_PoolingTypeAttr, "PoolingType::MAX">:$type)> {
  let summary = "greatest element or mean of depth, height and width";
}
def CoreML_Convolution3DOp : CoreML_UnaryOp<"convolution3d", !con((ins
    I64Attr:$nGroups, DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$dilation,
    CoreML_Flag:$isDeconvolution, CoreML_Indices:$outputShape,
    CoreML_WeightsAttr:$weights, OptionalAttr<CoreML_WeightsAttr>:$bias),
    CoreML_VolumeWindow.attributes)> {
  let summary = "convolution of volumes, or its transpose";
  let description = [{
    `weights` are `[outputs, inputs / nGroups, D, H, W]`, of a deconvolution
    `[inputs, outputs / nGroups, D, H, W]` (the specification's text has the
    first form for both, Core ML does this). A deconvolution with outputShape
    is cropped to it at the end, or extended by zeros.
  }];
}

// Random numbers: the file does not define them. Ours follow from the seed by
// the generator of mlc/Support/Random.h, so every run gives the same.
class CoreML_NormalOp<string mnemonic, string text, dag operands, dag shape>
    : CoreML_Op<"random_normal_" # mnemonic> {
  let summary = "normally distributed numbers, " # text;
  let arguments = !con(operands, (ins CoreML_Index:$seed, CoreML_Number:$mean,
                                      CoreML_Number:$stdDev), shape);
  let results = (outs CoreML_Tensor:$output);
}
class CoreML_UniformOp<string mnemonic, string text, dag operands, dag shape>
    : CoreML_Op<"random_uniform_" # mnemonic> {
  let summary = "evenly distributed numbers, " # text;
  let arguments = !con(operands, (ins CoreML_Index:$seed, CoreML_Number:$minVal,
                                      CoreML_Number:$maxVal), shape);
  let results = (outs CoreML_Tensor:$output);
}
class CoreML_BernoulliOp<string mnemonic, string text, dag operands, dag shape>
    : CoreML_Op<"random_bernoulli_" # mnemonic> {
  let summary = "1 with probability prob, else 0, " # text;
  let arguments = !con(operands, (ins CoreML_Index:$seed, CoreML_Number:$prob),
                       shape);
  let results = (outs CoreML_Tensor:$output);
}

defvar like = "in the shape of the input";
defvar static = "in the shape outputShape";
defvar dynamic = "in the shape that the input holds, known when compiling";
def CoreML_RandomNormalLikeOp
    : CoreML_NormalOp<"like", like, (ins CoreML_Tensor:$input), (ins)>;
def CoreML_RandomNormalStaticOp
    : CoreML_NormalOp<"static", static, (ins), (ins CoreML_Indices:$outputShape)>;
def CoreML_RandomNormalDynamicOp
    : CoreML_NormalOp<"dynamic", dynamic, (ins CoreML_Tensor:$input), (ins)>;
def CoreML_RandomUniformLikeOp
    : CoreML_UniformOp<"like", like, (ins CoreML_Tensor:$input), (ins)>;
def CoreML_RandomUniformStaticOp
    : CoreML_UniformOp<"static", static, (ins), (ins CoreML_Indices:$outputShape)>;
def CoreML_RandomUniformDynamicOp
    : CoreML_UniformOp<"dynamic", dynamic, (ins CoreML_Tensor:$input), (ins)>;
def CoreML_RandomBernoulliLikeOp
    : CoreML_BernoulliOp<"like", like, (ins CoreML_Tensor:$input), (ins)>;
def CoreML_RandomBernoulliStaticOp
    : CoreML_BernoulliOp<"static", static, (ins),
                         (ins CoreML_Indices:$outputShape)>;
def CoreML_RandomBernoulliDynamicOp
    : CoreML_BernoulliOp<"dynamic", dynamic, (ins CoreML_Tensor:$input), (ins)>;

def CoreML_CategoricalDistributionOp
    : CoreML_UnaryOp<"categorical_distribution", (ins
        CoreML_Index:$seed, CoreML_Index:$numSamples, CoreML_Flag:$isLogits,
        DefaultValuedAttr<F32Attr, "1e-10f">:$eps,
        DefaultValuedAttr<F32Attr, "1.0f">:$temperature)> {
  let summary = "indices drawn by the probabilities in the last dimension";
  let description = [{
    Logits become probabilities by a softmax of x / temperature, weights p by
    (p + eps) / sum. A sample is the number of classes whose running sum does
    not reach a uniform random number.
  }];
}

def CoreML_NonMaximumSuppressionOp : CoreML_Op<"non_maximum_suppression"> {
  let summary = "the boxes with the best scores that do not overlap too much";
  let description = [{
    Inputs: boxes `[B, N, 4]` as x and y of the centre, width, height; scores
    `[B, N, C]`; and maybe iouThreshold, scoreThreshold and maxBoxes in place of
    the attributes. A box counts with its best score. With perClassSuppression
    only boxes of one best class suppress each other.

    Results: boxes and scores that are left, in the order of their scores,
    filled up with 0; their indices, filled up with -1; how many there are. If
    none is left it is the one with the best score. They have maxBoxes rows; if
    that is not known when compiling, N rows, of which all from maxBoxes on are
    filled up. Such boxes, scores and indices can only be outputs of a model,
    for other layers would compute with another shape than the file means.
  }];
  let arguments = (ins Variadic<CoreML_Tensor>:$inputs,
                       CoreML_Number:$iouThreshold,
                       CoreML_Number:$scoreThreshold, CoreML_Index:$maxBoxes,
                       CoreML_Flag:$perClassSuppression);
  let results = (outs CoreML_Tensor:$boxes, CoreML_Tensor:$scores,
                      CoreML_Tensor:$indices, CoreML_Tensor:$count);
}

#endif
