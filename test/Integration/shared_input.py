#!/usr/bin/env python3
"""A batch norm and a ReLU in front of a 1x1 convolution, as in a dense block.

    shared_input.py MLC FOLDER PRECISION [OPTION...]

Compares with numpy, for channels that fill lanes and such that do not, images
whose last strip overlaps the one before, and channels that leave room for one
strip only. The kernel must be the one that shares its input. OPTIONs are for
`mlc run`.
"""
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "layers"))

import numpy as np  # noqa: E402

from case import pb, set_weights  # noqa: E402

LIMITS = {"f32": 1e-5, "f16": 3e-3}
RANDOM = np.random.default_rng(7)
# Inputs, outputs, height, width.
CASES = [(32, 64, 7, 9), (20, 72, 5, 7), (36, 130, 3, 5), (1024, 128, 4, 4),
         (256, 512, 6, 3)]


def normal(*shape):
    return RANDOM.normal(0, 1, shape).astype(np.float16).astype(float)


def build(inputs, outputs, height, width, folder):
    model = pb.Model(specificationVersion=1)
    model.description.input.add(name="x").type.multiArrayType.shape.extend(
        [inputs, height, width])
    model.description.output.add(name="y").type.multiArrayType.SetInParent()
    add = model.neuralNetwork.layers.add
    norm = add(name="norm", input=["x"], output=["a"]).batchnorm
    norm.channels = inputs
    gamma, beta = normal(inputs), normal(inputs)
    for field, values in ((norm.gamma, gamma), (norm.beta, beta),
                          (norm.mean, np.zeros(inputs)),
                          (norm.variance, np.full(inputs, 1 - norm.epsilon))):
        field.floatValue.extend(values)
    add(name="relu", input=["a"], output=["b"]).activation.ReLU.SetInParent()
    conv = add(name="conv", input=["b"], output=["y"]).convolution
    conv.outputChannels, conv.kernelChannels = outputs, inputs
    conv.kernelSize.extend([1, 1])
    conv.valid.SetInParent()
    weights = normal(outputs, inputs)
    set_weights(conv.weights, weights.reshape(outputs, inputs, 1, 1))
    (folder / "model.mlmodel").write_bytes(model.SerializeToString())
    x = normal(inputs, height, width)
    np.save(folder / "x.npy", x.astype(np.float32))
    scaled = x * gamma.reshape(-1, 1, 1) + beta.reshape(-1, 1, 1)
    return np.einsum("oc,chw->ohw", weights, np.maximum(scaled, 0))


def main():
    mlc, folder, precision = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    folder.mkdir(parents=True, exist_ok=True)
    bundle = folder / "model.mlcbundle"
    for case in CASES:
        want = build(*case, folder)
        subprocess.run([mlc, "compile", folder / "model.mlmodel", "-o", bundle,
                        f"--precision={precision}"], check=True)
        text = (bundle / "kernels.metal").read_text()
        if "share_lanes(x" not in text:
            sys.exit(f"{case}: the kernel does not share its input")
        subprocess.run([mlc, "run", bundle, "-i", f"x={folder / 'x.npy'}",
                        "-o", folder, *sys.argv[4:]], check=True)
        error = np.abs(np.load(folder / "y.npy") - want).max() / np.ptp(want)
        if not error < LIMITS[precision]:
            sys.exit(f"{case}: error {error}")


main()
