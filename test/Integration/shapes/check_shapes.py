#!/usr/bin/env python3
"""check_shapes.py MLC FOLDER: one bundle for several shapes, against numpy.

The network is a convolution of 3x3 with a global average behind it, for
pictures of any size.
"""
import json
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "layers"))

import numpy as np  # noqa: E402

from case import pb  # noqa: E402

mlc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(1)
filters = random.standard_normal((8, 4, 3, 3)).astype(np.float32)


def build():
    model = pb.Model(specificationVersion=4)
    model.neuralNetwork.arrayInputShapeMapping = pb.EXACT_ARRAY_MAPPING
    array = model.description.input.add(name="x").type.multiArrayType
    array.shape.extend([1, 4, 6, 5])
    for low, high in (1, 2), (4, 4), (3, -1), (3, 64):
        array.shapeRange.sizeRanges.add(lowerBound=low, upperBound=high)
    for name in "y", "mean":
        model.description.output.add(name=name).type.multiArrayType.SetInParent()
    layer = model.neuralNetwork.layers.add(name="conv", input=["x"],
                                           output=["y"])
    conv = layer.convolution
    conv.outputChannels, conv.kernelChannels, conv.nGroups = 8, 4, 1
    conv.kernelSize.extend([3, 3])
    conv.valid.SetInParent()
    conv.weights.floatValue.extend(filters.ravel())
    layer = model.neuralNetwork.layers.add(name="mean", input=["y"],
                                           output=["mean"])
    layer.reduceMean.axes.extend([-2, -1])
    layer.reduceMean.keepDims = False
    (folder / "model.mlmodel").write_bytes(model.SerializeToString())


def convolve(x):
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (2, 3))
    return np.einsum("nchwyx,ocyx->nohw", windows, filters)


def mlc_run(*arguments):
    done = subprocess.run([mlc, *map(str, arguments)], text=True,
                          capture_output=True)
    if done.returncode:
        sys.exit(f"FAIL {arguments}: {done.stderr.strip()}")


def check(name, shape, *arguments):
    x = random.standard_normal(shape).astype(np.float32)
    np.save(folder / "x.npy", x)
    mlc_run("run", *arguments, "-i", f"x={folder}/x.npy", "-o", folder / "out")
    y = convolve(x.astype(np.float64))
    for blob, wanted in ("y", y), ("mean", y.mean((2, 3))):
        got = np.load(folder / "out" / f"{blob}.npy")
        assert got.size == wanted.size, (name, blob, got.shape, wanted.shape)
        error = np.abs(got.reshape(wanted.shape) - wanted).max()
        assert error < 1e-4 * np.ptp(wanted), (name, blob, error)
    print(f"ok {name} {'x'.join(map(str, shape))}")


build()
model, bundle = folder / "model.mlmodel", folder / "three.mlcbundle"
shapes = [(1, 4, 6, 5), (2, 4, 9, 7), (1, 4, 40, 64)]
options = [part for shape in shapes
           for part in ("--input-shape", "x=" + "x".join(map(str, shape)))]
mlc_run("compile", model, "-o", bundle, "--precision=f32", *options)
for shape in shapes:
    # The array says which variant is meant.
    check("bundle", shape, bundle)
    text = "x".join(map(str, shape))
    check("model", shape, model, "--precision=f32", "--input-shape", f"x={text}")
    check("reference", shape, model, "--reference", "--input-shape",
          f"x={text}")
manifest = json.loads((bundle / "manifest.json").read_text())
assert len(manifest["variants"]) == 2
print("weights", sum(blob["bytes"] for blob in manifest["weights"]))
