#!/usr/bin/env python3
"""Writes a model of loops in loops, two in each, nine levels: many_loops.py OUT"""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3]
                       / "examples" / "networks"))
from schema import load  # noqa: E402

pb = load()
LEVELS = 9


def fill(layers, level, name):
    if level == 0:
        # Each keeps a kernel, since a loop's result has to be in memory.
        for prefix, blob in (("r", "x"), ("s", "z")):
            layer = layers.add(name=prefix + name, input=[blob], output=[blob])
            layer.activation.ReLU.SetInParent()
        return
    for i in range(2):
        loop = layers.add(name=f"L{name}{i}").loop
        loop.maxLoopIterations = 2
        fill(loop.bodyNetwork.layers, level - 1, f"{name}{i}")


def main():
    model = pb.Model(specificationVersion=4)
    network = model.neuralNetwork
    network.arrayInputShapeMapping = 1
    for name in ("x", "z"):
        array = model.description.input.add(name=name).type.multiArrayType
        array.shape.extend((3, 4))
        array.dataType = 65568
    fill(network.layers, LEVELS, "")
    for name in ("x", "z"):
        model.description.output.add(
            name=name).type.multiArrayType.dataType = 65568
    pathlib.Path(sys.argv[1]).write_bytes(model.SerializeToString())


if __name__ == "__main__":
    main()
