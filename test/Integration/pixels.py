#!/usr/bin/env python3
"""The first convolution of a network reads the bytes of an image.

    pixels.py MLC FOLDER MODE       MODE: f32, f16 or reference

Compares networks of one convolution on images with numpy: sizes that are smaller
than a row of windows, padding, strides, dilations, preprocessing with and without
a shift, colours and their order, a pool behind it.
"""
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "layers"))

import numpy as np  # noqa: E402

import formulas  # noqa: E402
from case import pb, set_borders, set_weights  # noqa: E402

LIMITS = {"f32": 1e-5, "f16": 2e-3, "reference": 1e-6}
RANDOM = np.random.default_rng(5)
# Height, width, outputs, kernel, stride, dilation, padding, colours, scaler.
CASES = {
    "inside": (9, 11, 5, 3, 1, 1, 0, "RGB", dict(scale=1 / 255)),
    "shift": (9, 11, 16, 3, 2, 1, 0, "BGR", dict(scale=2 / 255, bias=(-1, -0.5, 1))),
    "padded": (10, 23, 20, 3, 1, 1, 1, "RGB", dict(scale=0.01)),
    "padded shift": (23, 30, 33, 7, 2, 1, 3, "BGR",
                     dict(scale=1 / 128, bias=(-1, -0.9, -0.8))),
    "narrow": (6, 2, 4, 5, 1, 1, 2, "RGB", dict(scale=1 / 128, bias=(-1, 0, 1))),
    "dilated": (20, 20, 8, 3, 1, 3, 3, "RGB", dict()),
    "grey": (12, 40, 12, 5, 3, 1, 2, "GRAYSCALE", dict(scale=1 / 64, bias=(-2,))),
    "large kernel": (40, 40, 6, 11, 4, 1, 0, "RGB", dict(scale=1 / 255)),
    "pointwise": (7, 9, 8, 1, 1, 1, 0, "RGB", dict(scale=1 / 255, bias=(0, 1, 2))),
    "wide kernel": (5, 130, 4, 5, 1, 25, 0, "RGB", dict(scale=1 / 255)),
    "pool": (12, 16, 16, 3, 1, 1, 1, "RGB", dict(scale=1 / 128, bias=(-1, -1, -1),
                                                pool=True)),
}


def build(height, width, outputs, kernel, stride, dilation, pad, colors, scaler,
          folder):
    model = pb.Model(specificationVersion=1)
    image = model.description.input.add(name="image").type.imageType
    image.height, image.width = height, width
    image.colorSpace = image.ColorSpace.Value(colors)
    model.description.output.add(name="y").type.multiArrayType.SetInParent()
    channels = 1 if colors == "GRAYSCALE" else 3
    bias = scaler.get("bias", (0,) * channels)
    scale = scaler.get("scale", 1)
    # The biases of the format are red, green and blue, or grey.
    step = model.neuralNetwork.preprocessing.add(featureName="image").scaler
    step.channelScale = scale
    if channels == 1:
        step.grayBias = bias[0]
    else:
        step.redBias, step.greenBias, step.blueBias = bias
    conv = model.neuralNetwork.layers.add(
        name="conv", input=["image"], output=["c"]).convolution
    conv.outputChannels, conv.kernelChannels, conv.nGroups = outputs, channels, 1
    conv.kernelSize.extend([min(kernel, height), kernel])
    conv.stride.extend([stride] * 2)
    conv.dilationFactor.extend([1 if kernel * dilation > height else dilation,
                                dilation])
    set_borders(conv.valid.paddingAmounts, [(pad, pad)] * 2)
    weights = RANDOM.normal(0, 0.2, (outputs, channels, *conv.kernelSize))
    weights = weights.astype(np.float16).astype(float)
    set_weights(conv.weights, weights)
    last = model.neuralNetwork.layers.add(name="relu", input=["c"], output=["y"])
    last.activation.ReLU.SetInParent()
    pixels = RANDOM.integers(0, 256, (height, width, channels), np.uint8)
    np.save(folder / "image.npy", pixels)
    # What the network sees has the colours in their own order.
    x = pixels.transpose(2, 0, 1).astype(float)
    if colors == "BGR":
        x, bias = x[::-1], bias[::-1]
    x = x * scale + np.reshape(bias, (-1, 1, 1))
    want = np.maximum(formulas.convolution(
        x, weights, None, (stride, stride), tuple(conv.dilationFactor),
        pads=((pad, pad), (pad, pad))), 0)
    if scaler.get("pool"):
        last.output[0] = "r"
        pool = model.neuralNetwork.layers.add(
            name="pool", input=["r"], output=["y"]).pooling
        pool.kernelSize.extend([2, 2])
        pool.stride.extend([2, 2])
        pool.valid.SetInParent()
        c, h, w = want.shape
        want = want.reshape(c, h // 2, 2, w // 2, 2).max((2, 4))
    (folder / "model.mlmodel").write_bytes(model.SerializeToString())
    return want


def main():
    mlc, folder, mode = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    folder.mkdir(parents=True, exist_ok=True)
    option = "--reference" if mode == "reference" else f"--precision={mode}"
    bad = 0
    for name, case in CASES.items():
        want = build(*case, folder)
        done = subprocess.run(
            [mlc, "run", folder / "model.mlmodel", option, "-i",
             f"image={folder}/image.npy", "-o", folder / "out"],
            capture_output=True, text=True)
        if done.returncode:
            print(f"FAIL {name}: {done.stderr.strip()}")
            bad += 1
            continue
        got = np.load(folder / "out" / "y.npy").reshape(want.shape)
        error = np.abs(got - want).max() / np.ptp(want)
        bad += not error <= LIMITS[mode]
        print(f"{'ok  ' if error <= LIMITS[mode] else 'FAIL'} {mode} {name}: "
              f"{error:.2g} of the range")
    print(f"{len(CASES)} images, {bad} failures")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
