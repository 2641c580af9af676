#!/usr/bin/env python3
"""validate_inspect.py SCHEMA JSON [MODEL]: holds what `mlc inspect --json` printed
against the schema, and its counts against those of the file's messages."""
import json
import pathlib
import sys

import jsonschema

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "examples" / "networks"))
from google.protobuf import text_format  # noqa: E402
from schema import load  # noqa: E402

schema, printed = (json.load(open(path)) for path in sys.argv[1:3])
jsonschema.validate(printed, schema)


def weights_of(message):
    """All WeightParams of a message, wherever they are."""
    if message.DESCRIPTOR.name == "WeightParams":
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        for inner in value if hasattr(value, "__len__") else [value]:
            yield from weights_of(inner)


def count(weights):
    """Elements, those of codes to the last bit of the last byte."""
    bits = weights.quantization.numberOfBits or 8
    return (len(weights.floatValue) + len(weights.float16Value) // 2
            + len(weights.int8RawValue) + len(weights.rawValue) * 8 // bits)


def layers_of(network):
    for layer in network.layers:
        yield layer
        for inner in (layer.branch.ifBranch, layer.branch.elseBranch,
                      layer.loop.conditionNetwork, layer.loop.bodyNetwork):
            yield from layers_of(inner)


def printed_layers(layers):
    for layer in layers:
        yield layer
        for inner in layer.get("networks", {}).values():
            yield from printed_layers(inner)


if len(sys.argv) > 3:
    pb = load()
    model, data = pb.Model(), open(sys.argv[3], "rb").read()
    if sys.argv[3].endswith(".textproto"):
        text_format.Parse(data.decode(), model)
    else:
        model.ParseFromString(data)
    network = getattr(model, model.WhichOneof("Type"))
    layers = list(layers_of(network))
    shown = list(printed_layers(printed["layers"]))
    assert len(layers) == len(shown) == sum(printed["layerTypes"].values())
    total = 0
    # A loop's networks are in the order of the alphabet there.
    by_name = {layer["name"]: layer for layer in shown}
    for layer in layers:
        if layer.WhichOneof("layer") in ("branch", "loop"):
            continue
        wanted = sum(map(count, weights_of(layer)))
        total += wanted
        if layer.name in by_name and len(by_name) == len(shown):
            got = by_name[layer.name]["parameters"]
            assert wanted - 8 < got <= wanted, (layer.name, got, wanted)
    slack = 8 * len(layers)
    assert total - slack < printed["parameters"] <= total, (
        printed["parameters"], total)
    print("parameters:", printed["parameters"])
print("valid")
