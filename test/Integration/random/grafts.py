"""The cases of single layers (../layers) as parts of a random network.

A case has its own inputs and says the shapes of its results. Inputs of which
any numbers will do are fed by what the network has, brought into shape; others
keep the numbers of the case, with a value of the network added that is zero.
"""
import numpy as np

import layer_cases  # noqa: F401 (registers the cases)
from case import REGISTRY, Case, add_prefix
from network import Skip, Value, kind, product

# Cases that are too large or mean nothing among others.
LEFT_OUT = {"convolution-winograd-codes"}
# Of these every input may hold any numbers of about 1.
ANY = {
    "convolution", "deconvolution", "pooling", "activation", "innerProduct",
    "batchnorm", "mvn", "l2normalize", "softmax", "lrn", "crop", "padding",
    "upsample", "resizeBilinear", "add", "average", "scale", "bias", "max",
    "min", "reshape", "flatten", "permute", "concat", "split",
    "sequenceRepeat", "reorganizeData", "slice", "simpleRecurrent", "gru",
    "uniDirectionalLSTM", "biDirectionalLSTM", "custom", "copy", "clip",
    "sin", "cos", "atan", "tanh", "asinh", "erf", "gelu", "minBroadcastable",
    "maxBroadcastable", "addBroadcastable", "multiplyBroadcastable",
    "subtractBroadcastable", "tile", "stack", "softmaxND", "reverse", "splitND",
    "concatND", "transpose", "sliceStatic", "sliceDynamic", "slidingWindows",
    "batchedMatmul", "getShape", "loadConstantND", "fillLike", "fillStatic",
    "fillDynamic", "broadcastToLike", "broadcastToStatic", "broadcastToDynamic",
    "squeeze", "expandDims", "flattenTo2D", "reshapeLike", "reshapeStatic",
    "reshapeDynamic", "rankPreservingReshape", "constantPad", "rangeStatic",
    "rangeDynamic", "matrixBandPart", "lowerTriangular", "upperTriangular",
    "reduceL1", "reduceL2", "reduceMax", "reduceMin", "reduceSum", "reduceMean",
    "layerNormalization", "cumSum", "clampedReLU", "pooling3d",
    "globalPooling3d", "convolution3d", "whereNonZero"}
# The names of cases, by mapping and type.
TYPES = {exact: {} for exact in (False, True)}


def prepare():
    """Finds the cases; large ones are left out."""
    for name in REGISTRY:
        case = Case(name)
        sizes = [product(values.shape) for values in
                 (*case.inputs.values(), *case.outputs.values())]
        if max(sizes, default=0) <= 3000 and name not in LEFT_OUT:
            TYPES[case.exact].setdefault(case.kind, []).append(name)


def internal(net, shape):
    """The shape in the network of what a case calls `shape`."""
    if net.exact or len(shape) == 5:
        return tuple(shape)
    if len(shape) == 1:
        return (1, 1, shape[0], 1, 1)
    if len(shape) == 3:
        return (1, 1, *shape)
    raise Skip


def fit(net, x, shape):
    """x, with as many elements as `shape`, in that shape."""
    count = product(shape)
    params, x = net.moved("reshapeStatic", [x], (x.size,))
    params.targetShape.append(x.size)
    if x.size < count:
        times = -(-count // x.size)
        params, x = net.moved("tile", [x], (times * x.size,))
        params.reps.append(times)
    if x.size > count:
        params, x = net.moved("sliceStatic", [x], (count,))
        params.beginIds.append(0)
        params.endIds.append(count)
        params.strides.append(1)
        params.beginMasks.append(False)
        params.endMasks.append(False)
    params, x = net.moved("reshapeStatic", [x], shape)
    params.targetShape.extend(shape)
    return x


def feed(net, case, values):
    """A value for an input of the case."""
    shape = internal(net, values.shape)
    if case.kind in ANY and net.chance(0.8):
        fits = [v for v in net.values if v.size <= 2000]
        if not fits:
            raise Skip
        return net.bounded(fit(net, net.choose(fits), shape), 3)
    known = net.constant(np.reshape(values, shape))
    if net.chance(0.5):
        return known
    fits = [v for v in net.values if v.size <= 2000]
    if not fits:
        return known
    params, zero = net.add("multiply", [fit(net, net.choose(fits), shape)],
                           shape, scale=0.0)
    params.alpha = 0
    _, y = net.add("add", [known, zero], shape, exact=True)
    return y


def graft(net, name):
    case = Case(name)
    prefix = net.name(case.kind) + "_"
    fed = {prefix + key: feed(net, case, values)
           for key, values in case.inputs.items()}
    for own in case.layers:
        layer = net.layers.add()
        layer.CopyFrom(own)
        add_prefix(layer, prefix)
        rename(layer, {key: value.name for key, value in fed.items()})
    for key, values in case.outputs.items():
        scale = float(np.abs(values[np.isfinite(values)]).max(initial=1))
        net.values.append(Value(prefix + key, internal(net, values.shape),
                                scale))
    return net.values[-1]


def rename(layer, names):
    from network import subnetworks
    for inner in subnetworks(layer):
        for each in inner.layers:
            rename(each, names)
    layer.input[:] = [names.get(name, name) for name in layer.input]


@kind("graft", 14)
def any_graft(net, x):
    if not TYPES[True]:
        prepare()
    if net.depth:
        raise Skip
    # Rare types as often as those with many cases.
    types = TYPES[net.exact]
    return graft(net, net.choose(types[net.choose(sorted(types))]))
