// The ops of the nn dialect: compute ops and maps here, views and control flow
// included.
#ifndef MLC_NN_OPS
#define MLC_NN_OPS
include "NN/NNBase.td"
include "NN/NNControlOps.td"
include "NN/NNViewOps.td"

//===----------------------------------------------------------------------===//
// Linear ops
//===----------------------------------------------------------------------===//

def NN_Conv2DOp : NN_ComputeOp<"conv2d",
    (ins NN_Pixels:$input, NN_Tensor:$filter),
    (ins DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
         DenseI64ArrayAttr:$padding, I64Attr:$groups,
         OptionalAttr<DenseI64ArrayAttr>:$max_pool,
         OptionalAttr<I64Attr>:$shared_kernel),
    (outs NN_Image:$result)> {
  let summary = "two-dimensional convolution";
  let description = [{
    `result[n,y,x,o] = sum over ky, kx, c of
       input[n, y*sy + ky*dy - top, x*sx + kx*dx - left, c] * filter[ky,kx,c,o]`

    `filter` is `[KH, KW, C/groups, O]`; group `g` reads the input channels
    `[g*C/groups, (g+1)*C/groups)` and writes the outputs `[g*O/groups, ...)`.
    `strides` and `dilations` are `[y, x]`, `padding` is
    `[top, bottom, left, right]`; reads outside the input give zero. There is no
    bias: it is part of the epilogue. A depthwise convolution has
    `groups == C`. The pixels of an image, bytes or halves, become floats where
    they are loaded, before the prologue.

    With `max_pool = [h, w]` the result is the maximum, after the epilogue, of
    windows of that size that lie side by side; what is left over at the bottom
    and right is dropped.

    Convolutions of a function whose `shared_kernel` is equal are computed by
    one kernel with several results: 1x1, of the same input, without a
    prologue, one behind the other.
  }];
  let hasCanonicalizer = 1;
  let builders = [
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$input,
                   "::mlir::Value":$filter, "::mlir::ValueRange":$before,
                   "::mlir::ValueRange":$after,
                   "::mlir::DenseI64ArrayAttr":$strides,
                   "::mlir::DenseI64ArrayAttr":$dilations,
                   "::mlir::DenseI64ArrayAttr":$padding,
                   "::mlir::IntegerAttr":$groups), [{
      build($_builder, $_state, result, input, filter, before, after, strides,
            dilations, padding, groups, ::mlir::DenseI64ArrayAttr(),
            ::mlir::IntegerAttr());
    }]>
  ];
  let extraClassDeclaration = [{
    /// Whether each pixel of the result is made of one pixel of the input, the
    /// one at its place.
    bool isPointwise();
    /// The windows of `max_pool`; [1, 1] without it.
    std::array<int64_t, 2> getPoolWindow() {
      if (auto window = getMaxPool())
        return {(*window)[0], (*window)[1]};
      return {1, 1};
    }
  }];
  let assemblyFormat = [{
    $input `,` $filter `strides` `=` $strides `dilations` `=` $dilations
    `padding` `=` $padding `groups` `=` $groups
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `,` type($filter) `->` type($result)
  }];
}

def NN_ConvTranspose2DOp : NN_ComputeOp<"conv_transpose2d",
    (ins NN_Image:$input, NN_Tensor:$filter),
    (ins DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations,
         DenseI64ArrayAttr:$padding, I64Attr:$groups),
    (outs NN_Image:$result)> {
  let summary = "two-dimensional transposed convolution (deconvolution)";
  let description = [{
    Each input pixel adds `input[n,y,x,c] * filter[ky,kx,c,o]` to the result at
    `[n, y*sy + ky*dy - top, x*sx + kx*dx - left, o]`; what falls outside of the
    result is dropped, what no input reaches is zero.

    `filter` is `[KH, KW, C, O/groups]`. `padding` is `[top, left]`: what is
    cropped there (negative: extended by zeros). The result's shape says where
    it ends at the bottom and right.
  }];
  let assemblyFormat = [{
    $input `,` $filter `strides` `=` $strides `dilations` `=` $dilations
    `padding` `=` $padding `groups` `=` $groups
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `,` type($filter) `->` type($result)
  }];
}

def NN_MatMulOp : NN_ComputeOp<"matmul",
    (ins NN_Tensor:$lhs, NN_Tensor:$rhs), (ins),
    (outs NN_Tensor:$result)> {
  let summary = "matrix product over the last two dimensions";
  let description = [{
    `result[..., m, n] = sum over k of lhs[..., m, k] * rhs[..., k, n]`. Leading
    dimensions broadcast. `rhs` of rank 2 is shared by all of them.
  }];
  let assemblyFormat = [{
    $lhs `,` $rhs
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
}

//===----------------------------------------------------------------------===//
// Windows and reductions
//===----------------------------------------------------------------------===//

def NN_PoolKind : I32EnumAttr<"PoolKind", "what a pooling window computes", [
    I32EnumAttrCase<"Max", 0, "max">, I32EnumAttrCase<"Average", 1, "average">,
    I32EnumAttrCase<"L2", 2, "l2">]> {
  let cppNamespace = "::mlir::nn";
}

def NN_Pool2DOp : NN_ComputeOp<"pool2d",
    (ins NN_Image:$input),
    (ins NN_PoolKind:$kind, DenseI64ArrayAttr:$window,
         DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$padding,
         OptionalAttr<DenseI64ArrayAttr>:$countedPadding),
    (outs NN_Image:$result)> {
  let summary = "maximum, average or L2 norm over windows";
  let description = [{
    Window `[y, x]` of the result covers the input rows
    `[y*sy - top, y*sy - top + window[0])`, columns alike. `padding` is
    `[top, bottom, left, right]`. `max` ignores what is outside of the input,
    `l2` is the root of the sum of squares. `average` divides by the number of
    input pixels in the window or, with `countedPadding` (as `padding`), by the
    number of pixels in the input extended by that much: padding that was
    declared counts, the overhang of a last window does not. Of an empty window,
    all three are 0.
  }];
  let assemblyFormat = [{
    $kind $input `window` `=` $window `strides` `=` $strides
    `padding` `=` $padding (`counting` `=` $countedPadding^)?
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `->` type($result)
  }];
}

def NN_ReduceKind : I32EnumAttr<"ReduceKind", "what a reduction computes", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Mean", 1, "mean">,
    I32EnumAttrCase<"Product", 2, "product">,
    I32EnumAttrCase<"Max", 3, "max">, I32EnumAttrCase<"Min", 4, "min">,
    I32EnumAttrCase<"SumSquare", 5, "sum_square">,
    I32EnumAttrCase<"L1", 6, "l1">, I32EnumAttrCase<"L2", 7, "l2">,
    I32EnumAttrCase<"LogSum", 8, "log_sum">,
    I32EnumAttrCase<"ArgMax", 9, "argmax">,
    I32EnumAttrCase<"ArgMin", 10, "argmin">]> {
  let cppNamespace = "::mlir::nn";
}

def NN_ReduceOp : NN_ComputeOp<"reduce",
    (ins NN_Tensor:$input),
    (ins NN_ReduceKind:$kind, DenseI64ArrayAttr:$axes),
    (outs NN_Tensor:$result)> {
  let summary = "reduction over some dimensions";
  let description = [{
    The dimensions in `axes` (ascending) become 1. `log_sum` is the logarithm of
    the sum. `argmax` and `argmin` have one axis and give the lowest index of
    the extreme value, as f32.
  }];
  let assemblyFormat = [{
    $kind $input `axes` `=` $axes
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `->` type($result)
  }];
}

def NN_NormalizeKind : I32EnumAttr<"NormalizeKind", "what is normalised", [
    I32EnumAttrCase<"MeanVariance", 0, "mean_variance">,
    I32EnumAttrCase<"Mean", 1, "mean">,
    I32EnumAttrCase<"L2", 2, "l2">]> {
  let cppNamespace = "::mlir::nn";
}

def NN_NormalizeOp : NN_ComputeOp<"normalize",
    (ins NN_Tensor:$input),
    (ins NN_NormalizeKind:$kind, DenseI64ArrayAttr:$axes, F32Attr:$epsilon),
    (outs NN_Tensor:$result)> {
  let summary = "normalisation by statistics taken over some dimensions";
  let description = [{
    With mean and variance (the mean of squared differences) over `axes`:
    `mean_variance` is `(x - mean) / sqrt(variance + epsilon)`, `mean` is
    `x - mean`, `l2` is `x / sqrt(sum(x * x) + epsilon)`. Instance
    normalisation has the axes `[1, 2]`.
  }];
  let assemblyFormat = [{
    $kind $input `axes` `=` $axes `epsilon` `=` $epsilon
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `->` type($result)
  }];
}

def NN_SoftmaxOp : NN_ComputeOp<"softmax",
    (ins NN_Tensor:$input), (ins I64Attr:$axis), (outs NN_Tensor:$result)> {
  let summary = "softmax along one dimension";
  let description = [{
    `exp(x - max) / sum(exp(x - max))` along `axis`.
  }];
  let assemblyFormat = [{
    $input `axis` `=` $axis
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `->` type($result)
  }];
}

def NN_LRNOp : NN_ComputeOp<"lrn",
    (ins NN_Image:$input),
    (ins I64Attr:$size, F32Attr:$alpha, F32Attr:$beta, F32Attr:$k),
    (outs NN_Image:$result)> {
  let summary = "local response normalisation across channels";
  let description = [{
    `x[c] / (k + alpha/size * sum of x[i]^2)^beta` for the `size` channels `i`
    from `c - floor(size/2)`, clipped to the existing ones.
  }];
  let assemblyFormat = [{
    $input `size` `=` $size `alpha` `=` $alpha `beta` `=` $beta `k` `=` $k
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `->` type($result)
  }];
}

def NN_ResizeKind : I32EnumAttr<"ResizeKind", "how pixels are interpolated", [
    I32EnumAttrCase<"Nearest", 0, "nearest">,
    I32EnumAttrCase<"Bilinear", 1, "bilinear">]> {
  let cppNamespace = "::mlir::nn";
}

def NN_ResizeOp : NN_ComputeOp<"resize",
    (ins NN_Image:$input),
    (ins NN_ResizeKind:$kind, DenseF64ArrayAttr:$scales,
         DenseF64ArrayAttr:$offsets),
    (outs NN_Image:$result)> {
  let summary = "resampling of rows and columns";
  let description = [{
    Pixel `y` of the result reads the source coordinate
    `y * scales[0] + offsets[0]`, columns alike, clamped to the input; `nearest`
    takes its floor, `bilinear` mixes the two pixels on either side.
  }];
  let assemblyFormat = [{
    $kind $input `scales` `=` $scales `offsets` `=` $offsets
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `->` type($result)
  }];
}

def NN_PadKind : I32EnumAttr<"PadKind", "what padding is filled with", [
    I32EnumAttrCase<"Constant", 0, "constant">,
    I32EnumAttrCase<"Reflect", 1, "reflect">,
    I32EnumAttrCase<"Replicate", 2, "replicate">]> {
  let cppNamespace = "::mlir::nn";
}

def NN_PadOp : NN_ComputeOp<"pad",
    (ins NN_Tensor:$input),
    (ins NN_PadKind:$kind, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
         DefaultValuedAttr<F32Attr, "0.0f">:$value),
    (outs NN_Tensor:$result)> {
  let summary = "explicit padding of every dimension";
  let description = [{
    `low[d]` elements before and `high[d]` after the input in dimension `d`:
    `value`, or the reflection that does not repeat the edge, or the edge
    itself. The prologue does not apply to `value`.
  }];
  let assemblyFormat = [{
    $kind $input `low` `=` $low `high` `=` $high (`value` `=` $value^)?
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `->` type($result)
  }];
}

def NN_GatherOp : NN_ComputeOp<"gather",
    (ins NN_Tensor:$indices, NN_Tensor:$table), (ins),
    (outs NN_Tensor:$result)> {
  let summary = "rows of a table, chosen by index";
  let description = [{
    `result[..., j] = table[int(indices[..., 0]), j]`: the last dimension of
    `indices` is 1 and becomes the row length of `table` (`[rows, length]`).
    Indices are truncated to integers and clamped to the table. An embedding.
  }];
  let assemblyFormat = [{
    $indices `,` $table
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($indices) `,` type($table) `->` type($result)
  }];
}

def NN_CropResizeOp : NN_ComputeOp<"crop_resize",
    (ins NN_Image:$input, NN_Tensor:$boxes),
    (ins UnitAttr:$columns_first, UnitAttr:$centers, UnitAttr:$at_least_one,
         DenseF64ArrayAttr:$units, DenseF64ArrayAttr:$offsets,
         DenseF64ArrayAttr:$scales, DenseF64ArrayAttr:$steps),
    (outs NN_Image:$result)> {
  let summary = "boxes of an image, resampled bilinearly";
  let description = [{
    `boxes` is `[N, 4]` or `[N, 5]`. The last four numbers are the box's first
    row, first column, last row and last column or, with `centers`, row and
    column of the centre, height and width; `columns_first` swaps both pairs.
    They are multiplied by `units` (of rows, of columns) to give pixels. Of five
    numbers the first is the image, truncated and clamped, and the result is
    `[N, h, w, C]`; with four every box is cut out of every image, and the
    result is `[N * images, h, w, C]`.

    With `size = last - first` (not less than one with `at_least_one`), row `y`
    reads the source coordinate
    `first + offsets[0] * size + y * (scales[0] * size + steps[0])`, columns
    alike, clamped to the input.
  }];
  let assemblyFormat = [{
    $input `,` $boxes (`columns_first` $columns_first^)? (`centers` $centers^)?
    (`at_least_one` $at_least_one^)? `units` `=` $units
    `offsets` `=` $offsets `scales` `=` $scales `steps` `=` $steps
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `,` type($boxes) `->` type($result)
  }];
}

//===----------------------------------------------------------------------===//
// Sequences
//===----------------------------------------------------------------------===//

def NN_RecurrentOp : NN_ComputeOp<"recurrent",
    (ins NN_Tensor:$input, NN_Tensor:$recursion,
         Variadic<NN_Tensor>:$initial, Optional<NN_Tensor>:$vectors),
    (ins I64Attr:$gates, UnitAttr:$reverse_input, UnitAttr:$reverse_result),
    (outs NN_Tensor:$result)> {
  let summary = "a recurrence along a sequence";
  let description = [{
    The state of each of `U` units is one number, h, or with a `memory` region
    two, h and c. There are `B` sequences of `S` steps. `input` is
    `[S, B, gates * U]`: what the step's own vector adds to each gate, biases
    included. `recursion` is `[U, gates * U]`. `initial` are the states before
    the first step, h and then c, each `[B, U]`; absent ones are zero. `vectors`
    is `[P, U]`: P more numbers for each unit. In each step, for each unit u:

    - `a[g] = input[t, b, g*U + u] + sum over k of h[k] * recursion[k, g*U + u]`;
      with a `reset` region, the sum of the last gate takes for `h[k]` what
      `reset(a[0] .. a[gates - 2], h, c, vectors)` gives for unit k;
    - `new c = memory(a[0] .. a[gates - 1], h, c, vectors)`;
    - `new h = output(a[0] .. a[gates - 1], h, c, vectors, new c)`.

    Without `memory` there is neither c nor new c. The result is `[S, B, U]`, or
    `[S, B, 2 * U]` with h in front of c. `reverse_input` reads the last step's
    vector first; `reverse_result` stores the first step's state last. The
    epilogue does not change what the next step reads.
  }];
  let regions = (region AnyRegion:$prologue, AnyRegion:$epilogue,
                 AnyRegion:$reset, AnyRegion:$memory,
                 SizedRegion<1>:$output);
  let assemblyFormat = [{
    $input `,` $recursion (`initial` `(` $initial^ `:` type($initial) `)`)?
    (`vectors` `(` $vectors^ `:` type($vectors) `)`)? `gates` `=` $gates
    (`reverse_input` $reverse_input^)? (`reverse_result` $reverse_result^)?
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    (`reset` $reset^)? (`memory` $memory^)? `output` $output
    attr-dict `:` type($input) `,` type($recursion) `->` type($result)
  }];
  let extraClassDeclaration = [{
    /// How many numbers the state of a unit is.
    int64_t getNumStates() { return getMemory().empty() ? 1 : 2; }
  }];
}

//===----------------------------------------------------------------------===//
// Places and order
//===----------------------------------------------------------------------===//

def NN_TakeOp : NN_ComputeOp<"take",
    (ins NN_Tensor:$input, NN_Tensor:$indices), (ins I64Attr:$axis),
    (outs NN_Tensor:$result)> {
  let summary = "elements along one dimension, chosen by index";
  let description = [{
    `result[i] = input[i, but with indices[i] in place of i[axis]]`. The indices
    broadcast to the result, which has any extent along `axis` and those of the
    input elsewhere. Indices are truncated to integers, negative ones count from
    the end, what is beyond is clamped. They are stored in f32 whatever the
    precision.
  }];
  let assemblyFormat = [{
    $input `,` $indices `axis` `=` $axis
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `,` type($indices) `->` type($result)
  }];
}

def NN_ScatterKind : I32EnumAttr<"ScatterKind", "how an update takes effect", [
    I32EnumAttrCase<"Update", 0, "update">, I32EnumAttrCase<"Add", 1, "add">,
    I32EnumAttrCase<"Sub", 2, "sub">, I32EnumAttrCase<"Mul", 3, "mul">,
    I32EnumAttrCase<"Div", 4, "div">, I32EnumAttrCase<"Max", 5, "max">,
    I32EnumAttrCase<"Min", 6, "min">]> {
  let cppNamespace = "::mlir::nn";
}

def NN_ScatterOp : NN_ComputeOp<"scatter",
    (ins NN_Tensor:$input, NN_Tensor:$indices, NN_Tensor:$updates),
    (ins NN_ScatterKind:$kind, I64Attr:$axis),
    (outs NN_Tensor:$result)> {
  let summary = "the input, changed where indices say";
  let description = [{
    For each element of `updates` in their order along `axis`:
    `result[i, but with indices[i] in place of i[axis]]` is combined with
    `updates[i]`. The result begins as the input. The indices broadcast to the
    updates, which have any extent along `axis` and those of the input
    elsewhere. Negative indices count from the end; updates beyond it are lost.
  }];
  let assemblyFormat = [{
    $kind $input `,` $indices `,` $updates `axis` `=` $axis
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `,` type($indices) `,` type($updates)
    `->` type($result)
  }];
}

def NN_ArgSortOp : NN_ComputeOp<"argsort",
    (ins NN_Tensor:$input), (ins I64Attr:$axis, BoolAttr:$descending),
    (outs NN_Tensor:$result)> {
  let summary = "where the elements in order are along one dimension";
  let description = [{
    Of equal elements the first comes first. The result may have a smaller
    extent along `axis` than the input: the first of the order. It is stored in
    f32 whatever the precision. A thread counts those in front of its element.
  }];
  let assemblyFormat = [{
    $input `axis` `=` $axis `descending` `=` $descending
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `->` type($result)
  }];
}

def NN_CumSumOp : NN_ComputeOp<"cumsum",
    (ins NN_Tensor:$input),
    (ins I64Attr:$axis, BoolAttr:$exclusive, BoolAttr:$reverse),
    (outs NN_Tensor:$result)> {
  let summary = "running sum along one dimension";
  let description = [{
    Each element becomes the sum of those up to it, without itself if
    `exclusive`, from the other end if `reverse`.
  }];
  let assemblyFormat = [{
    $input `axis` `=` $axis `exclusive` `=` $exclusive `reverse` `=` $reverse
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($input) `->` type($result)
  }];
}

def NN_NMSOp : NN_Op<"nms"> {
  let summary = "the best boxes that do not overlap";
  let description = [{
    Chooses, for each batch, boxes in the order of their scores: those of at
    least `scoreLimit` whose intersection over union with each box chosen before
    of the same class is at most `overlapLimit`. Boxes `[B, N, 4]` are centre
    and size, scores and classes `[B, N]` (classes broadcast), the limits `[1]`.
    The result `[B, count]` has indices, then -1; it begins with the best box of
    all if none is left.
  }];
  let arguments = (ins NN_Tensor:$boxes, NN_Tensor:$scores, NN_Tensor:$classes,
                       NN_Tensor:$overlapLimit, NN_Tensor:$scoreLimit);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def NN_CustomOp : NN_ComputeOp<"custom",
    (ins Variadic<NN_Tensor>:$inputs),
    (ins StrAttr:$className, StrAttr:$function, StrAttr:$file, StrAttr:$source,
         StrArrayAttr:$names, I64Attr:$numWeights, DictionaryAttr:$constants,
         TypedArrayAttrBase<DenseI64ArrayAttr, "list of shapes">:$shapes),
    (outs NN_Tensor:$result)> {
  let summary = "elements that a developer's own function computes";
  let description = [{
    `function` of `source`, text in Metal Shading Language, gives an element of
    the result from its position and the inputs. The last `numWeights` inputs
    are constants of one dimension. `names` are what the text calls the inputs,
    `constants` the values of its parameters. `shapes` are those that the text
    sees: `[S, N, C, H, W]` or the last of them, for each input that is no
    weight and for the result. The tensors are channel-last as all others.

    The function reads its inputs where and as often as it likes, so there is
    no prologue.
  }];
  let assemblyFormat = [{
    $className `(` $inputs `)`
    custom<Fused>($prologueInputs, type($prologueInputs), $prologue,
                  $epilogueInputs, type($epilogueInputs), $epilogue)
    attr-dict `:` type($inputs) `->` type($result)
  }];
}

//===----------------------------------------------------------------------===//
// Elementwise work
//===----------------------------------------------------------------------===//

def NN_MapOp : NN_Op<"map"> {
  let summary = "scalar work on each element";
  let description = [{
    The region, of `arith` and `math` ops, computes one element of the result
    from the elements of the inputs, which broadcast to the result's shape
    (aligned at the last dimension, as numpy does). Every activation, batch
    norm, scale, bias, sum of tensors and clip is one.

    ```mlir
    %r = nn.map(%x, %scale : tensor<1x8x8x4xf32>, tensor<4xf32>) {
    ^bb0(%a: f32, %s: f32):
      %0 = arith.mulf %a, %s : f32
      nn.yield %0 : f32
    } -> tensor<1x8x8x4xf32>
    ```
  }];
  let arguments = (ins Variadic<NN_InputTensor>:$inputs);
  let results = (outs NN_Tensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `(` ($inputs^ `:` type($inputs))? `)` $body attr-dict `->` type($result)
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let builders = [
    OpBuilder<(ins "::mlir::RankedTensorType":$type,
                   "::mlir::ValueRange":$inputs,
                   "::llvm::function_ref<::mlir::Value(::mlir::OpBuilder &, "
                   "::mlir::Location, ::mlir::ValueRange)>":$body)>
  ];
}

def NN_YieldOp : NN_Op<"yield", [Terminator, ReturnLike]> {
  let summary = "the value of a scalar region";
  let arguments = (ins AnyTypeOf<[F32]>:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

#endif
