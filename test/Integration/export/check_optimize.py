#!/usr/bin/env python3
"""check_optimize.py MLC FOLDER MODEL...: outputs before and after `mlc optimize`.

Both files are run on the same random inputs, in float; with --half-weights the
weights are rounded. Without a MODEL one is generated that has every case that
coreml-fold-affine knows.
"""
import json
import pathlib
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "layers"))

import numpy as np  # noqa: E402

from case import pb  # noqa: E402

mlc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(7)
# The pose network of the corpus magnifies the rounding of its weights to 2.4 %;
# others stay below 0.2 %.
HALF = 5e-2


class Builder:
    def __init__(self):
        self.model = pb.Model(specificationVersion=1)
        self.network = self.model.neuralNetwork
        self.count = 0
        array = self.model.description.input.add(name="x").type.multiArrayType
        array.shape.extend([4, 12, 10])

    def add(self, kind, source):
        self.count += 1
        layer = self.network.layers.add(name=f"{kind}{self.count}")
        layer.input.append(source)
        layer.output.append(f"{kind}{self.count}_out")
        return layer, layer.output[0]

    def convolution(self, source, inputs, outputs, size, groups=1, same=False,
                    transposed=False, bias=True):
        layer, name = self.add("convolution", source)
        conv = layer.convolution
        conv.outputChannels, conv.kernelChannels = outputs, inputs // groups
        if transposed:
            conv.kernelChannels, conv.isDeconvolution = inputs, True
        conv.nGroups = groups
        conv.kernelSize.extend([size, size])
        (conv.same if same else conv.valid).SetInParent()
        count = inputs * outputs // groups * size * size
        conv.weights.floatValue.extend(random.standard_normal(count) / size)
        conv.hasBias = bias
        if bias:
            conv.bias.floatValue.extend(random.standard_normal(outputs))
        return name

    def batchnorm(self, source, channels, negative=False, shift=True):
        layer, name = self.add("batchnorm", source)
        norm = layer.batchnorm
        norm.channels = channels
        gamma = random.uniform(0.5, 2, channels)
        if negative:
            gamma[::2] *= -1
        mean = random.standard_normal(channels) if shift else np.zeros(channels)
        beta = random.standard_normal(channels) if shift else np.zeros(channels)
        variance = random.uniform(0.5, 2, channels)
        for field, values in ((norm.gamma, gamma), (norm.beta, beta),
                              (norm.mean, mean), (norm.variance, variance)):
            field.floatValue.extend(values)
        return name

    def relu(self, source):
        layer, name = self.add("activation", source)
        layer.activation.ReLU.SetInParent()
        return name

    def flatten(self, source):
        layer, name = self.add("flatten", source)
        layer.flatten.SetInParent()
        return name

    def inner_product(self, source, inputs, outputs):
        layer, name = self.add("innerProduct", source)
        product = layer.innerProduct
        product.inputChannels, product.outputChannels = inputs, outputs
        product.weights.floatValue.extend(
            random.standard_normal(inputs * outputs) / inputs ** 0.5)
        return name

    def output(self, name):
        array = self.model.description.output.add(name=name)
        array.type.multiArrayType.SetInParent()


def generate():
    b = Builder()
    y = b.batchnorm(b.convolution("x", 4, 8, 3, same=True), 8)
    y = b.batchnorm(b.convolution(y, 8, 12, 3, groups=4, bias=False), 12)
    y = b.relu(b.convolution(y, 12, 6, 3, groups=3, transposed=True))
    y = b.batchnorm(y, 6, negative=True)      # goes into the next layer
    y = b.relu(b.convolution(y, 6, 8, 1))
    y = b.batchnorm(y, 8)                     # a border behind it: a bias stays
    y = b.relu(b.convolution(y, 8, 8, 3, same=True))
    y = b.batchnorm(y, 8, shift=False)        # vanishes through the ReLU
    two = b.batchnorm(y, 8)                   # has two readers
    left, right = b.convolution(two, 8, 4, 1), b.convolution(two, 8, 6, 3)
    b.output(left)
    y = b.inner_product(b.flatten(right), 6 * 10 * 8, 5)
    y = b.batchnorm(b.flatten(y), 5)
    y = b.batchnorm(b.relu(y), 5, negative=True)
    b.output(b.inner_product(y, 5, 3))
    path = folder / "generated.mlmodel"
    path.write_bytes(b.model.SerializeToString())
    return path


def run(*arguments):
    done = subprocess.run([mlc, *map(str, arguments)], text=True,
                          capture_output=True)
    if done.returncode:
        sys.exit(f"FAIL {arguments}: {done.stderr.strip()}")
    return done.stdout


def inputs_of(path):
    options = []
    for feature in json.loads(run("inspect", path, "--json"))["inputs"]:
        shape = feature["shape"]
        if feature["type"] == "image":
            channels = [3] if feature["colorSpace"] in ("RGB", "BGR") else []
            values = random.integers(0, 256, shape + channels)
            values = values.astype(np.uint8)
        else:
            values = random.standard_normal(shape).astype(np.float32)
        file = folder / f"input_{len(options)}.npy"
        np.save(file, values)
        options += ["-i", f"{feature['name']}={file}"]
    return options


def outputs(path, options, into):
    shutil.rmtree(into, ignore_errors=True)
    run("run", path, "--precision=f32", *options, "-o", into)
    return {file.name: np.load(file) for file in sorted(into.glob("*.npy"))}


def check(path):
    options = inputs_of(path)
    wanted = outputs(path, options, folder / "before")
    for flags, tolerance in ([], 1e-4), (["--half-weights"], HALF):
        better = folder / "better.mlmodel"
        line = run("optimize", path, "-o", better, *flags).splitlines()[0]
        got = outputs(better, options, folder / "after")
        assert got.keys() == wanted.keys(), (path, got.keys())
        for name, value in wanted.items():
            error = np.abs(got[name].astype(float) - value).max()
            span = max(np.ptp(value.astype(float)), 1e-6)
            if not error <= tolerance * span:
                sys.exit(f"FAIL {path.name} {flags} {name}: {error / span:.2g} "
                         "of the range")
        print("ok", path.name, *flags, line)


for path in map(pathlib.Path, sys.argv[3:]) if sys.argv[3:] else [generate()]:
    check(path)
