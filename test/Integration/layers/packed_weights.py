#!/usr/bin/env python3
"""packed_weights.py MLC FOLDER: quantised weights in the bundle, against numpy.

A convolution whose result is one pixel, a batch norm behind it, and an inner
product; in another model the table of an embedding: all of their weights stay
codes, two of 4 bits in a byte, unless --expand-weights is given. In a third a convolution with many
pixels and an LSTM, whose weights are decoded when the bundle is loaded.
"""
import json
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
import numpy as np  # noqa: E402

from case import pb  # noqa: E402
from weight_cases import pack  # noqa: E402

mlc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(3)


def quantize(message, bits, shape):
    q = random.integers(0, 1 << bits, shape)
    scale = random.uniform(0.001, 0.01, shape[0]).astype(np.float32)
    bias = random.uniform(-0.2, -0.1, shape[0]).astype(np.float32)
    message.rawValue = pack(q, bits)
    message.quantization.numberOfBits = bits
    linear = message.quantization.linearQuantization
    linear.scale.extend(scale)
    linear.bias.extend(bias)
    expand = (slice(None),) + (None,) * (len(shape) - 1)
    return q * scale[expand].astype(float) + bias[expand]


def build_product():
    model = pb.Model(specificationVersion=3)
    model.description.input.add(name="x").type.multiArrayType.shape.extend(
        [8, 5, 5])
    model.description.output.add(name="y").type.multiArrayType.SetInParent()
    add = model.neuralNetwork.layers.add
    conv = add(name="conv", input=["x"], output=["a"]).convolution
    conv.outputChannels, conv.kernelChannels, conv.nGroups = 48, 4, 2
    conv.kernelSize.extend([5, 5])
    conv.valid.SetInParent()
    w = quantize(conv.weights, 8, (48, 4, 5, 5))
    norm = add(name="norm", input=["a"], output=["b"]).batchnorm
    norm.channels = 48
    gamma = random.uniform(0.5, 2, 48)
    gamma[::3] *= -1
    for field, values in ((norm.gamma, gamma), (norm.beta, gamma / 3),
                          (norm.mean, np.zeros(48)),
                          (norm.variance, np.ones(48))):
        field.floatValue.extend(values)
    fc = add(name="fc", input=["b"], output=["y"]).innerProduct
    fc.inputChannels, fc.outputChannels = 48, 10
    v = quantize(fc.weights, 4, (10, 48))
    (folder / "model.mlmodel").write_bytes(model.SerializeToString())
    x = random.standard_normal((8, 5, 5)).astype(np.float16).astype(np.float32)
    np.save(folder / "x.npy", x)
    a = np.array([(w[o] * x[o // 24 * 4:o // 24 * 4 + 4]).sum()
                  for o in range(48)])
    return v @ (a * gamma / np.sqrt(1 + 1e-5) + gamma / 3)


def build_table():
    model = pb.Model(specificationVersion=4)
    model.neuralNetwork.arrayInputShapeMapping = pb.EXACT_ARRAY_MAPPING
    model.description.input.add(name="x").type.multiArrayType.shape.extend(
        [9, 1])
    model.description.output.add(name="y").type.multiArrayType.SetInParent()
    table = model.neuralNetwork.layers.add(
        name="words", input=["x"], output=["y"]).embeddingND
    table.vocabSize, table.embeddingSize = 70, 20
    w = quantize(table.weights, 6, (20, 70))
    (folder / "model.mlmodel").write_bytes(model.SerializeToString())
    x = random.integers(0, 70, (9, 1))
    np.save(folder / "x.npy", x.astype(np.float32))
    return w.T[x[:, 0]]


def build_decoded():
    model = pb.Model(specificationVersion=4)
    model.description.input.add(name="x").type.multiArrayType.shape.extend(
        [3, 1, 24, 6, 7])
    model.description.output.add(name="y").type.multiArrayType.SetInParent()
    add = model.neuralNetwork.layers.add
    conv = add(name="conv", input=["x"], output=["a"]).convolution
    conv.outputChannels, conv.kernelChannels = 60, 24
    conv.kernelSize.extend([1, 1])
    conv.valid.SetInParent()
    w = quantize(conv.weights, 5, (60, 24))
    pool = add(name="pool", input=["a"], output=["b"]).pooling
    pool.globalPooling, pool.type = True, pool.AVERAGE
    pool.valid.SetInParent()
    layer = add(name="lstm", input=["b"], output=["y"]).uniDirectionalLSTM
    layer.inputVectorSize, layer.outputVectorSize = 60, 24
    for kind in "sigmoid", "tanh", "tanh":
        getattr(layer.activations.add(), kind).SetInParent()
    gates = []
    for field in "inputGate", "forgetGate", "blockInput", "outputGate":
        matrices = [getattr(layer.weightParams, f"{field}{kind}Matrix")
                    for kind in ("Weight", "Recursion")]
        gates.append((quantize(matrices[0], 8, (24, 60)),
                      quantize(matrices[1], 4, (24, 24))))
    (folder / "model.mlmodel").write_bytes(model.SerializeToString())
    x = random.standard_normal((3, 1, 24, 6, 7)).astype(np.float16)
    np.save(folder / "x.npy", x.astype(np.float32))

    def sigmoid(value):
        return 1 / (1 + np.exp(-value))

    h = c = np.zeros(24)
    for step in x.astype(float):
        b = np.einsum("oc,bchw->o", w, step) / 42
        i, f, z, o = (v @ b + r @ h for v, r in gates)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(z)
        h = sigmoid(o) * np.tanh(c)
    return h


def run(*arguments):
    done = subprocess.run([mlc, *map(str, arguments)], text=True,
                          capture_output=True)
    if done.returncode:
        sys.exit(f"FAIL {arguments}: {done.stderr.strip()}")
    return done.stdout


for build in build_product, build_table, build_decoded:
    wanted = build()
    for precision, tolerance in ("f32", 1e-5), ("f16", 2e-3):
        for flags in [], ["--expand-weights"]:
            bundle = folder / "a.mlcbundle"
            print(run("compile", folder / "model.mlmodel", "-o", bundle, "--report",
                      f"--precision={precision}", *flags))
            run("run", bundle, "-i", f"x={folder}/x.npy", "-o", folder / "out")
            got = np.load(folder / "out" / "y.npy").reshape(wanted.shape)
            error = np.abs(got - wanted).max() / np.ptp(wanted)
            assert error < tolerance, (precision, flags, error)
            manifest = json.loads((bundle / "manifest.json").read_text())
            bytes_ = sum(w["bytes"] for w in manifest["weights"]
                         if w["dataType"] == "uint8")
            print(f"ok {precision} {' '.join(flags)} {bytes_} bytes of codes")
