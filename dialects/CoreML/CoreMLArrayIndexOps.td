// Layers of specification 4 and later that read or write where other values
// say. Negative indices count from the end.
#ifndef MLC_COREML_ARRAY_INDEX_OPS
#define MLC_COREML_ARRAY_INDEX_OPS
include "CoreML/CoreMLArrayReduceOps.td"

class CoreML_GatherBase<string mnemonic, string text, dag attributes = (ins)>
    : CoreML_Op<mnemonic> {
  let summary = text;
  let arguments = !con((ins CoreML_Tensor:$input, CoreML_Tensor:$indices),
                       attributes);
  let results = (outs CoreML_Tensor:$output);
}
def CoreML_GatherOp : CoreML_GatherBase<"gather", "slices along an axis",
    (ins CoreML_Index:$axis)> {
  let description = [{
    The dimensions of the indices take the place of dimension `axis`. Indices
    beyond the end mean the last slice.
  }];
}
def CoreML_GatherNDOp : CoreML_GatherBase<"gather_nd", "slices at tuples"> {
  let description = [{
    The last dimension of the indices is a tuple that says where in the first
    dimensions of the input the slice is.
  }];
}
def CoreML_GatherAlongAxisOp : CoreML_GatherBase<"gather_along_axis",
    "elements along an axis", (ins CoreML_Index:$axis)> {
  let description = [{
    `output[..., i, ...] = input[..., indices[..., i, ...], ...]`; the indices
    have the shape of the result.
  }];
}

class CoreML_ScatterBase<string mnemonic, string text, dag attributes = (ins)>
    : CoreML_Op<mnemonic> {
  let summary = text;
  let arguments = !con((ins CoreML_Tensor:$container, CoreML_Tensor:$indices,
                            CoreML_Tensor:$updates),
      attributes,
      (ins DefaultValuedAttr<CoreML_ScatterModeAttr,
                             "ScatterMode::SCATTER_UPDATE">:$mode));
  let results = (outs CoreML_Tensor:$output);
}
def CoreML_ScatterOp : CoreML_ScatterBase<"scatter",
    "writes slices along an axis", (ins CoreML_Index:$axis)> {
  let description = [{
    The inverse of `gather`. Updates of one place take effect in their order;
    those beyond the container do not.
  }];
}
def CoreML_ScatterNDOp : CoreML_ScatterBase<"scatter_nd",
    "writes slices at tuples"> {
  let description = [{ The inverse of `gather_nd`. }];
}
def CoreML_ScatterAlongAxisOp : CoreML_ScatterBase<"scatter_along_axis",
    "writes elements along an axis", (ins CoreML_Index:$axis)> {
  let description = [{ The inverse of `gather_along_axis`. }];
}

#endif
