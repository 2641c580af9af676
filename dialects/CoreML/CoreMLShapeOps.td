// Layers that only move elements.
#ifndef MLC_COREML_SHAPE_OPS
#define MLC_COREML_SHAPE_OPS
include "CoreML/CoreMLEnums.td"

def CoreML_ConcatOp : CoreML_VariadicOp<"concat", (ins
    DefaultValuedAttr<BoolAttr, "false">:$sequenceConcat)> {
  let summary = "joins the inputs along the channels, or along Seq";
}

def CoreML_SplitOp : CoreML_Op<"split"> {
  let summary = "cuts the channels into equal parts";
  let arguments = (ins CoreML_Tensor:$input, I64Attr:$nOutputs);
  let results = (outs Variadic<CoreML_Tensor>:$outputs);
}

def CoreML_SliceOp : CoreML_UnaryOp<"slice", (ins
    DefaultValuedAttr<I64Attr, "0">:$startIndex,
    DefaultValuedAttr<I64Attr, "0">:$endIndex,
    DefaultValuedAttr<I64Attr, "1">:$stride,
    DefaultValuedAttr<CoreML_SliceAxisAttr,
                      "SliceAxis::CHANNEL_AXIS">:$axis)> {
  let summary = "in[startIndex : endIndex : stride] along one axis";
  let description = [{
    Negative indices count from the end; an endIndex of 0 is the end itself.
    `getSliceRange` resolves them.
  }];
}

def CoreML_ReorganizeDataOp : CoreML_UnaryOp<"reorganize_data", (ins
    DefaultValuedAttr<CoreML_ReorganizationTypeAttr,
                      "ReorganizationType::SPACE_TO_DEPTH">:$mode,
    I64Attr:$blockSize)> {
  let summary = "moves blocks of pixels into channels, or back";
  let description = [{
    SPACE_TO_DEPTH makes channels `[block row, block column, C]`, which
    DEPTH_TO_SPACE undoes; PIXEL_SHUFFLE takes channels as
    `[C, block row, block column]`.
  }];
}

def CoreML_PermuteOp : CoreML_UnaryOp<"permute", (ins
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 1, 2, 3}">:$axis)> {
  let summary = "transposes Seq, C, H and W";
  let description = [{
    Dimension i of the result, among `[Seq, C, H, W]`, is dimension `axis[i]` of
    the input. Batch stays where it is.
  }];
}

def CoreML_ReshapeOp : CoreML_UnaryOp<"reshape", (ins
    DenseI64ArrayAttr:$targetShape,
    DefaultValuedAttr<CoreML_ReshapeOrderAttr,
                      "ReshapeOrder::CHANNEL_FIRST">:$mode)> {
  let summary = "gives C, H and W, and maybe Seq, other sizes";
  let description = [{
    `targetShape` is `[C, H, W]` or `[Seq, C, H, W]`; one -1 is what is left.
    CHANNEL_LAST reads and writes an image's elements in the order H, W, C.
  }];
}

def CoreML_FlattenOp : CoreML_UnaryOp<"flatten", (ins
    DefaultValuedAttr<CoreML_FlattenOrderAttr,
                      "FlattenOrder::CHANNEL_FIRST">:$mode)> {
  let summary = "makes one channel of each element: H = W = 1";
  let description = [{
    CHANNEL_LAST reads the elements in the order H, W, C.
  }];
}

#endif
