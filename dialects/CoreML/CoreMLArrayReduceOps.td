// Layers of specification 4 and later that look at many elements for each
// result, on values of any rank: reductions, order, products of matrices.
#ifndef MLC_COREML_ARRAY_REDUCE_OPS
#define MLC_COREML_ARRAY_REDUCE_OPS
include "CoreML/CoreMLArrayShapeOps.td"

class CoreML_ReduceNDOp<string mnemonic, string text>
    : CoreML_UnaryOp<"reduce_" # mnemonic, (ins
        CoreML_Indices:$axes, CoreML_Flag:$keepDims, CoreML_Flag:$reduceAll)> {
  let summary = text # " over some dimensions";
  let description = [{
    With `keepDims` the dimensions become 1, else they go; a value keeps at
    least one. No axes, or `reduceAll`, means all.
  }];
  let extraClassDefinition =
      CoreML_Infer<"inferReduction(context, loc, op.getInput(), op.getAxes(), "
                   "op.getKeepDims(), op.getReduceAll(), results)">.definition;
}
def CoreML_ReduceL1Op : CoreML_ReduceNDOp<"l1", "sum of the magnitudes">;
def CoreML_ReduceL2Op : CoreML_ReduceNDOp<"l2", "root of the sum of squares">;
def CoreML_ReduceMaxOp : CoreML_ReduceNDOp<"max", "greatest">;
def CoreML_ReduceMinOp : CoreML_ReduceNDOp<"min", "least">;
def CoreML_ReduceSumOp : CoreML_ReduceNDOp<"sum", "sum">;
def CoreML_ReduceProdOp : CoreML_ReduceNDOp<"prod", "product">;
def CoreML_ReduceMeanOp : CoreML_ReduceNDOp<"mean", "mean">;
def CoreML_ReduceLogSumOp : CoreML_ReduceNDOp<"log_sum", "logarithm of the sum">;
def CoreML_ReduceSumSquareOp : CoreML_ReduceNDOp<"sum_square", "sum of squares">;
def CoreML_ReduceLogSumExpOp
    : CoreML_ReduceNDOp<"log_sum_exp", "logarithm of the sum of exponentials">;

class CoreML_ArgOp<string mnemonic, string text>
    : CoreML_UnaryOp<mnemonic, (ins CoreML_Index:$axis,
                                CoreML_Flag:$removeDim)> {
  let summary = "index of the " # text # " element along axis, the first if equal";
  let extraClassDefinition =
      CoreML_Infer<"inferReduction(context, loc, op.getInput(), "
                   "{int64_t(op.getAxis())}, !op.getRemoveDim(), false, "
                   "results)">.definition;
}
def CoreML_ArgMaxOp : CoreML_ArgOp<"arg_max", "greatest">;
def CoreML_ArgMinOp : CoreML_ArgOp<"arg_min", "least">;

def CoreML_TopKOp : CoreML_Op<"top_k"> {
  let summary = "the K greatest (or least) elements along axis, and where";
  let description = [{
    In order; of equal ones the first comes first. A second input, which must be
    known when compiling, takes the place of K.
  }];
  let arguments = (ins Variadic<CoreML_Tensor>:$inputs, CoreML_Index:$axis,
                       CoreML_Index:$K, CoreML_Flag:$useBottomK);
  let results = (outs CoreML_Tensor:$values, CoreML_Tensor:$indices);
}
def CoreML_ArgSortOp : CoreML_UnaryOp<"arg_sort", (ins
    CoreML_Index:$axis, CoreML_Flag:$descending)> {
  let summary = "the indices that sort along axis";
  let description = [{ Of equal elements the first comes first. }];
}
def CoreML_CumSumOp : CoreML_VariadicOp<"cum_sum", (ins
    CoreML_Index:$axis, CoreML_Flag:$excludeFinalSum, CoreML_Flag:$reverse)> {
  let summary = "running sum along axis";
  let description = [{
    With excludeFinalSum an element is not part of its own sum. A second input,
    which must be known when compiling, takes the place of axis.
  }];
}
def CoreML_OneHotOp : CoreML_VariadicOp<"one_hot", (ins
    CoreML_Index:$oneHotVectorSize, CoreML_Index:$axis,
    CoreML_Number:$onValue, CoreML_Number:$offValue)> {
  let summary = "each index as a vector of onValue there and offValue elsewhere";
  let description = [{
    The vector is dimension `axis` of the result. A second input, which must be
    known when compiling, takes the place of oneHotVectorSize.
  }];
}
def CoreML_SoftmaxNDOp : CoreML_UnaryOp<"softmax_nd", (ins
    CoreML_Index:$axis)> {
  let summary = "exp(x) / sum of exp(x) along axis";
}
def CoreML_LayerNormalizationOp : CoreML_UnaryOp<"layer_normalization", (ins
    CoreML_Indices:$normalizedShape, CoreML_Number:$eps,
    CoreML_WeightsAttr:$gamma, CoreML_WeightsAttr:$beta)> {
  let summary = "gamma * (x - mean) / sqrt(variance + eps) + beta";
  let description = [{
    Mean and variance are over the last dimensions, whose sizes are
    normalizedShape and the shape of gamma and beta.
  }];
}
def CoreML_BatchedMatMulOp : CoreML_VariadicOp<"batched_matmul", (ins
    CoreML_Flag:$transposeA, CoreML_Flag:$transposeB,
    OptionalAttr<CoreML_WeightsAttr>:$weights,
    OptionalAttr<CoreML_WeightsAttr>:$bias)> {
  let summary = "product of the matrices in the last two dimensions";
  let description = [{
    The other dimensions broadcast. A vector on the left is a row, on the right
    a column. With one input the right matrix is `weights`, `[X2, X1]` for the
    matrix `[X1, X2]` that the file has in columns, and `bias` (`[X2]`) is
    added.
  }];
}
def CoreML_EmbeddingNDOp : CoreML_UnaryOp<"embedding_nd", (ins
    CoreML_WeightsAttr:$weights, OptionalAttr<CoreML_WeightsAttr>:$bias)> {
  let summary = "a vector for each index";
  let description = [{
    The last dimension of the input is 1 and becomes the vector. `weights` are
    `[embeddingSize, vocabSize]`.
  }];
}

#endif
