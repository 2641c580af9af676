// Activations, arithmetic, normalisation and reduction.
#ifndef MLC_COREML_ELEMENTWISE_OPS
#define MLC_COREML_ELEMENTWISE_OPS
include "CoreML/CoreMLEnums.td"

def CoreML_ActivationOp : CoreML_UnaryOp<"activation", (ins
    CoreML_ActivationKindAttr:$kind,
    OptionalAttr<CoreML_WeightsAttr>:$alpha,
    OptionalAttr<CoreML_WeightsAttr>:$beta)> {
  let summary = "one of the activation functions";
  let description = [{
    `alpha` and `beta` are `[1]`, or for prelu and parametric_softplus also
    `[C]`. Kinds without the parameter lack the attribute.

    | kind | f(x) |
    | --- | --- |
    | linear | alpha * x + beta |
    | relu | max(0, x) |
    | leaky_relu, prelu | x for x >= 0, else alpha * x |
    | thresholded_relu | x for x >= alpha, else 0 |
    | tanh, sigmoid | tanh(x), 1 / (1 + exp(-x)) |
    | scaled_tanh | alpha * tanh(beta * x) |
    | sigmoid_hard | min(max(alpha * x + beta, 0), 1) |
    | elu | x for x >= 0, else alpha * (exp(x) - 1) |
    | softsign | x / (1 + abs(x)) |
    | softplus | log(1 + exp(x)) |
    | parametric_softplus | alpha * log(1 + exp(beta * x)) |
  }];
}

def CoreML_UnaryFunctionOp : CoreML_UnaryOp<"unary", (ins
    CoreML_UnaryOperationAttr:$type,
    DefaultValuedAttr<F32Attr, "0.0f">:$alpha,
    DefaultValuedAttr<F32Attr, "1e-6f">:$epsilon,
    DefaultValuedAttr<F32Attr, "0.0f">:$shift,
    DefaultValuedAttr<F32Attr, "1.0f">:$scale)> {
  let summary = "f(x * scale + shift)";
  let description = [{
    RSQRT is 1 / sqrt(x + epsilon), INVERSE 1 / (x + epsilon), POWER x ^ alpha,
    THRESHOLD max(alpha, x), LOG log(x + epsilon): the specification's text has
    no epsilon there, but Core ML adds it.
  }];
}

def CoreML_SoftmaxOp : CoreML_UnaryOp<"softmax"> {
  let summary = "exp(x) / sum of exp(x) over the channels";
}

def CoreML_LRNOp : CoreML_UnaryOp<"lrn", (ins
    DefaultValuedAttr<F32Attr, "0.0f">:$alpha,
    DefaultValuedAttr<F32Attr, "0.0f">:$beta,
    I64Attr:$localSize,
    DefaultValuedAttr<F32Attr, "1.0f">:$k)> {
  let summary = "local response normalisation across channels";
  let description = [{
    x / (k + alpha / localSize * sum of squares) ^ beta; the sum is over
    localSize channels, floor(localSize / 2) of them before the own one.
  }];
}

def CoreML_L2NormalizeOp : CoreML_UnaryOp<"l2_normalize", (ins
    DefaultValuedAttr<F32Attr, "1e-6f">:$epsilon)> {
  let summary = "x / sqrt(epsilon + sum of squares over C, H and W)";
}

def CoreML_MVNOp : CoreML_UnaryOp<"mvn", (ins
    DefaultValuedAttr<BoolAttr, "false">:$acrossChannels,
    DefaultValuedAttr<BoolAttr, "false">:$normalizeVariance,
    DefaultValuedAttr<F32Attr, "1e-6f">:$epsilon)> {
  let summary = "subtracts the mean and divides by the deviation";
  let description = [{
    The mean is over H and W, and over C too with `acrossChannels`. With
    `normalizeVariance` the difference is divided by
    sqrt(variance + epsilon).
  }];
}

def CoreML_ReduceOp : CoreML_UnaryOp<"reduce", (ins
    DefaultValuedAttr<CoreML_ReduceOperationAttr,
                      "ReduceOperation::SUM">:$mode,
    DefaultValuedAttr<F32Attr, "1e-6f">:$epsilon,
    DefaultValuedAttr<CoreML_ReduceAxisAttr, "ReduceAxis::CHW">:$axis)> {
  let summary = "reduces some of C, H and W to 1";
  let description = [{
    LOGSUM is the sum of log(x + epsilon), L2 the root of the sum of squares.
    ARGMAX needs a single axis; of equal elements the first counts.
  }];
}

class CoreML_BroadcastOp<string mnemonic, dag attributes = (ins)>
    : CoreML_VariadicOp<mnemonic, attributes> {
  let description = [{
    Inputs have one rank and broadcast as in numpy: a dimension of 1 is
    repeated.
  }];
}

def CoreML_AddOp : CoreML_BroadcastOp<"add", (ins
    DefaultValuedAttr<F32Attr, "0.0f">:$alpha)> {
  let summary = "sum of the inputs, or of the only one and alpha";
}
def CoreML_MultiplyOp : CoreML_BroadcastOp<"multiply", (ins
    DefaultValuedAttr<F32Attr, "0.0f">:$alpha)> {
  let summary = "product of the inputs, or of the only one and alpha";
}
def CoreML_AverageOp : CoreML_BroadcastOp<"average"> {
  let summary = "mean of the inputs";
}
def CoreML_MaxOp : CoreML_BroadcastOp<"max"> {
  let summary = "greatest of the inputs";
}
def CoreML_MinOp : CoreML_BroadcastOp<"min"> {
  let summary = "least of the inputs";
}

def CoreML_DotOp : CoreML_VariadicOp<"dot", (ins
    DefaultValuedAttr<BoolAttr, "false">:$cosineSimilarity)> {
  let summary = "dot product of two inputs along the channels";
  let description = [{
    Both inputs have H = W = 1 and the same shape. With `cosineSimilarity` each
    is divided by its length first.
  }];
}

#endif
