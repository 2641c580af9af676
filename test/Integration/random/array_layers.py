"""Layers on arrays of any rank: elementwise, moving, reducing."""
import numpy as np

from network import Skip, kind, product

# Layers of one input: the largest magnitude that they take, and what comes.
SMOOTH = dict(exp2=(4, 16), sin=(8, 1), cos=(8, 1), tan=(1, 2), atan=(99, 1.6),
              sinh=(2, 4), cosh=(2, 4), tanh=(99, 1), asinh=(99, 5), erf=(99, 1))
WITHIN = dict(asin=(0.9, 1.2), acos=(0.9, 3.2), atanh=(0.8, 1.2))


@kind("smooth", 2)
def smooth(net, x):
    name = net.choose(SMOOTH)
    most, scale = SMOOTH[name]
    _, y = net.add(name, [net.bounded(x, most)], x.shape, scale=scale)
    return y


def squashed(net, x, low, high):
    """x in the range from low to high."""
    params, y = net.add("activation", [x], x.shape, scale=1.0)
    params.sigmoid.SetInParent()
    params, y = net.add("activation", [y], x.shape, scale=max(-low, high))
    params.linear.alpha, params.linear.beta = high - low, low
    return y


@kind("within", 0.7)
def within(net, x):
    name = net.choose((*WITHIN, "acosh"))
    low, high = (1.1, 4) if name == "acosh" else (-WITHIN[name][0],
                                                  WITHIN[name][0])
    _, y = net.add(name, [squashed(net, x, low, high)], x.shape, scale=3.0)
    return y


@kind("rounded", 1, jumps=True)
def rounded(net, x):
    _, y = net.add(net.choose(("ceil", "floor", "round", "sign")), [x], x.shape,
                   exact=True)
    return y


@kind("gelu", 0.7)
def gelu(net, x):
    params, y = net.add("gelu", [x], x.shape)
    params.mode = net.number(0, 2)
    return y


@kind("clip", 1)
def clip(net, x):
    if net.chance(0.5):
        params, y = net.add("clip", [x], x.shape, scale=1.5)
        params.minVal, params.maxVal = net.choose(
            ((-1, 1), (0, 1.5), (-0.5, 0.25)))
        return y
    params, y = net.add("clampedReLU", [x], x.shape)
    params.alpha, params.beta = net.choose((0, 0.25, -1)), net.choose((1, 0.5))
    return y


def partner(net, x):
    """A value that broadcasts with x as numpy does."""
    if net.chance(0.5):
        return net.like(x.shape)
    shape = tuple(1 if net.chance(0.4) else n for n in x.shape)
    return net.like(shape[net.number(0, x.rank - 1):] if net.chance(0.5)
                    else shape, 0.3)


@kind("binary", 4)
def binary(net, x):
    name = net.choose(("add", "add", "subtract", "multiply", "multiply", "divide",
                       "pow", "min", "max"))
    y = partner(net, x)
    result = np.broadcast_shapes(x.shape, y.shape)
    scale = x.scale + y.scale
    if name == "multiply":
        x, y = net.bounded(x, 5), net.bounded(y, 5)
        scale = x.scale * y.scale
    elif name == "divide":
        y, scale = squashed(net, y, 0.5, 2), x.scale * 2
    elif name == "pow":
        x, y, scale = squashed(net, x, 0.5, 2), net.bounded(y, 2), 4.0
    elif net.chance(0.3):
        x, y = y, x
    _, z = net.add(name + "Broadcastable", [x, y], result, scale=scale)
    return net.bounded(z, 50)


@kind("jumping binary", 1.5, jumps=True)
def jumping_binary(net, x):
    """Comparisons, logic, floor division: of values that are exact."""
    name = net.choose(("equal", "notEqual", "lessThan", "lessEqual",
                       "greaterThan", "greaterEqual", "logicalOr", "logicalXor",
                       "logicalAnd", "logicalNot"))
    if net.chance(0.5):
        _, x = net.add("round", [x], x.shape, exact=True)
    if name == "logicalNot":
        _, y = net.add(name, [x], x.shape, scale=1.0, exact=True)
        return y
    if name[:5] != "logic" and net.chance(0.4):
        params, y = net.add(name, [x], x.shape, scale=1.0, exact=True)
        params.alpha = net.choose((0, 1, -0.5))
        return y
    other = exact_partner(net, x)
    _, y = net.add(name, [x, other], np.broadcast_shapes(x.shape, other.shape),
                   scale=1.0, exact=True)
    return y


def exact_partner(net, x):
    same = [v for v in net.values if v.exact and v.shape == x.shape]
    if same and net.chance(0.6):
        return net.choose(same)
    shape = tuple(1 if net.chance(0.3) else n for n in x.shape)
    return net.constant(np.round(2 * net.normal(*shape)))


@kind("division", 0.5, jumps=True)
def division(net, x):
    name = net.choose(("floorDivBroadcastable", "modBroadcastable"))
    _, x = net.add("round", [x], x.shape, exact=True)
    shape = tuple(1 if net.chance(0.3) else n for n in x.shape)
    other = net.constant(net.numbers.choice([1, 2, 3, -2, 4], shape))
    _, y = net.add(name, [x, other], np.broadcast_shapes(x.shape, shape),
                   exact=True)
    return y


@kind("where", 0.8, jumps=True)
def where(net, x):
    _, condition = net.add("greaterThan", [x], x.shape, scale=1.0, exact=True)
    a, b = partner(net, x), partner(net, x)
    _, y = net.add("whereBroadcastable", [condition, a, b], np.broadcast_shapes(
        x.shape, a.shape, b.shape), scale=max(a.scale, b.scale))
    return y


# ---------------------------------------------------------------------------
# Moving
# ---------------------------------------------------------------------------


@kind("transpose", 2, low=2)
def transpose(net, x):
    axes = list(range(x.rank))
    net.random.shuffle(axes)
    params, y = net.moved("transpose", [x], [x.shape[a] for a in axes])
    params.axes.extend(axes)
    return y


def target_shape(net, x):
    sizes, count = [], x.size
    for _ in range(net.number(0, 4)):
        sizes.append(net.choose([n for n in range(1, min(count, 40) + 1)
                                 if count % n == 0]))
        count //= sizes[-1]
    sizes.append(count)
    net.random.shuffle(sizes)
    return sizes


@kind("reshapes", 2)
def reshapes(net, x):
    name = net.choose(("reshapeStatic", "reshapeStatic", "reshapeLike",
                       "reshapeDynamic", "rankPreservingReshape"))
    target = target_shape(net, x)
    if name == "rankPreservingReshape":
        target, count = [0] * x.rank, 1
        free = net.number(0, x.rank - 1)
        target[free] = -1
        if x.rank > 1:
            other = net.choose([i for i in range(x.rank) if i != free])
            count = x.shape[free] * x.shape[other]
            target[other] = net.choose([n for n in range(1, count + 1)
                                        if count % n == 0])
        shape = [n if t == 0 else t for n, t in zip(x.shape, target)]
        shape[free] = count // target[other] if x.rank > 1 else x.size
        params, y = net.moved(name, [x], shape)
        params.targetShape.extend(target)
        return y
    if name == "reshapeLike":
        same = [v for v in net.values if v.size == x.size] or [x]
        other = net.choose(same)
        params, y = net.moved(name, [x, other], other.shape)
        return y._replace(exact=x.exact)
    given = list(target)
    if net.chance(0.3):
        given[net.number(0, len(given) - 1)] = -1
    if name == "reshapeDynamic":
        params, y = net.moved(name, [x, net.constant(given)], target)
        return y
    params, y = net.moved(name, [x], target)
    params.targetShape.extend(given)
    return y


@kind("ranks", 1.5)
def ranks(net, x):
    name = net.choose(("expandDims", "squeeze", "flattenTo2D"))
    if name == "flattenTo2D":
        axis = net.axis(x.rank)
        front = axis % x.rank
        params, y = net.moved(name, [x], (product(x.shape[:front]),
                                          product(x.shape[front:])))
        params.axis = axis
        return y
    if name == "squeeze":
        ones = [i for i, n in enumerate(x.shape) if n == 1]
        if not ones:
            raise Skip
        if net.chance(0.3) and len(ones) < x.rank:
            params, y = net.moved(name, [x], [n for n in x.shape if n != 1])
            params.squeezeAll = True
            return y
        axes = sorted(net.random.sample(ones, net.number(1, len(ones))))
        rest = [n for i, n in enumerate(x.shape) if i not in axes] or [1]
        params, y = net.moved(name, [x], rest)
        params.axes.extend(axes)
        return y
    if x.rank > 4:
        raise Skip
    rank = net.number(x.rank + 1, 5)
    axes = sorted(net.random.sample(range(rank), rank - x.rank))
    shape, rest = [], list(x.shape)
    for i in range(rank):
        shape.append(1 if i in axes else rest.pop(0))
    params, y = net.moved(name, [x], shape)
    params.axes.extend(axes if net.chance(0.6) else [a - rank for a in axes])
    return y


@kind("concatND", 3)
def concat(net, x):
    axis = net.axis(x.rank)
    at = axis % x.rank
    rest = x.shape[:at] + x.shape[at + 1:]
    same = [v for v in net.values if v.rank == x.rank and
            v.shape[:at] + v.shape[at + 1:] == rest]
    parts = [x] + [net.choose(same) for _ in range(net.number(0, 3))]
    if net.chance(0.25):
        parts.append(x)
    net.random.shuffle(parts)
    if len(parts) == 1:
        parts *= 2
    shape = list(x.shape)
    shape[at] = sum(v.shape[at] for v in parts)
    params, y = net.moved("concatND", parts, shape)
    params.axis = axis
    if all(v.shape == x.shape for v in parts) and net.chance(0.15):
        params.interleave = True
    return y


@kind("splitND", 1.2)
def split(net, x):
    axis = net.axis(x.rank)
    size = x.shape[axis]
    parts = net.number(1, min(size, 4))
    even = size % parts == 0 and net.chance(0.5)
    sizes = [size // parts] * parts
    if not even:
        cuts = sorted(net.random.sample(range(1, size), parts - 1))
        sizes = [b - a for a, b in zip([0, *cuts], [*cuts, size])]
    shapes = []
    for n in sizes:
        shapes.append(list(x.shape))
        shapes[-1][axis] = n
    params, *results = net.moved("splitND", [x], *shapes)
    params.axis = axis
    if even:
        params.numSplits = parts
    else:
        params.splitSizes.extend(sizes)
    return net.choose(results)


@kind("stack", 0.8, high=4)
def stack(net, x):
    same = [v for v in net.values if v.shape == x.shape]
    parts = [net.choose(same) for _ in range(net.number(2, 3))]
    axis = net.number(-x.rank - 1, x.rank)
    at = axis % (x.rank + 1)
    params, y = net.moved("stack", parts, (*x.shape[:at], len(parts),
                                           *x.shape[at:]))
    params.axis = axis
    return y


@kind("tile", 0.8)
def tile(net, x):
    reps = [net.number(1, 3) for _ in range(net.number(1, x.rank))]
    full = [1] * (x.rank - len(reps)) + reps
    params, y = net.moved("tile", [x], [n * r for n, r in zip(x.shape, full)])
    params.reps.extend(reps)
    return y


@kind("slices", 2)
def slices(net, x):
    name = net.choose(("sliceStatic", "sliceStatic", "sliceDynamic"))
    rows, shape = [], []
    for size in x.shape:
        step = net.choose((1, 1, 1, 2, 3, -1, -2))
        begin = net.number(0, size - 1)
        if step > 0:
            end = net.number(begin + 1, size)
            count = -(-(end - begin) // step)
        else:
            end = net.number(-1, begin - 1) if begin else -1
            count = -(-(begin - end) // -step)
        open_end = net.chance(0.2) or end in (-1, size)
        if open_end:
            end = 0
            count = (-(-(size - begin) // step) if step > 0
                     else begin // -step + 1)
        squeezed = net.chance(0.1)
        rows.append((begin - size if begin and net.chance(0.3) else begin, end,
                     step, open_end, squeezed))
        if not squeezed:
            shape.append(count)
    inputs = [x]
    begins = [row[0] for row in rows]
    if name == "sliceDynamic":
        inputs.append(net.constant(begins))
    params, y = net.moved(name, inputs, shape or [1])
    if name == "sliceStatic":
        params.beginIds.extend(begins)
    for _, end, step, open_end, squeezed in rows:
        params.endIds.append(end)
        params.strides.append(step)
        params.beginMasks.append(False)
        params.endMasks.append(open_end)
        params.squeezeMasks.append(squeezed)
    return y


@kind("sliceBySize", 0.5)
def slice_by_size(net, x):
    axis = net.axis(x.rank)
    size = net.number(1, x.shape[axis])
    begin = net.constant([net.number(0, x.shape[axis] - size)])
    shape = list(x.shape)
    shape[axis] = size
    params, y = net.moved("sliceBySize", [x, begin], shape)
    params.axis, params.size = axis, size
    return y


@kind("windows", 0.5, high=4)
def sliding_windows(net, x):
    axis = net.axis(x.rank)
    at = axis % x.rank
    size, step = net.number(1, x.shape[at]), net.number(1, 3)
    count = (x.shape[at] - size) // step + 1
    params, y = net.moved("slidingWindows", [x], (
        *x.shape[:at], count, size, *x.shape[at + 1:]))
    params.axis, params.windowSize, params.step = axis, size, step
    return y


@kind("reverse", 0.8)
def reverse(net, x):
    params, y = net.moved("reverse", [x], x.shape)
    params.reverseDim.extend(net.chance(0.5) for _ in x.shape)
    return y


@kind("constantPad", 0.8)
def constant_pad(net, x):
    amounts = [net.choose((0, 0, 1, 2)) for _ in range(2 * x.rank)]
    params, y = net.moved("constantPad", [x], [
        n + a + b for n, a, b in zip(x.shape, amounts[::2], amounts[1::2])])
    params.value = net.choose((0, 1.5))
    params.padAmounts.extend(amounts)
    return y


@kind("fills", 1)
def fills(net, x):
    """Values that do not depend on any other, with one that does."""
    name = net.choose(("fillStatic", "fillLike", "fillDynamic", "constant",
                       "range", "random"))
    shape = x.shape
    if name == "constant":
        y = net.constant(net.normal(*shape))
    elif name == "range":
        count = net.number(1, 6)
        if shape[-1] not in (1, count):
            count = shape[-1]
        params, y = net.add("rangeStatic", [], (count,), scale=5.0, exact=True)
        params.startValue, params.endValue = -1, -1 + 0.5 * count
        params.stepSizeValue = 0.5
    elif name == "random":
        field = net.choose(("randomNormalStatic", "randomUniformStatic",
                            "randomBernoulliStatic", "randomNormalLike"))
        read = [x] if field.endswith("Like") else []
        params, y = net.add(field, read, shape, scale=3.0)
        params.seed = net.number(0, 1000)
        if not read:
            params.outputShape.extend(shape)
        for field, value in dict(mean=0.5, stdDev=1, minVal=-1, maxVal=1,
                                 prob=0.5).items():
            if hasattr(params, field):
                setattr(params, field, value)
    else:
        read = [x] if name == "fillLike" else []
        if name == "fillDynamic":
            read = [net.constant(shape)]
        params, y = net.add(name, read, shape, scale=1.0, exact=True)
        params.value = net.choose((0.5, -1, 0))
        if name == "fillStatic":
            params.targetShape.extend(shape)
    _, y = net.add("addBroadcastable", [x, y], np.broadcast_shapes(
        x.shape, y.shape), scale=x.scale + y.scale)
    return y


@kind("broadcasts", 0.8)
def broadcasts(net, x):
    target = [net.number(2, 3) if n == 1 and net.chance(0.7) else n
              for n in x.shape]
    if x.rank < 5 and net.chance(0.3):
        target.insert(0, 2)
    name = net.choose(("broadcastToStatic", "broadcastToDynamic",
                       "broadcastToLike"))
    read = [x]
    if name != "broadcastToStatic":
        read.append(net.constant(target) if name == "broadcastToDynamic"
                    else net.like(target))
    params, y = net.moved(name, read, target)
    if name == "broadcastToStatic":
        params.targetShape.extend(target)
    return y


@kind("triangles", 0.6, low=2)
def triangles(net, x):
    name = net.choose(("lowerTriangular", "upperTriangular", "matrixBandPart"))
    params, y = net.moved(name, [x], x.shape)
    if name == "matrixBandPart":
        params.numLower, params.numUpper = net.number(-1, 3), net.number(-1, 3)
    else:
        params.k = net.number(-2, 2)
    return y


@kind("copy", 0.7)
def copy(net, x):
    _, y = net.moved("copy", [x], x.shape)
    return y


# ---------------------------------------------------------------------------
# Reductions, norms and products
# ---------------------------------------------------------------------------


@kind("reductions", 2)
def reductions(net, x):
    name = net.choose(("L1", "L2", "Max", "Min", "Sum", "Prod", "Mean", "LogSum",
                       "SumSquare", "LogSumExp"))
    axes = net.random.sample(range(x.rank), net.number(1, x.rank))
    keep = net.chance(0.5)
    count = product([x.shape[a] for a in axes])
    scale = x.scale * count
    if name in ("Prod", "LogSum"):
        x, scale = squashed(net, x, 0.7, 1.3), 1.3 ** count
        if count > 16:
            raise Skip
    elif name in ("SumSquare", "LogSumExp"):
        x = net.bounded(x, 3)
        scale = 9.0 * count
    elif name in ("Max", "Min", "Mean"):
        scale = x.scale
    shape = [1 if i in axes else n for i, n in enumerate(x.shape)]
    if not keep:
        shape = [n for i, n in enumerate(x.shape) if i not in axes] or [1]
    params, y = net.add("reduce" + name, [x], shape, scale=scale)
    params.keepDims = keep
    if len(axes) == x.rank and net.chance(0.5):
        params.reduceAll = True
    else:
        params.axes.extend(a - x.rank if net.chance(0.5) else a for a in axes)
    return net.bounded(y, 30)


@kind("softmaxND", 0.8)
def softmax(net, x):
    params, y = net.add("softmaxND", [net.bounded(x, 20)], x.shape, scale=1.0)
    params.axis = net.axis(x.rank)
    return y


@kind("layerNormalization", 0.8)
def layer_normalization(net, x):
    count = net.number(1, x.rank)
    shape = x.shape[-count:]
    params, y = net.add("layerNormalization", [x], x.shape, scale=4.0)
    params.normalizedShape.extend(shape)
    params.eps = 0.05
    net.weights(params.gamma, net.normal(*shape))
    net.weights(params.beta, net.normal(*shape))
    return y


@kind("batchedMatmul", 2)
def batched_matmul(net, x):
    width = x.shape[-1]
    columns = net.choose((1, 2, 3, 5, 7))
    if x.rank == 1 or net.chance(0.4):
        params, y = net.add("batchedMatmul", [x], (*x.shape[:-1], columns),
                            scale=x.scale * 2)
        params.weightMatrixFirstDimension = width
        params.weightMatrixSecondDimension = columns
        net.weights(params.weights, net.normal(columns, width) / width ** 0.5)
        if net.chance(0.5):
            params.hasBias = True
            net.weights(params.bias, net.normal(columns))
        return y
    turn = net.chance(0.4), net.chance(0.4)
    inner = x.shape[-2] if turn[0] else width
    shape = (columns, inner) if turn[1] else (inner, columns)
    lead = tuple(1 if net.chance(0.4) else n for n in x.shape[:-2])
    other = net.like((lead if net.chance(0.6) else ()) + shape)
    rows = width if turn[0] else x.shape[-2]
    x, other = net.bounded(x, 5), net.bounded(other, 5)
    params, y = net.add("batchedMatmul", [x, other], (
        *np.broadcast_shapes(x.shape[:-2], other.shape[:-2]), rows, columns),
        scale=x.scale * other.scale * inner ** 0.5)
    params.transposeA, params.transposeB = turn
    return net.bounded(y, 20)


@kind("cumSum", 0.6)
def cum_sum(net, x):
    axis = net.axis(x.rank)
    params, y = net.add("cumSum", [x], x.shape,
                        scale=x.scale * x.shape[axis] ** 0.5)
    params.axis, params.excludeFinalSum = axis, net.chance(0.5)
    params.reverse = net.chance(0.5)
    return net.bounded(y, 30)
