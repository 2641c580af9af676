"""Prints how many layers of each type a model has, and its interface."""
import collections
import pathlib
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[4]
sys.path.insert(0, str(ROOT / "examples" / "networks"))
from schema import network_of, read_model  # noqa: E402

model = read_model(sys.argv[1])
print(f"type {model.WhichOneof('Type')}")
print(f"version {model.specificationVersion}")
for word, features in (("input", model.description.input),
                       ("output", model.description.output)):
    for feature in features:
        kind = feature.type.WhichOneof("Type")
        value = getattr(feature.type, kind)
        size = (f" {value.height}x{value.width}" if kind == "imageType" else
                f" {list(value.shape)}" if kind == "multiArrayType" else "")
        print(f"{word} {feature.name} {kind}{size}")
network = network_of(model)
counts = collections.Counter(layer.WhichOneof("layer")
                             for layer in network.layers)
for kind, count in sorted(counts.items()):
    print(f"{kind} {count}")
names = [layer.name for layer in network.layers]
print(f"unique names {len(set(names)) == len(names)}")
if model.WhichOneof("Type") == "neuralNetworkClassifier":
    print(f"labels {len(network.stringClassLabels.vector)}")
