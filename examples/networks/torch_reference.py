#!/usr/bin/env python3
"""Evaluates a generated .mlmodel with PyTorch, independently of mlc.

    torch_reference.py MODEL -i NAME=FILE.npy -o DIR [--statistics]

Writes DIR/NAME.npy in float32 for each array or image output; for a classifier
DIR/NAME.npy and DIR/NAME.json with the probabilities, and the label on
standard output. It knows the layers that the networks of this folder and the
digit classifier have, and stops at any other.
"""
import argparse
import json
import pathlib

import numpy as np
import torch
from torch.nn import functional

from schema import network_of, read_model


def weights(message, *shape):
    if message.float16Value:
        values = np.frombuffer(message.float16Value, "<f2").astype(np.float32)
    else:
        values = np.array(message.floatValue, np.float32)
    return torch.from_numpy(values).reshape(shape or (-1,))


def per_channel(values):
    return values.reshape(-1, 1, 1)


def edges(amounts):
    """(left, right, top, bottom) of BorderAmounts."""
    if not amounts.borderAmounts:
        return 0, 0, 0, 0
    rows, columns = amounts.borderAmounts
    return (columns.startEdgeSize, columns.endEdgeSize,
            rows.startEdgeSize, rows.endEdgeSize)


def same_edges(x, kernel, stride, dilation, upper):
    result = []
    for size, k, s, d in list(zip(map(int, x.shape[-2:]), kernel, stride, dilation))[::-1]:
        total = max(0, (-(-size // s) - 1) * s + (k - 1) * d + 1 - size)
        small, large = total // 2, total - total // 2
        result += [large, small] if upper else [small, large]
    return result


def padded(x, pads, **mode):
    return functional.pad(x, list(pads), **mode) if any(pads) else x


def split_edges(pads):
    """(rows, columns) that a layer can pad itself, and what is left over."""
    left, right, top, bottom = pads
    even = left == right and top == bottom
    return ((top, left), (0,) * 4) if even else ((0, 0), pads)


def convolution(p, x):
    kernel, stride = list(p.kernelSize), list(p.stride) or [1, 1]
    dilation, groups = list(p.dilationFactor) or [1, 1], p.nGroups or 1
    bias = weights(p.bias) if p.hasBias else None
    if p.isDeconvolution:
        filters = weights(p.weights, p.kernelChannels,
                          p.outputChannels // groups, *kernel)
        if kernel != stride:
            raise NotImplementedError("deconvolution with overlap")
        return functional.conv_transpose2d(x, filters, bias, stride,
                                           groups=groups)
    filters = weights(p.weights, p.outputChannels, p.kernelChannels, *kernel)
    if p.WhichOneof("ConvolutionPaddingType") == "same":
        pads = same_edges(x, kernel, stride, dilation, p.same.asymmetryMode)
    else:
        pads = edges(p.valid.paddingAmounts)
    within, without = split_edges(pads)
    return functional.conv2d(padded(x, without), filters, bias, stride,
                             within, dilation, groups)


def last_pixel_edges(x, kernel, stride, amounts):
    """Padding with the overhang of a last window that begins inside."""
    result = []
    for size, k, s, p in list(zip(map(int, x.shape[-2:]), kernel, stride, amounts))[::-1]:
        count = -(-(size + 2 * p - k) // s) + 1
        if p and (count - 1) * s >= size + p:
            count -= 1
        result += [p, (count - 1) * s + k - size - p]
    return result


def pooling(p, x):
    if p.globalPooling:
        assert p.type == p.AVERAGE
        return functional.adaptive_avg_pool2d(x, 1)
    kernel, stride = list(p.kernelSize), list(p.stride)
    padding = p.WhichOneof("PoolingPaddingType")
    if padding == "same":
        pads = same_edges(x, kernel, stride, [1, 1], p.same.asymmetryMode)
    elif padding == "includeLastPixel":
        pads = last_pixel_edges(x, kernel, stride,
                                p.includeLastPixel.paddingAmounts)
    else:
        pads = list(edges(p.valid.paddingAmounts))
    within, without = split_edges(pads)
    if any(2 * size > k for size, k in zip(within, kernel)):
        within, without = (0, 0), pads
    if p.type == p.MAX:
        x = padded(x, without, value=-np.inf)
        return functional.max_pool2d(x, kernel, stride, within)
    assert p.type == p.AVERAGE
    if not p.avgPoolExcludePadding:
        assert padding != "includeLastPixel" or not any(pads)
        return functional.avg_pool2d(padded(x, without), kernel, stride, within)
    if not any(without):
        return functional.avg_pool2d(x, kernel, stride, within,
                                     count_include_pad=False)
    inside = functional.pad(torch.ones_like(x), pads)
    return functional.avg_pool2d(padded(x, pads), kernel, stride) / (
        functional.avg_pool2d(inside, kernel, stride))


def activation(p, x):
    kind = p.WhichOneof("NonlinearityType")
    values = getattr(p, kind)
    return {
        "ReLU": lambda: functional.relu(x),
        "leakyReLU": lambda: functional.leaky_relu(x, values.alpha),
        "tanh": lambda: torch.tanh(x),
        "sigmoid": lambda: torch.sigmoid(x),
        "linear": lambda: values.alpha * x + values.beta,
    }[kind]()


def batchnorm(p, x):
    gamma, beta, epsilon = weights(p.gamma), weights(p.beta), p.epsilon or 1e-5
    if p.computeMeanVar:
        assert p.instanceNormalization
        return functional.instance_norm(x, None, None, gamma, beta,
                                        eps=epsilon)
    return functional.batch_norm(x, weights(p.mean), weights(p.variance),
                                 gamma, beta, eps=epsilon)


def scale(p, x):
    x = x * per_channel(weights(p.scale))
    return x + per_channel(weights(p.bias)) if p.hasBias else x


def inner_product(p, x):
    matrix = weights(p.weights, p.outputChannels, p.inputChannels)
    bias = weights(p.bias) if p.hasBias else None
    return functional.linear(x.flatten(1), matrix, bias)[..., None, None]


def padding(p, x):
    kind = p.WhichOneof("PaddingType")
    mode = {"constant": "constant", "reflection": "reflect",
            "replication": "replicate"}[kind]
    value = {"value": p.constant.value} if kind == "constant" else {}
    return functional.pad(x, edges(p.paddingAmounts), mode, **value)


def unary(p, x):
    assert p.type == p.THRESHOLD
    return torch.clamp((p.scale or 1) * x + p.shift, min=p.alpha)


def upsample(p, x):
    assert p.mode == p.NN
    height, width = p.scalingFactor
    return x.repeat_interleave(height, -2).repeat_interleave(width, -1)


def flatten(p, x):
    if p.mode == p.CHANNEL_LAST:
        x = x.permute(0, 2, 3, 1)
    return x.flatten(1)[..., None, None]


# torch has alpha divided by the size of the window, as the format does.
LAYERS = {
    "activation": activation, "batchnorm": batchnorm,
    "convolution": convolution, "flatten": flatten,
    "innerProduct": inner_product, "padding": padding, "pooling": pooling,
    "scale": scale, "unary": unary, "upsample": upsample,
    "add": lambda p, *x: sum(x[1:], x[0]) + (p.alpha if len(x) == 1 else 0),
    "concat": lambda p, *x: torch.cat(x, 1),
    "softmax": lambda p, x: torch.softmax(x, 1),
    "lrn": lambda p, x: functional.local_response_norm(
        x, p.localSize, p.alpha, p.beta, p.k or 1),
}


def read_input(network, feature, path):
    """The value as the first layer sees it, [1, C, H, W]."""
    values = torch.from_numpy(np.load(path).astype(np.float32))
    if feature.type.WhichOneof("Type") != "imageType":
        return values.reshape(-1, 1, 1)[None] if values.dim() == 1 else (
            values.reshape(1, *values.shape[-3:]))
    x = values[None] if values.dim() == 2 else values.permute(2, 0, 1)
    names = ["gray"] if len(x) == 1 else ["red", "green", "blue"]
    if feature.type.imageType.colorSpace == 30:  # BGR
        x, names = x.flip(0), names[::-1]
    for step in network.preprocessing:
        if step.featureName not in ("", feature.name):
            continue
        assert step.WhichOneof("preprocessor") == "scaler"
        bias = [getattr(step.scaler, name + "Bias") for name in names]
        x = x * step.scaler.channelScale + per_channel(torch.tensor(bias))
    return x[None]


def evaluate(network, blobs, statistics=False):
    for layer in network.layers:
        kind = layer.WhichOneof("layer")
        if kind not in LAYERS:
            raise NotImplementedError(f"{layer.name}: {kind}")
        y = LAYERS[kind](getattr(layer, kind), *[blobs[i] for i in layer.input])
        blobs[layer.output[0]] = y
        if statistics:
            print(f"{layer.name:22}{str(list(y.shape[1:])):20}"
                  f"mean {y.mean():10.4g}  deviation {y.std():10.4g}  "
                  f"largest {y.abs().max():10.4g}")
    return blobs


def write_outputs(model, network, blobs, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for feature in model.description.output:
        kind = feature.type.WhichOneof("Type")
        if kind in ("multiArrayType", "imageType"):
            np.save(folder / f"{feature.name}.npy", blobs[feature.name][0])
        elif kind == "dictionaryType":
            values = blobs[network.labelProbabilityLayerName].flatten()
            labels = network.stringClassLabels.vector
            np.save(folder / f"{feature.name}.npy", values)
            pairs = dict(zip(labels, values.tolist()))
            (folder / f"{feature.name}.json").write_text(json.dumps(pairs))
            print(f"{labels[int(values.argmax())]} {values.max():.4f}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("-i", dest="inputs", action="append", default=[],
                        metavar="NAME=FILE.npy")
    parser.add_argument("-o", default=".", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--statistics", action="store_true",
                        help="print mean and deviation of every layer")
    options = parser.parse_args()
    model = read_model(options.model)
    network = network_of(model)
    files = dict(text.split("=", 1) for text in options.inputs)
    with torch.no_grad():
        blobs = {feature.name: read_input(network, feature, files[feature.name])
                 for feature in model.description.input}
        evaluate(network, blobs, options.statistics)
        write_outputs(model, network, blobs, options.o)


if __name__ == "__main__":
    main()
