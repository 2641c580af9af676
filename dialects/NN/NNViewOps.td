// Views: ops that move elements and compute none.
#ifndef MLC_NN_VIEW_OPS
#define MLC_NN_VIEW_OPS
include "NN/NNBase.td"

def NN_ReshapeOp : NN_Op<"reshape"> {
  let summary = "the same elements in the same order, in another shape";
  let arguments = (ins NN_InputTensor:$input);
  let results = (outs NN_InputTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def NN_TransposeOp : NN_Op<"transpose"> {
  let summary = "dimensions in another order";
  let description = [{
    Dimension `i` of the result is dimension `permutation[i]` of the input.
  }];
  let arguments = (ins NN_InputTensor:$input, DenseI64ArrayAttr:$permutation);
  let results = (outs NN_InputTensor:$result);
  let assemblyFormat = [{
    $input `permutation` `=` $permutation attr-dict
    `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def NN_SliceOp : NN_Op<"slice"> {
  let summary = "a box of the input";
  let description = [{
    `result[i] = input[offsets + i * strides]`, its shape says how many.
  }];
  let arguments = (ins NN_InputTensor:$input, DenseI64ArrayAttr:$offsets,
                       DenseI64ArrayAttr:$strides);
  let results = (outs NN_InputTensor:$result);
  let assemblyFormat = [{
    $input `offsets` `=` $offsets `strides` `=` $strides attr-dict
    `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def NN_ConcatOp : NN_Op<"concat"> {
  let summary = "tensors joined along one dimension";
  let description = [{
    With `in_place`, which the pass `eliminate-concat` sets, the producer of
    each input writes directly into its part of the result, and the op becomes
    no kernel.
  }];
  let arguments = (ins Variadic<NN_Tensor>:$inputs, I64Attr:$axis,
                       UnitAttr:$in_place);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    $inputs `axis` `=` $axis (`in_place` $in_place^)? attr-dict
    `:` type($inputs) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_CopyOp : NN_Op<"copy", [SameOperandsAndResultType]> {
  let summary = "the input in memory of its own";
  let description = [{
    Marks data that truly has to move, for instance a graph input that is part
    of a concat. Passes that insert one say why in a remark.
  }];
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

#endif
