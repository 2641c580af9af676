// The passes over the nn dialect. One pass is one file in lib/Transforms and
// one folder in test/Transforms. Where a pass declines, a remark says why
// (mlc-opt --remarks-filter-missed=<pass name>).
#ifndef MLC_TRANSFORMS_PASSES
#define MLC_TRANSFORMS_PASSES
include "mlir/Pass/PassBase.td"

def FoldConstants : Pass<"fold-constants", "::mlir::func::FuncOp"> {
  let summary = "compute what depends on constants only";
  let description = [{
    Maps and views of constants become constants, equal constants become one.
  }];
  let statistics = [Statistic<"numFolded", "folded", "Ops computed ahead">];
}

def FuseElementwise : Pass<"fuse-elementwise", "::mlir::func::FuncOp"> {
  let summary = "move nn.map regions into the ops around them";
  let description = [{
    A map becomes the epilogue of the op that produces one of its inputs, if it
    is the only reader; of several, the last. Maps of maps become one map. A
    map behind a reshape or transpose moves in front of it, a map behind a
    concat into each branch. What cannot go up goes down: into the prologue of
    every op that reads it as its main input, where computing it for each load
    is cheap.

    Batch norm, scale, bias, every activation and residual adds are maps, so
    this one pass fuses them all.
  }];
  let statistics = [
    Statistic<"numEpilogues", "epilogues", "Maps moved into epilogues">,
    Statistic<"numPrologues", "prologues", "Maps moved into prologues">,
    Statistic<"numMaps", "maps", "Maps joined with maps">
  ];
}

def FoldAffine : Pass<"fold-affine", "::mlir::func::FuncOp"> {
  let summary = "fold scales and shifts into the weights of linear ops";
  let description = [{
    Where the epilogue of a convolution begins with `acc * a + b` for constants
    of each channel (batch norm, scale, bias), `a` goes into the filter and one
    sum remains. A positive scale behind a ReLU moves in front of it first,
    since `relu(x) * a = relu(x * a)`. A prologue that is `x * a + b` goes
    into the filter and the epilogue: `a` always, `b` only where nothing is
    padded, because padding is zero after the prologue. Computed in double,
    rounded once. Nothing is folded where a number is not finite, or where half
    precision would lose the products.
  }];
  let statistics = [Statistic<"numFolded", "folded", "Affine layers folded">];
}

def FoldLayout : Pass<"fold-layout", "::mlir::func::FuncOp"> {
  let summary = "permute weights instead of activations";
  let description = [{
    A flatten, reshape or permute in front of a convolution whose only window is
    its whole input (an inner product) is undone by reordering the filter, if it
    orders all images of a batch alike.
  }];
  let statistics = [Statistic<"numFolded", "folded", "Filters reordered">];
}

def MoveAveragePool : Pass<"move-average-pool", "::mlir::func::FuncOp"> {
  let summary = "average after a 1x1 convolution instead of before it";
  let description = [{
    Averaging windows and mixing the channels of a pixel are both linear and
    change places. An average pool with stride 1 moves behind the 1x1
    convolution that alone reads it, if that leaves it fewer channels; the
    convolution's epilogue moves along. What reads the pool's input may then
    share a kernel with the convolution.
  }];
  let statistics = [Statistic<"numMoved", "moved", "Pools moved">];
}

def FoldPooling : Pass<"fold-pooling", "::mlir::func::FuncOp"> {
  let summary = "take the maximum of windows where a convolution stores them";
  let description = [{
    A max pool whose windows lie side by side becomes part of the convolution
    that it alone reads: the larger image is never stored. Only behind
    convolutions of few input channels, which are the ones with large images;
    the others have faster kernels of their own.
  }];
  let statistics = [Statistic<"numFolded", "folded", "Pools folded">];
}

def ShareKernels : Pass<"share-kernels", "::mlir::func::FuncOp"> {
  let summary = "let one kernel compute 1x1 convolutions of the same tensor";
  let description = [{
    1x1 convolutions that read the same tensor, each with an epilogue of its
    own, are moved together and get the same `shared_kernel`: one dispatch, as
    large as all of them, instead of several small ones.
  }];
  let statistics = [
    Statistic<"numShared", "shared", "Convolutions that got another's kernel">
  ];
}

def EliminateConcat : Pass<"eliminate-concat", "::mlir::func::FuncOp"> {
  let summary = "compute the inputs of a concat inside its result";
  let description = [{
    Marks every nn.concat `in_place`: its inputs are written to their part of
    the joint tensor, whatever the axis and the number of channels. Nested
    concats become one; a concat that repeats the beginning of another becomes
    part of it. An nn.copy is left only for inputs that already live elsewhere:
    inputs and outputs of the model, constants, parts of two concats.
  }];
  let statistics = [
    Statistic<"numEliminated", "eliminated", "Inputs written in place">,
    Statistic<"numCopied", "copied", "Inputs that need a copy">
  ];
}

def EliminateViews : Pass<"eliminate-views", "::mlir::func::FuncOp"> {
  let summary = "make every reshape, transpose and slice pure addressing";
  let description = [{
    Inserts nn.copy where strides cannot express a view or where a result of
    the model cannot be computed where it is wanted. What is left moves nothing.
  }];
  let statistics = [Statistic<"numCopied", "copied", "Copies inserted">];
  // A function without any op of nn may need a copy, too.
  let dependentDialects = ["::mlir::nn::NNDialect"];
}

def AssignPrecision : Pass<"assign-precision", "::mlir::ModuleOp"> {
  let summary = "mark what stays in float where the rest is stored in half";
  let description = [{
    Marks the ops that compute layers named in the module's `nn.float_layers`
    with `nn.precision = "f32"`: the lowering then stores their results and
    weights in f32, and kernels convert as they load. `--precision=auto` writes
    that list. So are ops whose weights halves cannot hold: beyond 65504, or all
    so small that they would lose digits.

    Marks with `nn.result_precision = "f32"`, for results alone, what is
    compared, sorted or counted: what `argsort`, `argmax`, `argmin` and `nms`
    read, indices and boxes, conditions and counts of control flow, and what
    maps and fused regions read that make steps (comparisons, rounding,
    remainders; not `x >= 0 ? x : a * x`, which makes none). From there it goes
    back to the ops with weights and to matrix products, these included. Indices,
    and sums of answers of comparisons, are marked on to all that is computed of
    them until it is compared or weighed. Both go into and out of the functions
    of control flow.
  }];
  let statistics = [
    Statistic<"numFloat", "float", "Ops kept in float">,
    Statistic<"numFloatResults", "float-results", "Results kept in float">
  ];
}

#endif
