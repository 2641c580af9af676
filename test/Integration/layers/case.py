"""One layer with its inputs and the outputs that it must give."""
import pathlib
import sys
import zlib

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Which tools need for the cases of custom layers.
CUSTOM = f"--custom-layers={ROOT}/examples/custom-layers"
sys.path.insert(0, str(ROOT / "examples" / "networks"))
from builder import set_borders, set_weights  # noqa: E402
from schema import load  # noqa: E402

pb = load()
REGISTRY = {}


def cases(kind, **choices):
    """Registers the decorated function once for each set of parameters.

    The function gets a Case, whose parameters it fills in and for which it
    says the inputs and the expected outputs.
    """
    def register(function):
        for name, parameters in choices.items():
            full = f"{kind}-{name.replace('_', '-')}"
            assert full not in REGISTRY, full
            REGISTRY[full] = (kind, function, parameters)
        return function
    return register


def array_cases(kind, **choices):
    """As cases, for layers that take values of any rank: inputs keep theirs."""
    def register(function):
        def exact(case, **parameters):
            case.exact, case.version = True, 4
            function(case, **parameters)
        cases(kind, **choices)(exact)
        return function
    return register


class Case:
    def __init__(self, name):
        self.name = name
        self.kind, function, parameters = REGISTRY[name]
        self.layer = pb.NeuralNetworkLayer(name=name)
        self.layers = [self.layer]
        # The type of a case is the name of the layer, except that
        # deconvolution is a case of convolution.
        field = {"deconvolution": "convolution"}.get(self.kind, self.kind)
        self.params = getattr(self.layer, field)
        self.params.SetInParent()
        self.random = np.random.default_rng(zlib.crc32(name.encode()))
        self.inputs, self.outputs, self.version = {}, {}, 1
        self.exact = False
        function(self, **parameters)

    def normal(self, *shape):
        """Values that half floats hold exactly, so that only computing errs."""
        values = self.random.standard_normal(shape).astype(np.float16)
        return values.astype(np.float64)

    def uniform(self, low, high, *shape):
        values = self.random.uniform(low, high, shape).astype(np.float16)
        return values.astype(np.float64)

    def input(self, values):
        number = len(self.inputs)
        name = "xyzuvw"[number] if number < 6 else f"x{number}"
        self.inputs[name] = values
        self.layer.input.append(name)
        return values

    def expect(self, values):
        name = f"out{len(self.outputs)}" if self.outputs else "out"
        self.outputs[name] = np.asarray(values, np.float64)
        self.layer.output.append(name)

    def then_add(self, values):
        """Adds another input to the result, since a model must have one."""
        self.layer.output.append("part")
        self.layer = pb.NeuralNetworkLayer(name=f"{self.name}-sum")
        self.layer.add.SetInParent()
        self.layers.append(self.layer)
        self.layer.input.append("part")
        return self.input(values)

    def weights(self, message, values):
        set_weights(message, values)
        return values

    def borders(self, message, amounts):
        if amounts is not None:
            set_borders(message, amounts)


def add_feature(features, name, shape):
    array = features.add(name=name).type.multiArrayType
    array.shape.extend(shape)
    array.dataType = pb.ArrayFeatureType.FLOAT32


def set_fields(params, fields):
    """Fields of a message by their names; lists go into repeated ones."""
    params.SetInParent()
    for name, value in fields.items():
        if isinstance(value, (list, tuple)):
            getattr(params, name).extend(value)
        else:
            setattr(params, name, value)


def add_prefix(layer, prefix):
    """Puts `prefix` before all names, those of sub-networks too."""
    layer.name = prefix + layer.name
    layer.input[:] = [prefix + name for name in layer.input]
    layer.output[:] = [prefix + name for name in layer.output]
    if layer.HasField("branch"):
        inner = [layer.branch.ifBranch, layer.branch.elseBranch]
    elif layer.HasField("loop"):
        inner = [layer.loop.conditionNetwork, layer.loop.bodyNetwork]
        if layer.loop.conditionVar:
            layer.loop.conditionVar = prefix + layer.loop.conditionVar
    else:
        inner = []
    for network in inner:
        for each in network.layers:
            add_prefix(each, prefix)


def build_model(cases_in_model, joined):
    """A model of independent layers; if joined, names begin with the case."""
    model = pb.Model(specificationVersion=max(
        case.version for case in cases_in_model))
    if any(case.exact for case in cases_in_model):
        model.neuralNetwork.arrayInputShapeMapping = pb.EXACT_ARRAY_MAPPING
    for case in cases_in_model:
        prefix = blob_prefix(case, joined)
        for own in case.layers:
            layer = model.neuralNetwork.layers.add()
            layer.CopyFrom(own)
            add_prefix(layer, prefix)
        for name, values in case.inputs.items():
            add_feature(model.description.input, prefix + name, values.shape)
        for name, values in case.outputs.items():
            add_feature(model.description.output, prefix + name, values.shape)
    return model


def blob_prefix(case, joined):
    return case.name.replace("-", "_") + "_" if joined else ""


def write(cases_to_write, folder, joined=False):
    """Writes model.mlmodel, input_NAME.npy and expected_NAME.npy."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model = build_model(cases_to_write, joined)
    (folder / "model.mlmodel").write_bytes(model.SerializeToString())
    for case in cases_to_write:
        prefix = blob_prefix(case, joined)
        for start, arrays in (("input_", case.inputs),
                              ("expected_", case.outputs)):
            for name, values in arrays.items():
                np.save(folder / f"{start}{prefix}{name}.npy",
                        values.astype(np.float32))
