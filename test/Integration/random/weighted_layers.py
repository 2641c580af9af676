"""Convolutions and inner products of images."""
import numpy as np

from network import MAX_ELEMENTS, Skip, Value, kind, product, set_borders


def borders(net, most=2):
    return [[net.choose((0, 0, 1, net.number(0, most))) for _ in range(2)]
            for _ in range(2)]


def windows(size, kernel, stride, dilation, pads):
    """How many windows lie within a dimension; 0 is none."""
    reach = (kernel - 1) * dilation + 1
    room = size + sum(pads) - reach
    return room // stride + 1 if room >= 0 else 0


def spatial(net, x, *, kernels=(1, 1, 2, 3, 3, 5), dilate=True):
    """Kernel, stride, dilation of a window."""
    kernel = [net.choose(kernels) for _ in range(2)]
    if net.chance(0.25):  # the whole image
        kernel = [size if size <= 9 else 3 for size in x.shape[-2:]]
    elif net.chance(0.6):
        kernel = [kernel[0]] * 2
    stride = [1, 1] if net.chance(0.6) else [net.number(1, 3) for _ in "hw"]
    dilation = [1, 1]
    if dilate and net.chance(0.25):
        dilation = [net.number(1, 3) for _ in "hw"]
    return kernel, stride, dilation


def padding(net, params, x, kernel, stride, dilation):
    """Writes it; returns the size of the result."""
    size = x.shape[-2:]
    if net.chance(0.35):
        params.same.asymmetryMode = net.number(0, 1)
        return [-(-n // s) for n, s in zip(size, stride)]
    params.valid.SetInParent()
    pads = [[0, 0], [0, 0]]
    if net.chance(0.5):
        pads = borders(net)
        set_borders(params.valid.paddingAmounts, pads)
    return [windows(*each) for each in zip(size, kernel, stride, dilation,
                                           pads)]


def groups_of(net, inputs):
    if net.chance(0.7):
        return 1
    return net.choose([g for g in range(1, inputs + 1) if inputs % g == 0])


@kind("convolution", 6, low=4)
def convolution(net, x):
    kernel, stride, dilation = spatial(net, x)
    inputs = x.channels
    groups = groups_of(net, inputs)
    outputs = net.channels() if groups == 1 else groups * net.number(1, 3)
    if product(kernel) * inputs // groups * outputs > 20000:
        raise Skip
    count = product(kernel) * inputs // groups
    filters = net.normal(outputs, inputs // groups, *kernel) / count ** 0.5
    read, growth = [x], 1.5
    if net.chance(0.1):  # weights that are the second input
        read.append(net.constant(filters) if net.chance(0.6)
                    else net.like(filters.shape, 0))
        growth *= max(read[1].scale * count ** 0.5, 1) if count < 50 else 50
    params, y = net.add("convolution", read, (1,))
    size = padding(net, params, x, kernel, stride, dilation)
    if min(size) < 1:
        raise Skip
    params.outputChannels, params.kernelChannels = outputs, inputs // groups
    params.nGroups = groups
    if kernel != [3, 3] or len(read) > 1 or net.chance(0.5):
        params.kernelSize.extend(kernel)
    if stride != [1, 1] or net.chance(0.5):
        params.stride.extend(stride)
    if dilation != [1, 1] or net.chance(0.5):
        params.dilationFactor.extend(dilation)
    shape = (*x.shape[:-3], outputs, *size)
    if len(read) == 1:
        quantize_or_set(net, params.weights, filters)
    if net.chance(0.6):
        params.hasBias = True
        net.weights(params.bias, 0.3 * net.normal(outputs))
    return net.bounded(replace(net, y, shape, x.scale * growth), 100)


def quantize_or_set(net, message, filters):
    """Weights as floats, halves, or codes with a scale for each output."""
    if not net.chance(0.12):
        net.weights(message, filters)
        return
    bits = net.number(1, 8)
    codes = net.numbers.integers(0, 1 << bits, filters.size)
    each = np.unpackbits(codes.astype(np.uint8).reshape(-1, 1), axis=1)
    message.rawValue = np.packbits(each[:, 8 - bits:].ravel()).tobytes()
    message.quantization.numberOfBits = bits
    spread = float(np.abs(filters).max()) + 0.01
    if net.chance(0.5):
        linear = message.quantization.linearQuantization
        many = filters.shape[0] if net.chance(0.5) else 1
        linear.scale.extend(net.uniform(0.5, 1, many) * 2 * spread
                            / (1 << bits))
        linear.bias.extend(-net.uniform(0.5, 1, many) * spread)
    else:
        table = message.quantization.lookupTableQuantization
        table.floatValue.extend(net.uniform(-spread, spread, 1 << bits))


def replace(net, value, shape, scale):
    """The value of a layer whose shape is known now."""
    if product(shape) > MAX_ELEMENTS or min(shape) < 1:
        raise Skip
    new = Value(value.name, tuple(int(n) for n in shape), scale, False)
    net.values[net.values.index(value)] = new
    return new


@kind("deconvolution", 1.5, low=4)
def deconvolution(net, x):
    kernel, stride, dilation = spatial(net, x, kernels=(1, 2, 3, 4))
    inputs = x.channels
    groups = groups_of(net, inputs)
    outputs = groups * net.choose((1, 2, 3, 5))
    full = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in
            zip(x.shape[-2:], stride, kernel, dilation)]
    params, y = net.add("convolution", [x], (1,))
    params.isDeconvolution = True
    if net.chance(0.3):
        params.same.asymmetryMode = net.number(0, 1)
        size = [n * s for n, s in zip(x.shape[-2:], stride)]
    else:
        pads = borders(net) if net.chance(0.5) else [[0, 0], [0, 0]]
        params.valid.SetInParent()
        set_borders(params.valid.paddingAmounts, pads)
        size = [n - sum(p) for n, p in zip(full, pads)]
        if net.chance(0.15):
            size = [max(1, n + net.number(-1, 1)) for n in full]
            del params.valid.paddingAmounts.borderAmounts[:]
            params.outputShape.extend(size)
    if min(size) < 1:
        raise Skip
    params.outputChannels, params.kernelChannels = outputs, inputs
    params.nGroups = groups
    params.kernelSize.extend(kernel)
    params.stride.extend(stride)
    params.dilationFactor.extend(dilation)
    filters = net.normal(inputs, outputs // groups, *kernel)
    net.weights(params.weights, filters / (inputs / groups) ** 0.5)
    if net.chance(0.6):
        params.hasBias = True
        net.weights(params.bias, 0.3 * net.normal(outputs))
    return replace(net, y, (*x.shape[:-3], outputs, *size), x.scale * 2)


@kind("innerProduct", 2)
def inner_product(net, x):
    width = 3 if x.rank >= 4 else 1
    inputs = product(x.shape[-width:])
    outputs = net.channels()
    if inputs * outputs > 20000:
        raise Skip
    shape = x.shape[:-width] + (outputs,) + (1,) * (width - 1)
    params, y = net.add("innerProduct", [x], shape, scale=x.scale * 1.5)
    params.inputChannels, params.outputChannels = inputs, outputs
    quantize_or_set(net, params.weights,
                    net.normal(outputs, inputs) / inputs ** 0.5)
    if net.chance(0.5):
        params.hasBias = True
        net.weights(params.bias, 0.3 * net.normal(outputs))
    return y
