"""What the layers compute, in plain numpy and double precision.

Written from the format's description, one formula at a time, and kept apart
from mlc on purpose: this is what its results are judged by. Values are
[..., C, H, W].
"""
import math

import numpy as np


def pad_spatial(x, pads, value=0.0):
    """Pads the last two dimensions by ((top, bottom), (left, right))."""
    width = [(0, 0)] * (x.ndim - 2) + [tuple(p) for p in pads]
    return np.pad(x, width, constant_values=value)


def same_pads(size, kernel, stride, dilation=(1, 1), top_left_heavy=False):
    """Padding for which the output has ceil(size / stride) elements."""
    pads = []
    for n, k, s, d in zip(size, kernel, stride, dilation):
        total = max(0, (math.ceil(n / s) - 1) * s + (k - 1) * d + 1 - n)
        less, more = total // 2, total - total // 2
        pads.append((more, less) if top_left_heavy else (less, more))
    return pads


def convolution(x, weights, bias, stride=(1, 1), dilation=(1, 1), groups=1,
                pads=((0, 0), (0, 0))):
    """x [C, H, W], weights [O, C / groups, kH, kW]."""
    x = pad_spatial(x, pads)
    outputs, inputs, *kernel = weights.shape
    height, width = [(n - (k - 1) * d - 1) // s + 1 for n, k, s, d in
                     zip(x.shape[1:], kernel, stride, dilation)]
    y = np.zeros((outputs, height, width))
    each = outputs // groups
    for o in range(outputs):
        first = o // each * inputs
        for i in range(inputs):
            for r in range(kernel[0]):
                for c in range(kernel[1]):
                    top, left = r * dilation[0], c * dilation[1]
                    y[o] += weights[o, i, r, c] * x[
                        first + i,
                        top:top + (height - 1) * stride[0] + 1:stride[0],
                        left:left + (width - 1) * stride[1] + 1:stride[1]]
    return y if bias is None else y + np.reshape(bias, (-1, 1, 1))


def deconvolution(x, weights, bias, stride=(1, 1), dilation=(1, 1), groups=1):
    """The full result, not cropped; weights are [C, O / groups, kH, kW]."""
    inputs, each, *kernel = weights.shape
    size = [(n - 1) * s + (k - 1) * d + 1 for n, k, s, d in
            zip(x.shape[1:], kernel, stride, dilation)]
    y = np.zeros((each * groups, *size))
    for i in range(inputs):
        first = i // (inputs // groups) * each
        for o in range(each):
            for row in range(x.shape[1]):
                for column in range(x.shape[2]):
                    top, left = row * stride[0], column * stride[1]
                    y[first + o,
                      top:top + (kernel[0] - 1) * dilation[0] + 1:dilation[0],
                      left:left + (kernel[1] - 1) * dilation[1] + 1:
                      dilation[1]] += x[i, row, column] * weights[i, o]
    return y if bias is None else y + np.reshape(bias, (-1, 1, 1))


def crop_to(y, size, top_left_heavy=False):
    """Crops (or extends by zeros) H and W to size, from both sides."""
    for axis, n in ((1, size[0]), (2, size[1])):
        excess = y.shape[axis] - n
        if excess < 0:
            widths = [(0, 0)] * 3
            widths[axis] = (0, -excess)
            y = np.pad(y, widths)
        else:
            start = excess - excess // 2 if top_left_heavy else excess // 2
            y = np.take(y, range(start, start + n), axis)
    return y


def last_pixel_size(size, kernel, stride, padding):
    result = [math.ceil((n + 2 * p - k) / s) + 1 for n, k, s, p in
              zip(size, kernel, stride, padding)]
    if any(padding):
        result = [m - 1 if (m - 1) * s >= n + p else m for m, n, s, p in
                  zip(result, size, stride, padding)]
    return result


def pooling(x, kind, kernel, stride, pads, size, exclude=False):
    """Windows begin at -pad; size is the size of the result.

    An average that includes padding counts the padded positions, but not what
    lies beyond them where the last window reaches further. A last window that
    lies beside the image gives 0.
    """
    channels, height, width = x.shape
    y = np.zeros((channels, *size))
    for row in range(size[0]):
        for column in range(size[1]):
            top = row * stride[0] - pads[0][0]
            left = column * stride[1] - pads[1][0]
            window = x[:, max(top, 0):top + kernel[0],
                       max(left, 0):left + kernel[1]]
            if window.size == 0:
                continue
            if kind == "MAX":
                value = window.max((1, 2))
            elif kind == "L2":
                value = np.sqrt((window ** 2).sum((1, 2)))
            else:
                rows = min(top + kernel[0], height + pads[0][1]) - top
                columns = min(left + kernel[1], width + pads[1][1]) - left
                count = (window.shape[1] * window.shape[2] if exclude
                         else rows * columns)
                value = window.sum((1, 2)) / count
            y[:, row, column] = value
    return y


def normalized(x, axes, epsilon):
    mean = x.mean(axes, keepdims=True)
    variance = ((x - mean) ** 2).mean(axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + epsilon)


def lrn(x, alpha, beta, size, k):
    y = np.empty_like(x)
    for c in range(len(x)):
        first = c - size // 2
        window = x[max(first, 0):max(first + size, 0)]
        total = (window ** 2).sum(0)
        y[c] = x[c] / (k + alpha / size * total) ** beta
    return y


def softmax(x):
    e = np.exp(x - x.max(-3, keepdims=True))
    return e / e.sum(-3, keepdims=True)


def sample_points(n, m, mode):
    """Where the m samples of n points lie."""
    i = np.arange(m)
    points = {
        "DEFAULT": lambda: i * n / m,
        "ALIGN_CORNERS_TRUE": lambda: i * (n - 1) / max(m - 1, 1),
        "ALIGN_CORNERS_FALSE": lambda: (i + 0.5) * n / m - 0.5,
    }[mode]()
    return np.clip(points, 0, n - 1)


def linear(x, axis, points):
    low = np.floor(points).astype(int)
    high = np.minimum(low + 1, x.shape[axis] - 1)
    shape = [1] * x.ndim
    shape[axis] = -1
    part = (points - low).reshape(shape)
    return x.take(low, axis) * (1 - part) + x.take(high, axis) * part


def bilinear(x, size, mode):
    y = linear(x, 1, sample_points(x.shape[1], size[0], mode))
    return linear(y, 2, sample_points(x.shape[2], size[1], mode))


def space_to_depth(x, b):
    c, h, w = x.shape
    y = x.reshape(c, h // b, b, w // b, b).transpose(2, 4, 0, 1, 3)
    return y.reshape(b * b * c, h // b, w // b)


def depth_to_space(x, b, shuffle=False):
    c, h, w = x.shape
    if shuffle:  # channels are [C, block row, block column]
        y = x.reshape(c // b // b, b, b, h, w).transpose(0, 3, 1, 4, 2)
    else:  # channels are [block row, block column, C]
        y = x.reshape(b, b, c // b // b, h, w).transpose(2, 3, 0, 4, 1)
    return y.reshape(c // b // b, h * b, w * b)


ACTIVATIONS = {
    "linear": lambda x, a, b: a * x + b,
    "ReLU": lambda x, a, b: np.maximum(x, 0),
    "leakyReLU": lambda x, a, b: np.where(x >= 0, x, a * x),
    "thresholdedReLU": lambda x, a, b: np.where(x >= a, x, 0),
    "PReLU": lambda x, a, b: np.where(x >= 0, x, a * x),
    "tanh": lambda x, a, b: np.tanh(x),
    "scaledTanh": lambda x, a, b: a * np.tanh(b * x),
    "sigmoid": lambda x, a, b: 1 / (1 + np.exp(-x)),
    "sigmoidHard": lambda x, a, b: np.clip(a * x + b, 0, 1),
    "ELU": lambda x, a, b: np.where(x >= 0, x, a * (np.exp(x) - 1)),
    "softsign": lambda x, a, b: x / (1 + np.abs(x)),
    "softplus": lambda x, a, b: np.logaddexp(0, x),
    "parametricSoftplus": lambda x, a, b: a * np.logaddexp(0, b * x),
}

UNARY = {
    "SQRT": lambda x, a, e: np.sqrt(x),
    "RSQRT": lambda x, a, e: 1 / np.sqrt(x + e),
    "INVERSE": lambda x, a, e: 1 / (x + e),
    "POWER": lambda x, a, e: x ** a,
    "EXP": lambda x, a, e: np.exp(x),
    "LOG": lambda x, a, e: np.log(x + e),
    "ABS": lambda x, a, e: np.abs(x),
    "THRESHOLD": lambda x, a, e: np.maximum(x, a),
}

REDUCTIONS = {
    "SUM": lambda x, axes, e: x.sum(axes, keepdims=True),
    "AVG": lambda x, axes, e: x.mean(axes, keepdims=True),
    "PROD": lambda x, axes, e: x.prod(axes, keepdims=True),
    "LOGSUM": lambda x, axes, e: np.log(x + e).sum(axes, keepdims=True),
    "SUMSQUARE": lambda x, axes, e: (x ** 2).sum(axes, keepdims=True),
    "L1": lambda x, axes, e: np.abs(x).sum(axes, keepdims=True),
    "L2": lambda x, axes, e: np.sqrt((x ** 2).sum(axes, keepdims=True)),
    "MAX": lambda x, axes, e: x.max(axes, keepdims=True),
    "MIN": lambda x, axes, e: x.min(axes, keepdims=True),
    "ARGMAX": lambda x, axes, e: x.argmax(axes[0], keepdims=True),
}
