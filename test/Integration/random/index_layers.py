"""Layers on arrays that sort, index and count, and volumes."""
import numpy as np

from array_layers import squashed
from network import Skip, kind, product, set_weights


@kind("order", 1.5, jumps=True)
def order(net, x):
    name = net.choose(("argMax", "argMin", "topK", "argSort"))
    axis = net.axis(x.rank)
    shape = list(x.shape)
    scale = float(x.shape[axis])
    if name == "argSort":
        params, y = net.add(name, [x], shape, scale=scale, exact=True)
        params.axis, params.descending = axis, net.chance(0.5)
        return y
    if name == "topK":
        count = net.number(1, shape[axis])
        shape[axis] = count
        params, y, at = net.add(name, [x], shape, shape,
                                scale=max(scale, x.scale), exact=True)
        params.axis, params.K = axis, count
        params.useBottomK = net.chance(0.5)
        return y
    remove = x.rank > 1 and net.chance(0.5)
    shape[axis] = 1
    if remove:
        del shape[axis % x.rank]
    params, y = net.add(name, [x], shape, scale=scale, exact=True)
    params.axis, params.removeDim = axis, remove
    return y


def indices(net, size, shape, negative=True):
    """A constant, an input, or one that is computed from an exact value."""
    low = -size if negative else 0
    return net.constant(net.numbers.integers(low, size, shape))


@kind("gathers", 1.5)
def gathers(net, x):
    name = net.choose(("gather", "gatherAlongAxis", "gatherND"))
    if name == "gatherND":
        length = net.number(1, x.rank)
        count = [net.number(1, 4)]
        at = np.stack([net.numbers.integers(-n, n, count)
                       for n in x.shape[:length]], -1)
        _, y = net.moved(name, [x, net.constant(at)],
                         (*count, *x.shape[length:]))
        return y
    axis = net.axis(x.rank)
    at = axis % x.rank
    if name == "gather":
        many = [net.number(1, 4) for _ in range(net.number(1, 6 - x.rank))]
        shape = (*x.shape[:at], *many, *x.shape[at + 1:])
    else:
        many = list(x.shape)
        many[at] = net.number(1, 5)
        shape = many
    params, y = net.moved(name, [x, indices(net, x.shape[at], many)], shape)
    params.axis = axis
    return y


@kind("scatters", 1)
def scatters(net, x):
    name = net.choose(("scatter", "scatterAlongAxis", "scatterND"))
    mode = net.number(0, 6)
    if name == "scatterND":
        length = net.number(1, x.rank)
        count = net.number(1, 4)
        at = np.stack([net.numbers.integers(0, n, [count])
                       for n in x.shape[:length]], -1)
        shape = (count, *x.shape[length:])
    else:
        axis = net.axis(x.rank)
        front = axis % x.rank
        count = net.number(1, 4)
        shape = (*x.shape[:front], count, *x.shape[front + 1:])
        at = net.numbers.integers(0, x.shape[front], shape if
                                  name == "scatterAlongAxis" else (count,))
    updates = net.like(shape, 0.4)
    scale = x.scale + 4 * updates.scale
    if mode in (3, 4):
        updates, scale = squashed(net, updates, 0.6, 1.5), x.scale * 6
    if updates.shape != tuple(shape):
        raise Skip
    params, y = net.add(name, [x, net.constant(at), updates], x.shape,
                        scale=scale)
    params.mode = mode
    if name != "scatterND":
        params.axis = axis
    return net.bounded(y, 50)


@kind("oneHot", 0.5, high=4, jumps=True)
def one_hot(net, x):
    size = net.number(1, 5)
    axis = net.number(-x.rank - 1, x.rank)
    _, x = net.add("round", [x], x.shape, exact=True)
    at = axis % (x.rank + 1)
    params, y = net.add("oneHot", [x], (*x.shape[:at], size, *x.shape[at:]),
                        scale=2.0, exact=True)
    params.axis, params.oneHotVectorSize = axis, size
    params.onValue, params.offValue = 2, net.choose((0, -0.5))
    return y


@kind("embeddingND", 0.5)
def embedding_nd(net, x):
    rows, length = net.number(1, 9), net.choose((1, 3, 4, 7))
    shape = tuple(net.number(1, 3) for _ in range(net.number(1, 3))) + (1,)
    at = indices(net, rows, shape, False)
    params, y = net.add("embeddingND", [at], (*shape[:-1], length), scale=3.0)
    params.vocabSize, params.embeddingSize = rows, length
    net.weights(params.weights, net.normal(length, rows))
    if net.chance(0.5):
        params.hasBias = True
        net.weights(params.bias, net.normal(length))
    return y


@kind("reverseSeq", 0.5, low=2)
def reverse_seq(net, x):
    batch, along = net.random.sample(range(x.rank), 2)
    lengths = net.constant(net.numbers.integers(
        0, x.shape[along] + 1, x.shape[batch]))
    params, y = net.moved("reverseSeq", [x, lengths], x.shape)
    params.batchAxis, params.sequenceAxis = batch, along
    return y


@kind("getShape", 0.3)
def get_shape(net, x):
    _, y = net.add("getShape", [x], (x.rank,), scale=float(max(x.shape)),
                   exact=True)
    return y


@kind("volumes", 0.8, low=5)
def volumes(net, x):
    name = net.choose(("pooling3d", "globalPooling3d", "convolution3d"))
    if name == "globalPooling3d":
        params, y = net.add(name, [x], (*x.shape[:2], 1, 1, 1))
        params.type = net.number(0, 1)
        return y
    kernel = [net.number(1, min(n, 3)) for n in x.shape[2:]]
    stride = [net.number(1, 2) for _ in "dhw"]
    size = [(n - k) // s + 1 for n, k, s in zip(x.shape[2:], kernel, stride)]
    same = net.chance(0.4)
    if same:
        size = [-(-n // s) for n, s in zip(x.shape[2:], stride)]
    outputs = x.shape[1] if name == "pooling3d" else net.choose((1, 2, 3, 5))
    params, y = net.add(name, [x], (x.shape[0], outputs, *size))
    for i, part in enumerate(("Depth", "Height", "Width")):
        setattr(params, "kernel" + part, kernel[i])
        setattr(params, "stride" + part, stride[i])
    params.paddingType = 2 if same else 1
    if name == "pooling3d":
        params.type = net.number(0, 1)
        params.countExcludePadding = net.chance(0.5)
        return y
    for part in ("Depth", "Height", "Width"):
        setattr(params, "dilation" + part, 1)
    params.inputChannels, params.outputChannels = x.shape[1], outputs
    params.nGroups = 1
    filters = net.normal(outputs, x.shape[1], *kernel)
    set_weights(params.weights, filters / (x.shape[1] * product(kernel)) ** 0.5)
    if net.chance(0.5):
        params.hasBias = True
        set_weights(params.bias, net.normal(outputs))
    return y
