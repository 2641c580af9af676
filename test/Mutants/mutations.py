"""Single faults, planted one at a time: an expression or a statement of the
sources, what stands there instead, and the check that has to notice.

A check is "passes" (random networks after each pass, no kernels), "kernels"
(some of them compiled), "layers TYPE [OPTION]" (the numeric cases of a layer
type), "python SCRIPT ARGUMENTS" (a test program that takes mlc first), "unit
FILTER" or "lit FILTER". Where an expression is no Value, `kind` says how it is planted:
"expression" chooses between two of one type, "statement" between two blocks.
"""
from typing import NamedTuple


class Mutant(NamedTuple):
    name: str
    file: str
    search: str
    replace: str
    check: str
    kind: str = "expression"


def m(*fields):
    return Mutant(*fields)


def statement(name, file, search, replace, check):
    return Mutant(name, file, search, replace, check, "statement")


TO_NN = "lib/Conversion/CoreMLToNN/"
PASSES = "lib/Transforms/"
NN = "lib/Dialect/NN/"
COREML = "lib/Dialect/CoreML/Transforms/"
KERNELS = "lib/Conversion/NNToMetal/"
METAL = "lib/Dialect/Metal/Transforms/"

MUTANTS = [
    # Layers to computations.
    m("window-same-upper", "lib/Dialect/CoreML/WindowShapes.cpp",
      "total - total / 2", "total / 2", "layers convolution --reference"),
    m("convert-padding-after", TO_NN + "ConvertCoreMLToNN.cpp",
      "reach - window.before - window.input",
      "reach - window.input", "passes"),
    m("convert-reverse-seq", TO_NN + "ArrayShape.cpp",
      "f.sub(f.sub(length, f.number(1)), at[0])", "f.sub(length, at[0])",
      "layers reverseSeq --precision=f32"),

    # Constants.
    m("fold-constants-sub", PASSES + "FoldConstants.cpp",
      "float(in[0]) - float(in[1])", "float(in[1]) - float(in[0])", "passes"),
    m("fold-constants-select", PASSES + "FoldConstants.cpp",
      "in[0] != 0 ? in[1] : in[2]", "in[0] != 0 ? in[2] : in[1]", "passes"),
    m("fold-constants-slice", PASSES + "FoldConstants.cpp",
      "step * stride", "stride", "passes"),
    statement("fold-constants-offset", PASSES + "FoldConstants.cpp",
              "first += offset * stride;", "first += 0 * offset * stride;",
              "passes"),
    m("fold-constants-broadcast", PASSES + "FoldConstants.cpp",
      "from[i] == 1 ? 0 : own[i]", "own[i]", "passes"),
    m("fold-constants-share", PASSES + "FoldConstants.cpp",
      "std::fmax(in[0], in[1])", "std::fmin(in[0], in[1])", "passes"),

    # Fusion.
    m("fuse-readers", PASSES + "FuseElementwise.cpp",
      "!inner || !input.hasOneUse()", "!inner", "passes"),
    m("fuse-broadcast", PASSES + "FuseElementwise.cpp",
      "input == result ? element : newArguments[next++]",
      "input == result ? element : newArguments[extras.size() - ++next]",
      "passes"),
    m("fuse-join-position", PASSES + "FuseElementwise.cpp",
      "rest.getArgument(index)",
      "rest.getArgument(rest.getNumArguments() - 1 - index)", "passes"),
    m("fuse-split-offset", PASSES + "FuseElementwise.cpp",
      "partOf(b, input, rank, axis, offset, size)",
      "partOf(b, input, rank, axis, 0, size)", "passes"),
    m("fuse-down-main", PASSES + "FuseElementwise.cpp",
      "i == mainInput ? element : newArguments[next++]",
      "i == 0 ? element : newArguments[next++]", "passes"),
    m("fuse-down-operand", PASSES + "FuseElementwise.cpp",
      "!reader || use.getOperandNumber() != 0", "!reader", "passes"),
    m("fuse-before-view", PASSES + "FuseElementwise.cpp",
      "map.getInputs().size() != 1", "map.getInputs().size() > 2", "passes"),

    # Affine work.
    statement("affine-add", PASSES + "FoldAffine.cpp", "b += c;", "b -= c;",
              "passes"),
    m("affine-div", PASSES + "FoldAffine.cpp",
      "isa<arith::DivFOp>(op) ? 1.0 / c : c", "c", "passes"),
    statement("affine-left", PASSES + "FoldAffine.cpp", "a = -a;", "(void)a;",
              "passes"),
    m("affine-relu-sign", PASSES + "FoldAffine.cpp",
      "s > 0 && std::isfinite(s)", "std::isfinite(s)", "passes"),
    m("affine-padding", PASSES + "FoldAffine.cpp",
      "affine.isShifted() && isPadded", "false", "passes"),
    m("affine-groups", PASSES + "FoldAffine.cpp",
      "group * inputs + input", "input", "passes"),
    m("affine-transposed", PASSES + "FoldAffine.cpp",
      "input / (inputs / groups) * last", "int64_t(0)", "passes"),
    m("affine-sums", PASSES + "FoldAffine.cpp",
      "filter[index] * shift[input]", "filter[index] * shift[0]", "passes"),

    # Layouts.
    m("layout-batch", PASSES + "FoldLayout.cpp", "&reordered[from * outputs]",
      "&reordered[i * outputs]", "passes"),
    m("layout-groups", PASSES + "FoldLayout.cpp", "conv.getGroups() != 1",
      "false", "passes"),

    # Pools.
    m("pool-padding", PASSES + "FoldPooling.cpp",
      "window != pool.getStrides()", "false", "passes"),
    m("pool-others", PASSES + "FoldPooling.cpp",
      "conv.getMaxPool() || conv.getSharedKernel() || conv.getGroups() != 1",
      "conv.getMaxPool() || conv.getSharedKernel()", "kernels"),
    m("pool-work", PASSES + "FoldPooling.cpp",
      "!pool.getPrologue().empty() || !pool.getEpilogue().empty()", "false",
      "passes"),
    m("pool-average-work", PASSES + "MoveAveragePool.cpp",
      "!pool.getEpilogue().empty() || !conv.getPrologue().empty()", "false",
      "passes"),
    m("pool-average-stride", PASSES + "MoveAveragePool.cpp",
      "s != 1", "s != s", "passes"),
    m("pool-average-counted", PASSES + "MoveAveragePool.cpp",
      "pool.getCountedPaddingAttr()", "DenseI64ArrayAttr()", "passes"),

    # Kernels with several results, concats and views.
    m("share-prologue", PASSES + "ShareKernels.cpp",
      "conv.getPrologue().empty()", "true", "kernels"),
    m("concat-axis", PASSES + "EliminateConcat.cpp",
      "inner.getAxis() == outer.getAxis()", "true", "passes"),
    m("concat-one-use", PASSES + "EliminateConcat.cpp",
      "inner && input.hasOneUse()", "bool(inner)", "passes"),
    m("concat-prefix", PASSES + "EliminateConcat.cpp",
      "longer.getInputs().take_front(count) != shorter.getInputs()", "false",
      "passes"),
    m("placement-input", NN + "Placement.cpp",
      "placed.contains(value)", "false", "kernels"),
    m("placement-slice", NN + "Placement.cpp",
      "isa<SliceOp>(op)", "false", "kernels"),
    m("layout-stride", NN + "Layout.cpp",
      "strides[from] != stride * have", "false", "kernels"),
    m("layout-slice-offset", NN + "Layout.cpp",
      "offsets[i] * strides[i]", "offsets[i]", "kernels"),

    # Canonical forms.
    m("canonical-slice", NN + "NNCanonicalize.cpp",
      "op.getOffsets()[i] * inner.getStrides()[i]", "op.getOffsets()[i]",
      "passes"),
    m("canonical-transpose", NN + "NNCanonicalize.cpp",
      "inner.getPermutation()[axis]", "axis", "passes"),
    m("canonical-units", NN + "NNCanonicalize.cpp", "axis < last", "false",
      "passes"),
    m("canonical-padding", NN + "NNCanonicalize.cpp",
      "low[0] || high[0] || low[3] || high[3]", "false", "passes"),
    m("canonical-identity", NN + "NNCanonicalize.cpp",
      "input.getType() != op.getType()", "false", "passes"),

    # mlc optimize.
    m("optimize-epsilon", COREML + "FoldAffine.cpp",
      "(*variance)[c] + epsilon", "(*variance)[c]", "passes"),
    m("optimize-mean", COREML + "FoldAffine.cpp",
      "(*beta)[c] - (*mean)[c] * scale", "(*beta)[c] + (*mean)[c] * scale",
      "passes"),
    m("optimize-identity", COREML + "DropIdentities.cpp",
      "layer.getKind() == coreml::ActivationKind::linear",
      "layer.getKind() != coreml::ActivationKind::prelu", "passes"),
    m("optimize-order", COREML + "DropIdentities.cpp",
      "axis != int64_t(index)", "false", "passes"),

    m("optimize-range", COREML + "HalveWeights.cpp",
      "!(std::fabs(x) <= kLargest)", "false", "lit HalveWeights"),
    m("optimize-nan", COREML + "FoldConstants.cpp", "std::isnan(x)", "false",
      "lit CoreML/FoldConstants"),
    m("pair-states", COREML + "PairStates.cpp",
      "number != float(first + int64_t(index))", "false", "lit PairStates"),

    # Precision.
    m("precision-index", PASSES + "AssignPrecision.cpp",
      "isa<ArgSortOp, NMSOp>(op)", "isa<NMSOp>(op)", "lit AssignPrecision"),
    m("precision-weights", PASSES + "AssignPrecision.cpp",
      "!loss.isAcceptable()", "false", "lit AssignPrecision"),

    # Memory and order.
    m("views-conflicts", PASSES + "EliminateViews.cpp",
      "placements.conflicts().empty()", "true", "kernels"),
    statement("order-dependency", METAL + "OrderDispatches.cpp",
              "histories[access.range.memory].dependencies(access, after);",
              "(void)access;", "lit OrderDispatches"),
    statement("schedule-dependency", METAL + "Schedule.cpp",
              "histories[access.range.memory].dependencies(access, on);",
              "(void)access;", "lit Metal/Schedule"),
    m("plan-overlap", "lib/Support/MemoryPlanner.cpp",
      "start >= offset + buffer.bytes", "start >= offset", "unit Planner"),
    m("plan-last", METAL + "PlanMemory.cpp", "std::max(buffer.last, last)",
      "buffer.last < 0 ? last : buffer.last", "kernels"),
    m("plan-loop", METAL + "PlanMemory.cpp",
      "!loop->isAncestor(home->getParentOp())", "false",
      "layers loop --precision=f32"),

    # Kernels.
    m("direct-column", KERNELS + "DirectConvolution.cpp",
      "k.mul(column, op.getStrides()[1])", "column",
      "layers convolution --precision=f32"),
    m("direct-channel", KERNELS + "DirectConvolution.cpp",
      "k.add(k.mul(group, s.groupInputs), c)", "c",
      "layers convolution --precision=f32"),
    m("direct-select", KERNELS + "DirectConvolution.cpp",
      "k.select(tap.inside, value, k.splat(0, lanes))", "value", "kernels"),
    m("direct-pool", KERNELS + "DirectConvolution.cpp",
      "k.add(k.mul(result, s.poolRows), wy)", "k.add(result, wy)", "kernels"),
    m("depthwise-row", KERNELS + "DepthwiseConvolution.cpp",
      "k.fma(value, weight, k.get(acc, p))", "k.fma(value, weight, value)",
      "layers convolution --precision=f32"),
    m("winograd-tile", KERNELS + "WinogradConvolution.cpp",
      "k.add(k.mul(tileRow, t.y.tile), i)", "k.add(tileRow, i)",
      "layers convolution --precision=f32"),
    m("winograd-edge", KERNELS + "WinogradConvolution.cpp",
      "k.sub(k.add(first, at), k.constant(before))", "k.add(first, at)",
      "layers convolution --precision=f32"),
    m("shared-input-pixel", KERNELS + "SharedInputConvolution.cpp",
      "k.add(line.column, k.add(first, p))", "k.add(line.column, p)",
      "python test/Integration/shared_input.py FOLDER f32"),
    m("transposed-divides", KERNELS + "MatMul.cpp",
      "k.logicalAnd(inside, divides)", "inside",
      "layers deconvolution --precision=f32"),
    m("transposed-before", KERNELS + "MatMul.cpp",
      "k.add(position, before)", "position",
      "layers deconvolution --precision=f32"),
    m("matmul-broadcast", KERNELS + "MatMul.cpp",
      "in[d] == 1", "false",
      "layers batchedMatmul --precision=f32"),
    m("pool-clip", KERNELS + "Pooling.cpp",
      "clipsBack ? k.min(stop, k.constant(extent)) : stop", "stop",
      "layers pooling --precision=f32"),
    m("pool-count", KERNELS + "Pooling.cpp",
      "k.sub(span.end, span.first)", "k.constant(window)",
      "layers pooling --precision=f32"),
    m("reduce-arg", KERNELS + "Reductions.cpp",
      "kind == nn::ReduceKind::ArgMax", "kind != nn::ReduceKind::ArgMax",
      "layers argMax --precision=f32"),
    m("reduce-axes", KERNELS + "Reductions.cpp",
      "a == 0 ? rest : k.rem(rest, extent)", "rest",
      "layers reduceSum --precision=f32"),
    m("normalize-mean", KERNELS + "Reductions.cpp",
      "kind != nn::NormalizeKind::L2", "false", "layers mvn --precision=f32"),
    m("lrn-window", KERNELS + "Reductions.cpp",
      "k.sub(k.add(channel, i), k.constant(before))", "k.add(channel, i)",
      "layers lrn --precision=f32"),
    m("recurrent-order", KERNELS + "Recurrent.cpp",
      "op.getReverseInput() ? k.sub(last, t) : t", "t",
      "layers gru --precision=f32"),
    m("recurrent-gate", KERNELS + "Recurrent.cpp",
      "k.add(unit, int64_t(gate) * units)", "unit",
      "layers uniDirectionalLSTM --precision=f32"),
    statement("simdgroup-barrier", KERNELS + "SimdgroupProduct.cpp",
              "metal::BarrierOp::create(b, k.loc());", "",
              "python test/Integration/layers/simdgroups.py"),
    m("simdgroup-column", KERNELS + "SimdgroupProduct.cpp",
      "k.add(k.add(k.mul(d, rightRow(tile)), column), behindLeft)",
      "k.add(k.mul(d, rightRow(tile)), column)",
      "python test/Integration/layers/simdgroups.py"),
    m("take-wrap", KERNELS + "Indexing.cpp",
      "k.select(negative, wrapped, index)", "index",
      "layers gather --precision=f32"),
    m("argsort-tie", KERNELS + "Indexing.cpp",
      "k.logicalAnd(equal, first)", "k.logicalAnd(equal, before)",
      "layers argSort --precision=f32"),
    m("cumsum-exclusive", KERNELS + "Indexing.cpp",
      "op.getExclusive() ? so.front() : sum", "sum",
      "layers cumSum --precision=f32"),
    m("pad-inside", KERNELS + "Sampling.cpp",
      "k.inRange(at, in[i], -low, in[i] - 1 + high)",
      "k.inRange(at, in[i] + 1, -low, in[i] - 1 + high)",
      "layers constantPad --precision=f32"),
    m("resize-weight", KERNELS + "Sampling.cpp",
      "k.fma(difference, k.broadcast(weight, lanes), a)", "a",
      "layers upsample --precision=f32"),
    m("crop-resize-centers", KERNELS + "CropResize.cpp",
      "numbers.sub(first, numbers.mul(size, 0.5))", "first",
      "layers cropResize --precision=f32"),
    m("boxes-tie", KERNELS + "Boxes.cpp",
      "k.logicalAnd(better, later)", "better",
      "layers NonMaximumSuppression --precision=f32"),
    m("boxes-area", KERNELS + "Boxes.cpp",
      "compute<arith::SubFOp>(compute<arith::AddFOp>(area(x), area(y)), both)",
      "compute<arith::AddFOp>(area(x), area(y))",
      "layers NonMaximumSuppression --precision=f32"),
    m("pixels-stride", KERNELS + "PixelRow.cpp",
      "k.mul(p, op.getStrides()[1])", "p", "python test/Integration/pixels.py FOLDER f32"),
    m("packed-zero", KERNELS + "PackedWeights.cpp",
      "grid->scale == 0 ? 0 : 1 / double(grid->scale)",
      "grid->scale == 0 ? 0 : 2 / double(grid->scale)",
      "layers innerProduct --precision=f16"),
    m("encoded-byte", KERNELS + "EncodedWeights.cpp",
      "k.mul(byte(k.add(at, 1)), 256)", "k.mul(byte(k.add(at, 1)), 128)",
      "layers convolution --precision=f16"),
    m("elementwise-join", KERNELS + "FusedKernel.cpp",
      "strides.back() == 1 || length == 1", "true", "kernels"),
    m("grid-rest", KERNELS + "Grid4D.cpp",
      "left == 1 ? rest : k.rem(rest, shape[i])", "rest",
      "layers transpose --precision=f32"),
    m("team-half", KERNELS + "ThreadTeam.cpp",
      "k.constant(most / 2)", "k.constant(most / 4)",
      "layers reduceSum --precision=f32 --run=--whole-groups"),
    m("custom-position", KERNELS + "Custom.cpp",
      "shape.size() < 4 ? 1 : shape[shape.size() - 4]", "int64_t(1)",
      "layers custom --precision=f32"),
]
