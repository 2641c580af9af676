"""Builds a neural network model layer by layer.

Every method adds one layer of the format and returns its output, a Blob, with
which the next layer is added. Weights that are not given are drawn from a
seeded generator and scaled so that values stay near 1 all the way through.
"""
import math
from typing import NamedTuple

import numpy as np

import moments
from moments import Moments
from schema import load

pb = load()

# The part of a filter's mean weight that is kept.
CENTER = 0.6


class Blob(NamedTuple):
    """A value in the network: its name, its shape (C, H, W), its statistics."""
    name: str
    shape: tuple
    moments: Moments

    @property
    def channels(self):
        return self.shape[0]


def pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)


def set_weights(message, values, half=False):
    """Puts an array into a WeightParams without a Python object per element."""
    if half:
        message.float16Value = np.ascontiguousarray(values, "<f2").tobytes()
        return
    data = np.ascontiguousarray(values, "<f4").tobytes()
    size, header = len(data), bytearray([0x0A])  # field 1, packed
    while size >= 0x80:
        header.append(size & 0x7F | 0x80)
        size >>= 7
    header.append(size)
    message.MergeFromString(bytes(header) + data)


def set_borders(message, amounts):
    """Writes ((top, bottom), (left, right)) as BorderAmounts."""
    for start, end in amounts:
        message.borderAmounts.add(startEdgeSize=start, endEdgeSize=end)


def borders(padding):
    """((top, bottom), (left, right)) of one, two or four amounts."""
    if isinstance(padding, int):
        return (padding, padding), (padding, padding)
    vertical, horizontal = padding
    return pair(vertical), pair(horizontal)


class Network:
    """A model under construction.

    Padding of windows is "same", "same_upper" (the odd element on the top and
    left), or an amount for VALID padding: one for all sides, or one a
    dimension, each of which may be a pair. Pooling also takes ("last", n) for
    the padding that includes the last pixel.
    """

    def __init__(self, kind="neuralNetwork", seed=0, half=False):
        self.model = pb.Model(specificationVersion=2 if half else 1)
        self.network = getattr(self.model, kind)
        self.network.SetInParent()
        self.random = np.random.Generator(np.random.SFC64(seed))
        self.half = half
        self.counts = {}

    # Inputs and outputs -----------------------------------------------------

    def image(self, name, size, color="RGB", scale=1.0, bias=(0, 0, 0)):
        """An image input; bias is (red, green, blue), or a number for gray."""
        height, width = pair(size)
        feature = self.model.description.input.add(name=name)
        kind = feature.type.imageType
        kind.width, kind.height = width, height
        kind.colorSpace = pb.ImageFeatureType.ColorSpace.Value(color)
        scaler = self.network.preprocessing.add(featureName=name).scaler
        scaler.channelScale = scale
        if color == "GRAYSCALE":
            scaler.grayBias = mean = bias
        else:
            scaler.redBias, scaler.greenBias, scaler.blueBias = bias
            mean = sum(bias) / 3
        return Blob(name, (1 if color == "GRAYSCALE" else 3, height, width),
                    moments.uniform(0, 255).affine(scale, mean))

    def array(self, name, shape):
        """A multi-array input of shape (C,) or (C, H, W)."""
        feature = self.model.description.input.add(name=name)
        feature.type.multiArrayType.shape.extend(shape)
        feature.type.multiArrayType.dataType = pb.ArrayFeatureType.DOUBLE
        return Blob(name, tuple(shape) + (1, 1) * (len(shape) == 1),
                    Moments(0, 1))

    def output_array(self, x, shape=None):
        feature = self.model.description.output.add(name=x.name)
        feature.type.multiArrayType.shape.extend(shape or x.shape)
        feature.type.multiArrayType.dataType = pb.ArrayFeatureType.DOUBLE

    def output_image(self, x, color="RGB"):
        kind = self.model.description.output.add(name=x.name).type.imageType
        kind.height, kind.width = x.shape[1:]
        kind.colorSpace = pb.ImageFeatureType.ColorSpace.Value(color)

    def classes(self, x, labels, feature="classLabel"):
        """Makes x the probabilities of a classifier."""
        probabilities = feature + "Probs"
        self.network.stringClassLabels.vector.extend(labels)
        self.network.labelProbabilityLayerName = x.name
        description = self.model.description
        output = description.output.add(name=probabilities)
        output.type.dictionaryType.stringKeyType.SetInParent()
        description.output.add(name=feature).type.stringType.SetInParent()
        description.predictedFeatureName = feature
        description.predictedProbabilitiesName = probabilities

    def describe(self, short, author="", license="", version=""):
        metadata = self.model.description.metadata
        metadata.shortDescription, metadata.author = short, author
        metadata.license, metadata.versionString = license, version

    def save(self, path):
        with open(path, "wb") as file:
            file.write(self.model.SerializeToString(deterministic=True))

    # Helpers of the layers --------------------------------------------------

    def add_layer(self, kind, inputs, name=None, output=None):
        """Adds a layer; returns its parameters and the name of its output."""
        if name is None:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            name = f"{kind}_{self.counts[kind]}"
        layer = self.network.layers.add(name=name)
        layer.input.extend(x.name for x in inputs)
        layer.output.append(output or name + "_output")
        params = getattr(layer, kind)
        params.SetInParent()
        return params, layer.output[0]

    def normal(self, *shape):
        return self.random.standard_normal(shape, np.float32)

    def uniform(self, low, high, *shape):
        return self.random.uniform(low, high, shape).astype(np.float32)

    def set(self, message, values):
        set_weights(message, values, self.half)

    # Layers with weights ----------------------------------------------------

    def conv(self, x, channels, kernel, stride=1, padding="same", *, groups=1,
             dilation=1, bias=True, gain=1.0, weights=None, name=None,
             output=None):
        """A convolution; weights may be given as (weights, bias or None)."""
        params, output = self.add_layer("convolution", [x], name, output)
        kernel, stride = pair(kernel), pair(stride)
        params.outputChannels = channels
        params.kernelChannels = x.channels // groups
        params.nGroups = groups
        params.kernelSize.extend(kernel)
        params.stride.extend(stride)
        params.dilationFactor.extend(pair(dilation))
        shape = (channels, x.channels // groups, *kernel)
        if weights is None:
            weights = gain * self.random_filters(x, shape), (
                0.1 * self.normal(channels) if bias else None)
        self.set_filters(params, weights)
        size = self.window(params, x, kernel, stride, padding, pair(dilation))
        return Blob(output, (channels, *size), Moments(0, gain ** 2))

    def depthwise(self, x, kernel=3, stride=1, padding="same", **options):
        return self.conv(x, x.channels, kernel, stride, padding,
                         groups=x.channels, **options)

    def deconv(self, x, channels, kernel, stride, *, bias=True, name=None):
        """A transposed convolution that multiplies the size by the stride."""
        params, output = self.add_layer("convolution", [x], name)
        kernel, stride = pair(kernel), pair(stride)
        params.isDeconvolution = True
        params.outputChannels, params.kernelChannels = channels, x.channels
        params.nGroups = 1
        params.kernelSize.extend(kernel)
        params.stride.extend(stride)
        params.dilationFactor.extend((1, 1))
        params.same.SetInParent()
        weights = self.random_filters(x, (channels, x.channels, *kernel))
        overlap = math.prod(kernel) / math.prod(stride)
        weights *= math.sqrt(math.prod(kernel) / overlap)
        self.set_filters(params, (weights.swapaxes(0, 1), 0.1 *
                                  self.normal(channels) if bias else None))
        size = tuple(n * s for n, s in zip(x.shape[1:], stride))
        return Blob(output, (channels, *size), Moments(0, 1))

    def inner_product(self, x, channels, *, gain=1.0, name=None, weights=None):
        count = math.prod(x.shape)
        params, output = self.add_layer("innerProduct", [x], name)
        params.inputChannels, params.outputChannels = count, channels
        if weights is None:
            weights = (gain * self.random_filters(x, (channels, count)),
                       0.1 * self.normal(channels))
        self.set_filters(params, weights)
        return Blob(output, (channels, 1, 1), Moments(0, gain ** 2))

    def batchnorm(self, x, *, epsilon=1e-3, gain=1.0, name=None, values=None,
                  instance=False):
        """Values may be given as (gamma, beta, mean, variance)."""
        params, output = self.add_layer("batchnorm", [x], name)
        params.channels, params.epsilon = x.channels, epsilon
        if values is None:
            values = self.random_batchnorm(x, gain)
        self.set(params.gamma, values[0])
        self.set(params.beta, values[1])
        if instance:
            params.computeMeanVar = params.instanceNormalization = True
        else:
            self.set(params.mean, values[2])
            self.set(params.variance, values[3])
        return Blob(output, x.shape, Moments(0, gain ** 2))

    def scale(self, x, scale, bias=None, *, gain=1.0, name=None, output=None):
        """Multiplies by scale and adds bias; gain says by how much it grows."""
        params, output = self.add_layer("scale", [x], name, output)
        params.shapeScale.extend(np.shape(scale))
        self.set(params.scale, scale)
        params.hasBias = bias is not None
        if bias is not None:
            params.shapeBias.extend(np.shape(bias))
            self.set(params.bias, bias)
        return Blob(output, x.shape, x.moments.affine(gain, 0))

    def random_filters(self, x, shape):
        """Weights that make unit variance of x.

        After ReLU every channel has a positive mean. Of weights that sum up
        these means little would depend on the input any more; weights that
        cancel them let rounding errors grow from layer to layer. So a part of
        the mean of the weights of a filter is taken away.
        """
        count = math.prod(shape[1:])
        weights, rest = self.normal(*shape), 1.0
        if x.channels >= 16 and count >= 16:
            rest = CENTER
            weights -= (1 - rest) * weights.mean(
                axis=tuple(range(1, len(shape))), keepdims=True)
        size = x.moments.variance + (rest * x.moments.mean) ** 2
        weights *= 1 / math.sqrt(count * size)
        return weights

    def random_gamma(self, channels):
        """Near 1, and one in sixteen negative, as in trained networks."""
        gamma = self.uniform(0.7, 1.3, channels)
        gamma[self.random.random(channels) < 1 / 16] *= -1
        return gamma

    def random_batchnorm(self, x, gain):
        channels, deviation = x.channels, math.sqrt(x.moments.variance)
        mean = x.moments.mean + 0.1 * deviation * self.normal(channels)
        variance = x.moments.variance * self.uniform(0.5, 2.0, channels)
        return (gain * self.random_gamma(channels), 0.1 * self.normal(channels),
                mean, variance)

    def set_filters(self, params, weights):
        values, bias = weights
        self.set(params.weights, values)
        params.hasBias = bias is not None
        if bias is not None:
            self.set(params.bias, bias)

    # Windows ----------------------------------------------------------------

    def window(self, params, x, kernel, stride, padding, dilation=(1, 1)):
        """Writes the padding of a window; returns the size of the result."""
        sizes = x.shape[1:]
        span = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
        if padding in ("same", "same_upper"):
            params.same.asymmetryMode = int(padding == "same_upper")
            return tuple(-(-n // s) for n, s in zip(sizes, stride))
        if isinstance(padding, tuple) and padding[0] == "last":
            amount = pair(padding[1])
            params.includeLastPixel.paddingAmounts.extend(amount)
            return tuple(self.last_pixel(n, k, s, p) for n, k, s, p in
                         zip(sizes, span, stride, amount))
        amounts = borders(padding)
        set_borders(params.valid.paddingAmounts, amounts)
        return tuple((n + sum(p) - k) // s + 1 for n, k, s, p in
                     zip(sizes, span, stride, amounts))

    @staticmethod
    def last_pixel(size, kernel, stride, padding):
        result = -(-(size + 2 * padding - kernel) // stride) + 1
        # A window that would begin in the padding after the end is dropped.
        if padding and (result - 1) * stride >= size + padding:
            result -= 1
        return result

    def pool(self, x, kind, kernel, stride=1, padding=0, *, exclude=False,
             name=None):
        """kind is MAX, AVERAGE or L2."""
        params, output = self.add_layer("pooling", [x], name)
        kernel, stride = pair(kernel), pair(stride)
        params.type = params.PoolingType.Value(kind)
        params.kernelSize.extend(kernel)
        params.stride.extend(stride)
        params.avgPoolExcludePadding = exclude
        size = self.window(params, x, kernel, stride, padding)
        after = (moments.averaged(x.moments, math.prod(kernel))
                 if kind == "AVERAGE" else moments.largest(x.moments))
        return Blob(output, (x.channels, *size), after)

    def max_pool(self, x, kernel, stride, padding=0, **options):
        return self.pool(x, "MAX", kernel, stride, padding, **options)

    def average_pool(self, x, kernel, stride, padding=0, **options):
        return self.pool(x, "AVERAGE", kernel, stride, padding, **options)

    def global_average_pool(self, x, *, name=None):
        params, output = self.add_layer("pooling", [x], name)
        params.type = params.AVERAGE
        params.globalPooling = True
        params.valid.SetInParent()
        # Maps are far from noise: about a fifth of the variance survives.
        after = Moments(x.moments.mean, 0.2 * x.moments.variance)
        return Blob(output, (x.channels, 1, 1), after)

    # Elementwise layers -----------------------------------------------------

    def activation(self, x, kind, *, name=None, output=None, **values):
        params, output = self.add_layer("activation", [x], name, output)
        chosen = getattr(params, kind)
        chosen.SetInParent()
        for field, value in values.items():
            setattr(chosen, field, value)
        after = x.moments
        if kind in ("ReLU", "leakyReLU"):
            after = moments.rectified(after, values.get("alpha", 0.0))
        elif kind == "linear":
            after = after.affine(values["alpha"], values["beta"])
        elif kind in ("tanh", "sigmoid"):
            after = Moments(0.5 * (kind == "sigmoid"), 0.4)
        return Blob(output, x.shape, after)

    def relu(self, x, **options):
        return self.activation(x, "ReLU", **options)

    def leaky_relu(self, x, alpha, **options):
        return self.activation(x, "leakyReLU", alpha=alpha, **options)

    def threshold(self, x, alpha, *, name=None):
        params, output = self.add_layer("unary", [x], name)
        params.type, params.alpha = params.THRESHOLD, alpha
        params.scale = 1
        return Blob(output, x.shape, x.moments)

    def add(self, *parts, name=None):
        _, output = self.add_layer("add", parts, name)
        return Blob(output, parts[0].shape,
                    moments.added([p.moments for p in parts]))

    # Everything else --------------------------------------------------------

    def concat(self, *parts, name=None):
        params, output = self.add_layer("concat", parts, name)
        params.sequenceConcat = False
        counts = [p.channels for p in parts]
        after = moments.mixed([p.moments for p in parts], counts)
        return Blob(output, (sum(counts), *parts[0].shape[1:]), after)

    def lrn(self, x, alpha, beta, size, k=1.0, *, name=None):
        params, output = self.add_layer("lrn", [x], name)
        params.alpha, params.beta, params.localSize, params.k = (
            alpha, beta, size, k)
        return Blob(output, x.shape, x.moments)

    def pad(self, x, amounts, mode="constant", *, name=None):
        params, output = self.add_layer("padding", [x], name)
        getattr(params, mode).SetInParent()
        amounts = borders(amounts)
        set_borders(params.paddingAmounts, amounts)
        size = tuple(n + sum(p) for n, p in zip(x.shape[1:], amounts))
        return Blob(output, (x.channels, *size), x.moments)

    def upsample(self, x, factor, mode="NN", *, name=None):
        params, output = self.add_layer("upsample", [x], name)
        params.scalingFactor.extend(pair(factor))
        params.mode = params.InterpolationMode.Value(mode)
        size = tuple(n * f for n, f in zip(x.shape[1:], pair(factor)))
        return Blob(output, (x.channels, *size), x.moments)

    def flatten(self, x, order="CHANNEL_FIRST", *, name=None):
        params, output = self.add_layer("flatten", [x], name)
        params.mode = params.FlattenOrder.Value(order)
        return Blob(output, (math.prod(x.shape), 1, 1), x.moments)

    def softmax(self, x, *, name=None, output=None):
        _, output = self.add_layer("softmax", [x], name, output)
        return Blob(output, x.shape, Moments(1 / x.channels, 0))
