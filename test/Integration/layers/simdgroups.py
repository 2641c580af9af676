#!/usr/bin/env python3
"""simdgroups.py MLC: large products on simdgroup matrices, whose simdgroups the
host runs as threads, against numpy.

Rows, columns and depths that tiles do and do not divide; taps, strides, padding,
work in front of and behind them.
"""
import sys

sys.dont_write_bytecode = True

import numpy as np  # noqa: E402

import check  # noqa: E402
import formulas  # noqa: E402
from array_reduce_cases import batched_matmul, matmul_weights  # noqa: E402
from case import REGISTRY, array_cases, cases, pb  # noqa: E402

REGISTRY.clear()


@cases("convolution", whole=dict(inputs=32, outputs=64, size=(16, 16)),
       parts=dict(inputs=35, outputs=45, size=(9, 11)),
       taps=dict(inputs=20, outputs=33, size=(10, 9), kernel=3, pad=1),
       strided=dict(inputs=18, outputs=70, size=(21, 19), kernel=3, stride=2),
       many=dict(inputs=16, outputs=160, size=(33, 40)),
       before=dict(inputs=48, outputs=40, size=(12, 7), kernel=3, pad=1,
                   before=True))
def convolution(case, inputs, outputs, size, kernel=1, stride=1, pad=0,
                before=False):
    p = case.params
    p.outputChannels, p.kernelChannels, p.hasBias = outputs, inputs, True
    p.kernelSize.extend([kernel] * 2)
    p.stride.extend([stride] * 2)
    p.valid.SetInParent()
    case.borders(p.valid.paddingAmounts, [(pad, pad)] * 2)
    x = case.input(case.normal(inputs, *size))
    if before:
        front = pb.NeuralNetworkLayer(name=f"{case.name}-front")
        front.input.append(case.layer.input[0])
        front.output.append("front")
        front.activation.linear.alpha, front.activation.linear.beta = 0.5, 1
        case.layer.input[0] = "front"
        case.layers.insert(0, front)
        x = 0.5 * x + 1
    w = case.weights(p.weights, case.normal(outputs, inputs, kernel, kernel))
    b = case.weights(p.bias, case.normal(outputs))
    y = formulas.convolution(x, w, b, (stride, stride),
                             pads=((pad, pad), (pad, pad)))
    case.expect(np.maximum(y, 0))
    last = pb.NeuralNetworkLayer(name=f"{case.name}-relu")
    last.output.append(case.layer.output[0])
    case.layer.output[0] = "sums"
    last.input.append("sums")
    last.activation.ReLU.SetInParent()
    case.layers.append(last)


array_cases("batchedMatmul", whole=dict(a=(64, 32), b=(32, 64)),
            parts=dict(a=(3, 33, 47), b=(3, 47, 70)),
            shared=dict(a=(2, 40, 32), b=(32, 65)),
            transposed=dict(a=(50, 33), b=(81, 50), turn=(True, True)))(
                batched_matmul)
array_cases("batchedMatmul", weights=dict(shape=(2, 35, 40), columns=34,
                                          bias=True))(matmul_weights)

check.EXTRA.append("--gpu-family=apple7")
bad = [name for mode in ("f32", "f16")
       for name in check.check(sys.argv[1], list(REGISTRY), mode)]
print(f"{len(REGISTRY)} cases, {len(bad)} failures")
sys.exit(1 if bad else 0)
