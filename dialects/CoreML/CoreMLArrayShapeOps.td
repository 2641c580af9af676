// Layers of specification 4 and later that move or make elements, on values of
// any rank.
#ifndef MLC_COREML_ARRAY_SHAPE_OPS
#define MLC_COREML_ARRAY_SHAPE_OPS
include "CoreML/CoreMLArrayElementwiseOps.td"

def CoreML_Indices : DefaultValuedAttr<DenseI64ArrayAttr, "{}">;
def CoreML_Flags : DefaultValuedAttr<DenseBoolArrayAttr, "{}">;
def CoreML_Index : DefaultValuedAttr<I64Attr, "0">;
def CoreML_Flag : DefaultValuedAttr<BoolAttr, "false">;
def CoreML_Number : DefaultValuedAttr<F32Attr, "0.0f">;

// A layer of two inputs, the second of which may be absent or only gives its
// shape.
class CoreML_BinaryOp<string mnemonic, string text, dag attributes = (ins)>
    : CoreML_Op<mnemonic> {
  let summary = text;
  let arguments = !con((ins CoreML_Tensor:$input, CoreML_Tensor:$other),
                       attributes);
  let results = (outs CoreML_Tensor:$output);
}

def CoreML_TransposeOp : CoreML_UnaryOp<"transpose", (ins
    CoreML_Indices:$axes)> {
  let summary = "dimension i of the result is dimension axes[i] of the input";
}

def CoreML_ReshapeStaticOp : CoreML_UnaryOp<"reshape_static", (ins
    CoreML_Indices:$targetShape)> {
  let summary = "the same elements in the shape targetShape";
  let description = [{
    One element of targetShape may be -1: it follows from the others. One that
    is 0 keeps the size of the input.
  }];
}
def CoreML_ReshapeLikeOp : CoreML_BinaryOp<"reshape_like",
    "the first input in the shape of the second">;
def CoreML_ReshapeDynamicOp : CoreML_BinaryOp<"reshape_dynamic",
    "the first input in the shape that the second holds"> {
  let description = [{ The second input must be known when compiling. }];
}
def CoreML_RankPreservingReshapeOp
    : CoreML_UnaryOp<"rank_preserving_reshape", (ins
        CoreML_Indices:$targetShape)> {
  let summary = "reshape to as many dimensions";
  let description = [{ 0 keeps a size, -1 follows from the others. }];
}
def CoreML_ExpandDimsOp : CoreML_UnaryOp<"expand_dims", (ins
    CoreML_Indices:$axes)> {
  let summary = "new dimensions of size 1, at these places of the result";
}
def CoreML_SqueezeOp : CoreML_UnaryOp<"squeeze", (ins
    CoreML_Indices:$axes, CoreML_Flag:$squeezeAll)> {
  let summary = "drops dimensions of size 1";
  let description = [{ A value keeps at least one dimension. }];
}
def CoreML_FlattenTo2DOp : CoreML_UnaryOp<"flatten_to_2d", (ins
    CoreML_Index:$axis)> {
  let summary = "[product of the sizes before axis, product of the others]";
}

def CoreML_ConcatNDOp : CoreML_VariadicOp<"concat_nd", (ins
    CoreML_Index:$axis, CoreML_Flag:$interleave)> {
  let summary = "joins the inputs along a dimension";
  let description = [{
    With `interleave` the inputs, all of one shape, take turns.
  }];
}
def CoreML_SplitNDOp : CoreML_Op<"split_nd"> {
  let summary = "cuts a dimension into parts";
  let description = [{ splitSizes, or numSplits parts: one size, or the first larger by 1. }];
  let arguments = (ins CoreML_Tensor:$input, CoreML_Index:$axis,
                       CoreML_Index:$numSplits, CoreML_Indices:$splitSizes);
  let results = (outs Variadic<CoreML_Tensor>:$outputs);
}
def CoreML_StackOp : CoreML_VariadicOp<"stack", (ins CoreML_Index:$axis)> {
  let summary = "joins the inputs along a new dimension";
}
def CoreML_TileOp : CoreML_VariadicOp<"tile", (ins CoreML_Indices:$reps)> {
  let summary = "repeats each dimension";
  let description = [{
    `reps` has a number for each of the last dimensions. A second input, which
    must be known when compiling, takes its place.
  }];
}

def CoreML_SliceMasks {
  dag attributes = (ins CoreML_Flags:$beginMasks, CoreML_Indices:$endIds,
                        CoreML_Flags:$endMasks, CoreML_Indices:$strides,
                        CoreML_Flags:$squeezeMasks);
}
def CoreML_SliceStaticOp : CoreML_UnaryOp<"slice_static",
    !con((ins CoreML_Indices:$beginIds), CoreML_SliceMasks.attributes)> {
  let summary = "in[begin : end : stride] of each dimension";
  let description = [{
    As numpy: negative ids count from the end, negative strides go backwards.
    A set mask stands for a bound that is left out. squeezeMasks take the one
    element at begin and drop the dimension; where beginMasks is set too, that
    is element 0 (the specification's text says beginIds, Core ML does this).
  }];
}
def CoreML_SliceDynamicOp : CoreML_VariadicOp<"slice_dynamic",
    CoreML_SliceMasks.attributes> {
  let summary = "slice_static whose bounds are inputs";
  let description = [{
    Inputs: the value, beginIds, and maybe endIds, strides, beginMasks, endMasks
    and squeezeMasks in place of the attributes. All must be known when
    compiling.
  }];
}
def CoreML_SliceBySizeOp : CoreML_BinaryOp<"slice_by_size",
    "size elements along axis, from the index in the second input",
    (ins CoreML_Index:$size, CoreML_Index:$axis)>;

def CoreML_ReverseOp : CoreML_UnaryOp<"reverse", (ins
    CoreML_Flags:$reverseDim)> {
  let summary = "turns dimensions around";
}
def CoreML_ReverseSeqOp : CoreML_BinaryOp<"reverse_seq",
    "turns the beginning of each sequence around",
    (ins CoreML_Index:$batchAxis, CoreML_Index:$sequenceAxis)> {
  let description = [{
    The second input has how many elements of each sequence are reversed.
  }];
}
def CoreML_SlidingWindowsOp : CoreML_UnaryOp<"sliding_windows", (ins
    CoreML_Index:$axis, CoreML_Index:$windowSize, CoreML_Index:$step)> {
  let summary = "windows of a dimension, as a new one behind it";
}
def CoreML_ConstantPadOp : CoreML_VariadicOp<"constant_pad", (ins
    CoreML_Number:$value, CoreML_Indices:$padAmounts,
    CoreML_Flag:$padToGivenOutputSizeMode)> {
  let summary = "puts a value around";
  let description = [{
    padAmounts are the amounts before and after each dimension, or in
    padToGivenOutputSizeMode the sizes to reach on that side. A second input,
    which must be known when compiling, takes their place.
  }];
}

def CoreML_LoadConstantNDOp : CoreML_Op<"load_constant_nd"> {
  let summary = "a constant of any rank";
  let arguments = (ins CoreML_WeightsAttr:$data);
  let results = (outs CoreML_Tensor:$output);
}
def CoreML_FillStaticOp : CoreML_Op<"fill_static"> {
  let summary = "a value everywhere";
  let arguments = (ins CoreML_Number:$value, CoreML_Indices:$targetShape);
  let results = (outs CoreML_Tensor:$output);
}
def CoreML_FillLikeOp : CoreML_SameShapeOp<"fill_like",
    "a value, in the shape of the input", (ins CoreML_Number:$value)>;
def CoreML_FillDynamicOp : CoreML_UnaryOp<"fill_dynamic", (ins
    CoreML_Number:$value)> {
  let summary = "a value, in the shape that the input holds";
  let description = [{ The input must be known when compiling. }];
}
def CoreML_BroadcastToStaticOp : CoreML_UnaryOp<"broadcast_to_static", (ins
    CoreML_Indices:$targetShape)> {
  let summary = "repeats dimensions of size 1 up to targetShape";
}
def CoreML_BroadcastToLikeOp : CoreML_BinaryOp<"broadcast_to_like",
    "repeats dimensions of size 1 up to the shape of the second input">;
def CoreML_BroadcastToDynamicOp : CoreML_BinaryOp<"broadcast_to_dynamic",
    "repeats dimensions of size 1 up to the shape that the second input holds"> {
  let description = [{ The second input must be known when compiling. }];
}
def CoreML_GetShapeOp : CoreML_UnaryOp<"get_shape"> {
  let summary = "the shape of the input, as a vector";
}
def CoreML_WhereNonZeroOp : CoreML_UnaryOp<"where_non_zero"> {
  let summary = "the places of elements that are not 0, one row each";
  let description = [{
    Row i of the result holds the indices of the i-th such element, row-major.
    How many there are must be known when compiling.
  }];
}
def CoreML_RangeStaticOp : CoreML_Op<"range_static"> {
  let summary = "startValue, startValue + stepSizeValue, ... before endValue";
  let arguments = (ins CoreML_Number:$endValue, CoreML_Number:$startValue,
                       CoreML_Number:$stepSizeValue);
  let results = (outs CoreML_Tensor:$output);
}
def CoreML_RangeDynamicOp : CoreML_VariadicOp<"range_dynamic", (ins
    CoreML_Number:$startValue, CoreML_Number:$stepSizeValue)> {
  let summary = "range_static whose numbers are inputs";
  let description = [{
    Inputs: the end, maybe the start, maybe the step; all must be known when
    compiling.
  }];
}

class CoreML_BandOp<string mnemonic, string text, dag attributes>
    : CoreML_UnaryOp<mnemonic, attributes> {
  let summary = text;
  let extraClassDefinition =
      CoreML_Infer<"inferMatrix(context, loc, op.getInput(), results)">
          .definition;
}
def CoreML_LowerTriangularOp : CoreML_BandOp<"lower_triangular",
    "zeros above diagonal k of the last two dimensions",
    (ins CoreML_Index:$k)>;
def CoreML_UpperTriangularOp : CoreML_BandOp<"upper_triangular",
    "zeros below diagonal k of the last two dimensions",
    (ins CoreML_Index:$k)>;
def CoreML_MatrixBandPartOp : CoreML_BandOp<"matrix_band_part",
    "zeros but for numLower diagonals below the main one and numUpper above",
    (ins CoreML_Index:$numLower, CoreML_Index:$numUpper)> {
  let description = [{ A negative number keeps all on its side. }];
}

#endif
