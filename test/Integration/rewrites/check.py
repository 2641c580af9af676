#!/usr/bin/env python3
"""Small networks in which a rewrite would be wrong, with the values that are right.

    check.py MLC FOLDER

Each is run as it is, in half and in float, and as `mlc optimize` writes it. Numbers
come from numpy, errors are parts of the largest value.
"""
import pathlib
import subprocess
import sys

import numpy as np

RANDOM = np.random.default_rng(11)
CASES = []


def case(function):
    CASES.append(function)
    return function


def layer(name, inputs, output, body):
    ends = " ".join(f'input: "{i}"' for i in inputs.split()) + "".join(
        f' output: "{o}"' for o in output.split())
    return f'  layers {{ name: "{name}" {ends} {body} }}\n'


def floats(values):
    return "floatValue: [" + ", ".join(repr(float(v)) for v in
                                       np.ravel(values)) + "]"


def convolution(weights, options="valid { }", **fields):
    weights = np.asarray(weights, float)
    out, channels, height, width = weights.shape
    groups = fields.pop("groups", 1)
    stride, dilation = fields.pop("stride", 1), fields.pop("dilation", 1)
    return (f"convolution {{ outputChannels: {out} kernelChannels: {channels} "
            f"nGroups: {groups} kernelSize: [{height}, {width}] "
            f"stride: [{stride}, {stride}] "
            f"dilationFactor: [{dilation}, {dilation}] "
            f"{options} weights {{ {floats(weights)} }} }}")


def batchnorm(scale, shift, variance=None):
    variance = np.ones_like(scale) if variance is None else variance
    fields = {"gamma": scale, "beta": shift, "mean": np.zeros_like(scale),
              "variance": variance}
    text = " ".join(f"{k} {{ {floats(v)} }}" for k, v in fields.items())
    return f"batchnorm {{ channels: {len(scale)} epsilon: 1e-20 {text} }}"


def network(layers, inputs, outputs, exact=True):
    def feature(role, name, shape):
        dims = f"shape: {list(shape)}" if shape else ""
        return (f'  {role} {{ name: "{name}" type {{ multiArrayType {{ {dims} '
                f"dataType: FLOAT32 }} }} }}\n")
    mapping = "  arrayInputShapeMapping: EXACT_ARRAY_MAPPING\n" if exact else ""
    return (f"specificationVersion: {4 if exact else 2}\ndescription {{\n" +
            "".join(feature("input", n, v.shape) for n, v in inputs.items()) +
            "".join(feature("output", n, None) for n in outputs) +
            f"}}\nneuralNetwork {{\n{mapping}{layers}}}\n")


@case
def dilated_window():
    """A 1x1 image has one pixel, however far apart the taps are."""
    x = np.array([1.0, 10.0]).reshape(1, 2, 1, 1)
    return (layer("conv", "x", "y", convolution(np.ones((1, 2, 1, 1)),
                                                dilation=2, stride=2)),
            {"x": x}, {"y": np.array([11.0]).reshape(1, 1, 1, 1)})


@case
def padded_window():
    """A filter of the image's size that looks at one pixel and at padding."""
    x = np.arange(1.0, 9.0).reshape(1, 2, 2, 2)
    edges = ("valid { paddingAmounts { borderAmounts { startEdgeSize: 1 } "
             "borderAmounts { startEdgeSize: 1 } } }")
    return (layer("conv", "x", "y", convolution(np.ones((1, 2, 2, 2)), edges,
                                                stride=2)),
            {"x": x}, {"y": np.array([6.0]).reshape(1, 1, 1, 1)})


@case
def permuted_batch():
    """The images of a batch change places in front of an inner product."""
    x = np.arange(1.0, 5.0).reshape(2, 2, 1, 1, 1)
    layers = (layer("conv", "x", "c", convolution(np.ones((1, 1, 1, 1)))) +
              layer("swap", "c", "t", "transpose { axes: [1, 0, 2, 3, 4] }") +
              layer("dense", "t", "y", "innerProduct { inputChannels: 1 "
                    "outputChannels: 1 weights { floatValue: 1 } }"))
    return layers, {"x": x}, {"y": x.transpose(1, 0, 2, 3, 4)}


@case
def rank_of_outputs():
    """With EXACT_ARRAY_MAPPING an output keeps its ones."""
    x = np.arange(4.0).reshape(1, 1, 2, 2, 1)
    layers = (layer("flat", "x", "y", "flatten { }") +
              layer("more", "x", "z", "add { alpha: 1 }"))
    return layers, {"x": x}, {"y": x.reshape(1, 1, 4, 1, 1), "z": x + 1}


@case
def padded_1x1():
    """The border of a 1x1 convolution does not get a shift in front of it."""
    x = np.array([2.0, 3.0]).reshape(1, 1, 1, 1, 2)
    edges = ("valid { paddingAmounts { borderAmounts { } "
             "borderAmounts { startEdgeSize: 1 } } }")
    layers = (layer("norm", "x", "n", batchnorm(np.ones(1), np.ones(1))) +
              layer("conv", "n", "y", convolution(np.ones((1, 1, 1, 1)), edges)))
    return (layers, {"x": x},
            {"y": np.array([0.0, 3.0, 4.0]).reshape(1, 1, 1, 1, 3)})


@case
def large_scale():
    """0.5 * 1e6 is infinite in half precision."""
    x = np.array([2.0]).reshape(1, 1, 1, 1, 1)
    half = convolution(np.full((1, 1, 1, 1), 0.5)).replace(
        floats([0.5]), r'float16Value: "\0008"')
    layers = (layer("conv", "x", "c", half) +
              layer("norm", "c", "y", batchnorm(np.ones(1), np.zeros(1),
                                                np.full(1, 1e-12))))
    return layers, {"x": x}, {"y": np.full((1, 1, 1, 1, 1), 1e6)}


@case
def small_scale():
    """1e-5 of a weight has few digits in half precision."""
    x = RANDOM.uniform(-200, 200, (1, 1, 8, 4, 4)).astype(np.float16)
    weights = RANDOM.normal(0, 1, (8, 8, 1, 1)).astype(np.float16)
    layers = (layer("conv", "x", "c", convolution(weights)) +
              layer("norm", "c", "y", batchnorm(np.full(8, 1e-5), np.zeros(8))))
    y = np.einsum("oi,sbihw->sbohw", weights[:, :, 0, 0].astype(float),
                  x.astype(float)) * 1e-5
    return layers, {"x": x.astype(float)}, {"y": y}


@case
def large_variance():
    """One channel is 30,000 times as large as the others in front of a norm."""
    x = RANDOM.uniform(-2, 2, (1, 1, 8, 4, 4))
    x[:, :, 2] *= 3e4
    x = x.astype(np.float16)
    variance = np.ones(8)
    variance[2] = 9e8
    weights = RANDOM.normal(0, 0.3, (8, 8, 1, 1)).astype(np.float16)
    shift = RANDOM.normal(0, 1, 8)
    layers = (layer("norm", "x", "n", batchnorm(np.ones(8), shift, variance)) +
              layer("conv", "n", "y", convolution(weights)))
    normal = (x.astype(float) / np.sqrt(variance).reshape(8, 1, 1) +
              shift.reshape(8, 1, 1))
    y = np.einsum("oi,sbihw->sbohw", weights[:, :, 0, 0].astype(float), normal)
    return layers, {"x": x.astype(float)}, {"y": y}


@case
def tiny_weights():
    """Weights that are small from the start, and large ones."""
    x = RANDOM.uniform(-1, 1, (1, 1, 4, 3, 3)).astype(np.float16)
    weights = RANDOM.normal(0, 1, (4, 4, 1, 1))
    layers = (layer("small", "x", "y", convolution(weights * 1e-7)) +
              layer("large", "x", "z", convolution(weights * 1e5)))
    y = np.einsum("oi,sbihw->sbohw", weights[:, :, 0, 0], x.astype(float))
    return layers, {"x": x.astype(float)}, {"y": y * 1e-7, "z": y * 1e5}


@case
def near_equal_scores():
    """Scores that half precision cannot tell apart are still in order."""
    count = 300
    scores = 0.7 + 1e-6 * RANDOM.permutation(count).reshape(1, count)
    # Behind a layer, so that they are stored in between.
    layers = (layer("more", "x", "m", "unary { type: ABS scale: 1 }") +
              layer("sort", "m", "s", "argSort { axis: -1 descending: true }") +
              layer("best", "m", "b", "argMax { axis: -1 removeDim: false }") +
              layer("over", "m", "o", "greaterThan { alpha: 0.7001505 }"))
    near = scores.astype(np.float32)
    return (layers, {"x": near},
            {"s": np.argsort(-near, kind="stable"),
             "b": near.argmax(-1, keepdims=True), "o": near > 0.7001505})


@case
def near_equal_boxes():
    """The same for the suppression of boxes."""
    count = 200
    scores = (0.7 + 1e-6 * RANDOM.permutation(count)).astype(np.float32)
    boxes = np.stack([np.arange(count) * 2.0, np.zeros(count), np.ones(count),
                      np.ones(count)], -1)
    layers = layer("nms", "x c", "boxes scores y count",
                   "NonMaximumSuppression { iouThreshold: 0.5 "
                   "scoreThreshold: 0.1 maxBoxes: 12 }")
    return (layers, {"x": boxes.reshape(1, count, 4),
                     "c": scores.reshape(1, count, 1)},
            {"y": np.argsort(-scores, kind="stable")[:12].reshape(1, 12)})


@case
def many_answers():
    """Half precision counts to 2048; 3001 of 4096 numbers are positive."""
    x = np.where(RANDOM.permutation(4096) < 3001, 1.0, -1.0)
    layers = (layer("positive", "x", "p", "greaterThan { alpha: 0 }") +
              layer("count", "p", "c", "reduceSum { axes: 0 keepDims: true }") +
              layer("more", "c", "y", "add { alpha: 2 }"))
    return layers, {"x": x}, {"y": np.array([3003.0])}


def run(mlc, model, inputs, folder, *options):
    arguments = [f"{name}={folder}/{name}.npy" for name in inputs]
    subprocess.run(
        [mlc, "run", model, *options, "-o", folder / "out"] +
        [part for a in arguments for part in ("-i", a)],
        check=True, stdout=subprocess.DEVNULL)


def compare(folder, outputs, limit):
    worst = 0
    for name, want in outputs.items():
        got = np.load(folder / "out" / f"{name}.npy")
        want = np.asarray(want, float)
        assert got.shape == want.shape, (name, got.shape, want.shape)
        error = np.abs(got - want).max() / np.abs(want).max()
        assert error <= limit, f"{name}: error {error:.1e}, {got} for {want}"
        worst = max(worst, error)
    return worst


def main():
    mlc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    for function in CASES:
        layers, inputs, outputs = function()
        own = folder / function.__name__
        own.mkdir(parents=True, exist_ok=True)
        model = own / "model.textproto"
        model.write_text(network(layers, inputs, outputs))
        for name, values in inputs.items():
            np.save(own / f"{name}.npy", np.asarray(values, np.float32))
        optimized = own / "optimized.mlmodel"
        subprocess.run([mlc, "optimize", model, "-o", optimized], check=True,
                       stdout=subprocess.DEVNULL)
        errors = []
        for path in (model, optimized):
            for precision, limit in (("f16", 1e-3), ("f32", 1e-6)):
                run(mlc, path, inputs, own, f"--precision={precision}")
                errors.append(compare(own, outputs, limit))
        print("ok", function.__name__, *(f"{e:.1e}" for e in errors))


main()
