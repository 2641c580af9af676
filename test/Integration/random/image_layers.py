"""Layers on images: what has C, H and W as its last dimensions."""
import numpy as np

from network import Skip, kind, pb, product, set_borders
from weighted_layers import (borders, convolution, deconvolution, inner_product,
                             padding, replace, spatial)

ACTIVATIONS = ("linear", "ReLU", "leakyReLU", "thresholdedReLU", "PReLU", "tanh",
               "scaledTanh", "sigmoid", "sigmoidHard", "ELU", "softsign",
               "softplus", "parametricSoftplus")


@kind("batchnorm", 3, low=3)
def batchnorm(net, x):
    params, y = net.add("batchnorm", [x], x.shape, scale=x.scale * 2 + 1)
    c = x.channels
    params.channels = c
    gamma = net.uniform(0.3, 2, c)
    if net.chance(0.3):
        gamma *= np.sign(net.normal(c) + 1e-6)
    net.weights(params.gamma, gamma)
    net.weights(params.beta, 0.5 * net.normal(c))
    if net.chance(0.15) and product(x.shape[-2:]) > 2:
        params.computeMeanVar = params.instanceNormalization = True
        params.epsilon = net.choose((0.01, 0.1))
        return y
    if net.chance(0.3):
        params.epsilon = net.choose((1e-3, 0.1))
    net.weights(params.mean, 0.5 * net.normal(c))
    net.weights(params.variance, net.uniform(0.3, 2, c))
    return y


def shape_of_scale(net, x):
    c, h, w = x.shape[-3:]
    return net.choose(((1,), (c,), (c,), (c, h, w), (1, h, w), (c, 1, 1),
                       (1, 1, w)))


@kind("scale", 2, low=3)
def scale(net, x):
    params, y = net.add("scale", [x], x.shape, scale=x.scale * 1.5 + 1)
    shape = shape_of_scale(net, x)
    params.shapeScale.extend(shape)
    values = net.uniform(0.3, 1.5, *shape)
    if net.chance(0.4):
        values *= np.sign(net.normal(*shape) + 1e-6)
    net.weights(params.scale, values)
    if net.chance(0.6):
        shape = shape_of_scale(net, x)
        params.hasBias = True
        params.shapeBias.extend(shape)
        net.weights(params.bias, 0.5 * net.normal(*shape))
    return y


@kind("bias", 1.5, low=3)
def bias(net, x):
    params, y = net.add("bias", [x], x.shape, scale=x.scale + 1)
    shape = shape_of_scale(net, x)
    params.shape.extend(shape)
    net.weights(params.bias, 0.5 * net.normal(*shape))
    return y


@kind("activation", 5)
def activation(net, x):
    name = net.choose(ACTIVATIONS)
    if x.rank < 3 and name in ("PReLU", "parametricSoftplus"):
        name = "ReLU"
    if name in ("ELU", "softplus", "parametricSoftplus"):
        x = net.bounded(x, 20)
    bound = {"tanh": 1.0, "sigmoid": 1.0, "sigmoidHard": 1.0, "softsign": 1.0,
             "scaledTanh": 2.0}
    # A value on the threshold of a jump may fall to either side.
    if name == "thresholdedReLU" and not x.exact:
        name = "leakyReLU"
    params, y = net.add("activation", [x], x.shape,
                        scale=bound.get(name, x.scale * 1.5))
    function = getattr(params, name)
    function.SetInParent()
    if name in ("linear", "scaledTanh", "sigmoidHard"):
        function.alpha = net.random.uniform(0.2, 1.5) * net.choose((1, 1, -1))
        function.beta = net.random.uniform(-0.5, 0.8)
    elif name in ("leakyReLU", "ELU"):
        function.alpha = net.choose((0.01, 0.1, 0.5, 1.5))
    elif name == "thresholdedReLU":
        function.alpha = 0.25
    elif name in ("PReLU", "parametricSoftplus"):
        many = net.choose((1, x.channels))
        net.weights(function.alpha, net.uniform(-0.5, 1, many), True)
        if name != "PReLU":
            net.weights(function.beta, net.uniform(0.5, 1, many), True)
    return y


@kind("unary", 2)
def unary(net, x):
    name = net.choose(("SQRT", "RSQRT", "INVERSE", "POWER", "EXP", "LOG", "ABS",
                       "THRESHOLD"))
    bound = x.scale
    shift, factor = 0.0, 1.0
    if name in ("SQRT", "RSQRT", "INVERSE", "LOG", "POWER"):
        params, x = net.add("activation", [x], x.shape, scale=1.0)
        params.sigmoid.SetInParent()
        shift, bound = net.choose((0.25, 1.0)), 4.0
    elif name == "EXP":
        x, bound = net.bounded(x, 3), 20.0
    params, y = net.add("unary", [x], x.shape, scale=bound)
    params.type = params.Operation.Value(name)
    params.shift = shift
    if net.chance(0.3):
        params.scale = net.choose((0.5, 1.0, 1.5))
    if name == "POWER":
        params.alpha = net.choose((2, 0.5, 3, -1, 1.5))
    elif name == "THRESHOLD":
        params.alpha = net.random.uniform(-0.5, 0.5)
    elif net.chance(0.3):
        params.epsilon = 0.01
    return y


def partner(net, x):
    """A value that broadcasts with x."""
    if net.chance(0.65):
        return net.like(x.shape)
    shape = tuple(1 if net.chance(0.4) else n for n in x.shape)
    if net.chance(0.3) and net.exact:
        shape = shape[net.number(0, x.rank - 1):]
    return net.like(shape, 0.3)


@kind("join", 4)
def join(net, x):
    name = net.choose(("add", "add", "add", "multiply", "average", "max", "min"))
    others = []
    if name in ("add", "multiply") and net.chance(0.2):
        params, y = net.add(name, [x], x.shape, scale=x.scale * 2 + 1)
        params.alpha = net.choose((0.5, 1.5, -1, 0, 2))
        return y
    for _ in range(1 if net.chance(0.8) else net.number(2, 3)):
        others.append(partner(net, x))
    if net.chance(0.1):
        others.append(x)  # twice
    if name == "multiply":
        others, x = [net.bounded(o, 4) for o in others], net.bounded(x, 4)
    inputs = [x, *others]
    if net.chance(0.4):
        net.random.shuffle(inputs)
    scale = (product([v.scale for v in inputs]) if name == "multiply"
             else sum(v.scale for v in inputs))
    _, y = net.add(name, inputs, np.broadcast_shapes(
        *[v.shape for v in inputs]), scale=scale)
    return y


@kind("residual", 2, low=3)
def residual(net, x):
    """What a few layers make of x, added to it where the shape is kept."""
    y = x
    for _ in range(net.number(1, 3)):
        y = net.choose((batchnorm, scale, bias, activation))(net, y)
    inputs = [x, y] if net.chance(0.5) else [y, x]
    _, y = net.add("add", inputs, x.shape, scale=x.scale + y.scale)
    return activation(net, y) if net.chance(0.4) else y


AROUND = (batchnorm, scale, bias, activation, activation)


@kind("affine chain", 5, low=4)
def affine_chain(net, x):
    """Scales, shifts and activations in any order around what is linear."""
    for _ in range(net.number(0, 3)):
        x = net.choose(AROUND)(net, x)
    for _ in range(net.number(1, 2)):
        linear = net.random.choices(
            (convolution, deconvolution, inner_product), (6, 1, 1))[0]
        x = linear(net, x)
        for _ in range(net.number(0, 3)):
            x = net.choose(AROUND)(net, x)
    return x


@kind("product of all", 2.5, low=4)
def product_of_all(net, x):
    """Views in front of an inner product, which go into its weights."""
    for _ in range(net.number(1, 3)):
        x = net.choose((permute, reshape, flatten))(net, x)
    if net.chance(0.5):
        return inner_product(net, x)
    kernel = x.shape[-2:]
    outputs = net.channels()
    if product(x.shape[-3:]) * outputs > 20000:
        raise Skip
    params, y = net.add("convolution", [x], (*x.shape[:-3], outputs, 1, 1),
                        scale=x.scale * 2)
    params.outputChannels, params.kernelChannels = outputs, x.channels
    params.kernelSize.extend(kernel)
    params.nGroups = 1
    params.valid.SetInParent()
    filters = net.normal(outputs, x.channels, *kernel)
    net.weights(params.weights, filters / product(x.shape[-3:]) ** 0.5)
    return y


@kind("softmax", 0.7, low=3)
def softmax(net, x):
    _, y = net.add("softmax", [net.bounded(x, 20)], x.shape, scale=1.0)
    return y


@kind("norms", 0.8, low=3)
def norms(net, x):
    name = net.choose(("lrn", "l2normalize", "mvn"))
    params, y = net.add(name, [x], x.shape, scale=3.0)
    if name == "lrn":
        params.alpha, params.beta = net.random.uniform(0.1, 2), net.choose(
            (0.5, 0.75, 1))
        params.localSize = net.number(1, 6)
        params.k = net.choose((1, 2, 0.5))
    elif name == "l2normalize":
        params.epsilon = net.choose((0.01, 0.1))
    else:
        params.acrossChannels = net.chance(0.5)
        params.normalizeVariance = net.chance(0.5)
        params.epsilon = net.choose((0.01, 0.1))
    return y


@kind("reduce", 1, low=3)
def reduce(net, x):
    modes = ["SUM", "AVG", "SUMSQUARE", "L1", "L2", "MAX", "MIN"]
    axis = net.choose(("CHW", "HW", "C", "H", "W"))
    if x.exact and len(axis) == 1:
        modes.append("ARGMAX")
    mode = net.choose(modes)
    if mode == "SUMSQUARE":
        x = net.bounded(x, 3)
    axes = {"C": (-3,), "H": (-2,), "W": (-1,), "HW": (-2, -1),
            "CHW": (-3, -2, -1)}[axis]
    shape = list(x.shape)
    for a in axes:
        shape[a] = 1
    count = product([x.shape[a] for a in axes])
    params, y = net.add("reduce", [x], shape, scale=x.scale * (
        count if mode in ("SUM", "L1", "SUMSQUARE", "L2", "ARGMAX") else 1))
    params.mode = params.ReduceOperation.Value(mode)
    params.axis = params.ReduceAxis.Value(axis)
    if net.chance(0.5):
        params.epsilon = 1e-4
    return net.bounded(y, 30)


@kind("pooling", 3, low=4)
def pooling(net, x):
    mode = net.choose(("MAX", "MAX", "AVERAGE", "AVERAGE", "L2"))
    params, y = net.add("pooling", [x], (1,))
    params.type = params.PoolingType.Value(mode)
    scale = x.scale * 3 if mode == "L2" else x.scale
    if net.chance(0.2):
        params.globalPooling = True
        params.valid.SetInParent()
        return replace(net, y, (*x.shape[:-2], 1, 1), scale)
    kernel, stride, _ = spatial(net, x, kernels=(1, 2, 2, 3), dilate=False)
    if net.chance(0.4):
        stride = list(kernel)
    params.kernelSize.extend(kernel)
    params.stride.extend(stride)
    params.avgPoolExcludePadding = net.chance(0.5)
    size = x.shape[-2:]
    if net.chance(0.25):
        pads = [net.choose((0, 0, 1)) for _ in "hw"]
        pads = [min(p, k - 1) for p, k in zip(pads, kernel)]
        params.includeLastPixel.paddingAmounts.extend(pads)
        result = []
        for n, k, s, p in zip(size, kernel, stride, pads):
            room = n + 2 * p - k
            count = 1 if room < 0 else -(-room // s) + 1
            if room >= 0 and any(pads) and (count - 1) * s >= n + p:
                count -= 1
            result.append(count)
    else:
        result = padding(net, params, x, kernel, stride, (1, 1))
        # Windows without any pixel are nobody's wish.
        if params.HasField("valid"):
            for each, k in zip(params.valid.paddingAmounts.borderAmounts,
                               kernel):
                if max(each.startEdgeSize, each.endEdgeSize) >= k:
                    raise Skip
    return replace(net, y, (*x.shape[:-2], *result), scale)


@kind("padding", 1.2, low=2)
def pad(net, x):
    mode = net.choose(("constant", "reflection", "replication"))
    pads = borders(net, 3)
    if mode == "reflection":
        pads = [[min(p, n - 1) for p in pair]
                for pair, n in zip(pads, x.shape[-2:])]
    shape = (*x.shape[:-2], *[n + sum(p) for n, p in zip(x.shape[-2:], pads)])
    params, y = net.moved("padding", [x], shape)
    getattr(params, mode).SetInParent()
    if mode == "constant" and net.chance(0.5):
        params.constant.value = net.choose((0, 1.5, -1))
    set_borders(params.paddingAmounts, pads)
    return y


@kind("upsample", 1, low=3)
def upsample(net, x):
    factor = [net.number(1, 3) for _ in "hw"]
    shape = (*x.shape[:-2], *[n * f for n, f in zip(x.shape[-2:], factor)])
    params, y = net.add("upsample", [x], shape)
    params.scalingFactor.extend(factor)
    if net.chance(0.5):
        params.mode = params.BILINEAR
        params.linearUpsampleMode = net.number(0, 2)
    return y


@kind("resize", 0.7, low=3)
def resize(net, x):
    size = [net.number(1, 6) for _ in "hw"]
    params, y = net.add("resizeBilinear", [x], (*x.shape[:-2], *size))
    params.targetSize.extend(size)
    params.mode.samplingMethod = net.number(0, 3)
    return y


@kind("cropResize", 0.4, low=5)
def crop_resize(net, x):
    if x.shape[0] != 1:
        raise Skip
    count, named, size = net.number(1, 3), net.chance(0.5), [
        net.number(1, 4) for _ in "hw"]
    corner = net.uniform(0, 0.5, count, 4)
    corner[:, 2:] += 0.3
    normalized = net.chance(0.5)
    if not normalized:
        corner *= np.array([*x.shape[-2:]] * 2) - 1
    which = net.numbers.integers(0, x.shape[1], (count, 1))
    boxes = np.concatenate([which, corner], 1) if named else corner
    given = net.constant(boxes.reshape(count, 1, 4 + named, 1, 1))
    params, y = net.add("cropResize", [x, given], (
        count, 1 if named else x.shape[1], x.channels, *size), scale=x.scale)
    params.targetSize.extend(size)
    params.mode.samplingMethod = net.number(0, 3)
    params.boxIndicesMode.boxMode = 0
    params.normalizedCoordinates = normalized
    return y


@kind("concat", 3.5, low=3)
def concat(net, x):
    """Of channels; sometimes the same value twice, and nested."""
    same = [v for v in net.values if v.rank == x.rank and v.shape[-2:] ==
            x.shape[-2:] and v.shape[:-3] == x.shape[:-3]]
    parts = [x] + [net.choose(same) for _ in range(net.number(0, 3))]
    if net.chance(0.25):
        parts.append(x)
    if net.chance(0.3):
        parts.append(activation(net, x))
    net.random.shuffle(parts)
    shape = list(x.shape)
    shape[-3] = sum(v.channels for v in parts)
    _, y = net.moved("concat", parts, shape)
    if net.chance(0.3) and y.rank > 3:
        y = permute(net, y)
    return y


@kind("sequence concat", 0.5, low=5)
def concat_sequence(net, x):
    same = [v for v in net.values if v.rank == 5 and v.shape[1:] == x.shape[1:]]
    parts = [net.choose(same) for _ in range(net.number(0, 2))] + [x]
    params, y = net.moved("concat", parts, (
        sum(v.shape[0] for v in parts), *x.shape[1:]))
    params.sequenceConcat = True
    return y


@kind("split", 1.2, low=3)
def split(net, x):
    parts = net.choose([n for n in range(1, 5) if x.channels % n == 0])
    shape = list(x.shape)
    shape[-3] //= parts
    params, *results = net.moved("split", [x], *[shape] * parts)
    params.nOutputs = parts
    return net.choose(results)


@kind("slice", 1, low=3)
def slice_image(net, x):
    axis = net.number(0, 2)
    size = x.shape[axis - 3]
    begin = net.number(0, size - 1)
    end = net.number(begin + 1, size)
    stride = net.number(1, 2)
    shape = list(x.shape)
    shape[axis - 3] = -(-(end - begin) // stride)
    params, y = net.moved("slice", [x], shape)
    params.axis, params.stride = axis, stride
    params.startIndex = begin - size if begin and net.chance(0.3) else begin
    params.endIndex = end - size if net.chance(0.4) else end
    return y


@kind("crop", 0.8, low=3)
def crop(net, x):
    h, w = x.shape[-2:]
    amounts = [[net.number(0, (n - 1) // 2) for _ in range(2)] for n in (h, w)]
    shape = (*x.shape[:-2], *[n - sum(a) for n, a in zip((h, w), amounts)])
    params, y = net.moved("crop", [x], shape)
    set_borders(params.cropAmounts, amounts)
    return y


@kind("reorganize", 0.8, low=3)
def reorganize(net, x):
    block = net.number(2, 3)
    c, h, w = x.shape[-3:]
    if h % block == 0 and w % block == 0 and net.chance(0.7):
        mode, image = 0, (c * block * block, h // block, w // block)
    elif c % (block * block) == 0:
        mode, image = net.number(1, 2), (c // block ** 2, h * block, w * block)
    else:
        raise Skip
    params, y = net.moved("reorganizeData", [x], (*x.shape[:-3], *image))
    params.mode, params.blockSize = mode, block
    return y


@kind("permute", 2.5, low=4)
def permute(net, x):
    axes = [0, 1, 2, 3]
    net.random.shuffle(axes)
    if net.chance(0.5):  # channels, rows and columns only
        axes = [0] + [a for a in axes if a]
    places = [0, *range(x.rank - 3, x.rank)]
    shape = list(x.shape)
    for to, a in zip(places, axes):
        shape[to] = x.shape[places[a]]
    params, y = net.moved("permute", [x], shape)
    params.axis.extend(axes)
    return y


def factors(net, count, parts):
    """`parts` numbers with this product."""
    sizes = []
    for _ in range(parts - 1):
        sizes.append(net.choose([n for n in range(1, min(count, 40) + 1)
                                 if count % n == 0]))
        count //= sizes[-1]
    sizes.append(count)
    net.random.shuffle(sizes)
    return sizes


@kind("reshape", 1.5, low=4)
def reshape(net, x):
    if net.chance(0.3):
        target = factors(net, product(x.shape[-3:]) * x.shape[0], 4) \
            if x.rank == 5 else factors(net, product(x.shape), 4)
    else:
        target = factors(net, product(x.shape[-3:]), 3)
    shape = list(x.shape)
    shape[-3:] = target[-3:]
    if len(target) == 4:
        shape[0] = target[0]
    params, y = net.moved("reshape", [x], shape)
    params.targetShape.extend(target)
    params.mode = net.number(0, 1)
    return y


@kind("flatten", 1.2, low=3)
def flatten(net, x):
    params, y = net.moved("flatten", [x], (*x.shape[:-3],
                                           product(x.shape[-3:]), 1, 1))
    params.mode = net.number(0, 1)
    return y


@kind("dot", 0.4, low=3)
def dot(net, x):
    if x.shape[-2:] != (1, 1):
        x = flatten(net, x)
    x = net.bounded(x, 3)
    other = net.bounded(net.like(x.shape), 3)
    params, y = net.add("dot", [x, other], (*x.shape[:-3], 1, 1, 1),
                        scale=9.0 * x.channels ** 0.5)
    params.cosineSimilarity = net.chance(0.4)
    return net.bounded(y, 10)


@kind("constant image", 0.6, low=5)
def constant_image(net, x):
    shape = (1, 1, *x.shape[-3:])
    params, y = net.add("loadConstant", [], shape, scale=2.0, exact=True)
    params.shape.extend(shape[2:])
    net.weights(params.data, net.normal(*shape[2:]), True)
    inputs = [x, y]
    net.random.shuffle(inputs)
    _, y = net.add(net.choose(("add", "max")), inputs, x.shape,
                   scale=x.scale + 2)
    return y


@kind("image output", 0.5, low=4)
def image_output(net, x):
    """Pixels from 0 to 255 as an output of the model."""
    channels = x.channels
    if channels not in (1, 3) or product(x.shape[:-3]) != 1 or net.depth:
        raise Skip
    params, y = net.add("activation", [x], x.shape, scale=255.0)
    params.sigmoid.SetInParent()
    params, y = net.add("activation", [y], x.shape, scale=255.0)
    params.linear.alpha, params.linear.beta = net.choose(((255, 0), (300, -20)))
    image = net.model.description.output.add(name=y.name).type.imageType
    image.height, image.width = x.shape[-2:]
    image.colorSpace = pb.ImageFeatureType.ColorSpace.Value(
        "GRAYSCALE" if channels == 1 else net.choose(("RGB", "BGR")))
    net.values.remove(y)
    return y
