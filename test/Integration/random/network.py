"""A random network under construction.

Layers of many kinds register themselves here; each takes values that exist,
draws its parameters and adds its results, with the shapes that they have in the
network. Everything follows from the seed.
"""
import pathlib
import random
import sys
from typing import NamedTuple

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "examples" / "networks"))
sys.path.append(str(ROOT / "test" / "Integration" / "layers"))
from builder import set_borders, set_weights  # noqa: E402
from schema import load  # noqa: E402

pb = load()

# No value has more elements, so that thousands of networks take minutes.
MAX_ELEMENTS = 6000
CHANNELS = (1, 1, 2, 3, 3, 4, 5, 5, 7, 8, 16, 17, 33)


class Skip(Exception):
    """A layer that cannot read what it was offered."""


class Value(NamedTuple):
    """A blob: its name, its shape in the network, and about how large its
    elements are. `exact` values are those of inputs, moved only: every
    computation of them gives the same bits, so layers that jump may read
    them."""
    name: str
    shape: tuple
    scale: float = 1.0
    exact: bool = False

    @property
    def rank(self):
        return len(self.shape)

    @property
    def size(self):
        return int(np.prod(self.shape))

    @property
    def channels(self):
        return self.shape[-3]


class Kind(NamedTuple):
    name: str
    function: object
    weight: float
    ranks: range
    jumps: bool


KINDS = []


def kind(name, weight=1.0, low=1, high=5, jumps=False):
    """Registers `function(net, x)`, which adds layers that read a value of
    rank `low` to `high`. One that `jumps` reads exact values only."""
    def register(function):
        KINDS.append(Kind(name, function, weight, range(low, high + 1), jumps))
        return function
    return register


def product(shape):
    result = 1
    for size in shape:
        result *= size
    return result


class Net:
    """A network, or with `layers` a list of those of a sub-network."""

    def __init__(self, seed):
        self.seed = seed
        self.random = random.Random(seed)
        self.numbers = np.random.default_rng(seed)
        self.model = pb.Model(specificationVersion=5)
        self.network = self.model.neuralNetwork
        self.network.SetInParent()
        self.layers = self.network.layers
        self.exact = self.chance(0.5)
        if self.exact:
            self.network.arrayInputShapeMapping = pb.EXACT_ARRAY_MAPPING
        self.values, self.count, self.inputs = [], 0, []
        self.depth = 0  # of sub-networks around

    # Choices ---------------------------------------------------------------

    def chance(self, probability):
        return self.random.random() < probability

    def number(self, low, high):
        return self.random.randint(low, high)

    def choose(self, choices):
        return self.random.choice(list(choices))

    def axis(self, rank):
        return self.number(-rank, rank - 1)

    def channels(self):
        return self.choose(CHANNELS)

    def normal(self, *shape):
        return self.numbers.standard_normal(shape).astype(np.float32)

    def uniform(self, low, high, *shape):
        return self.numbers.uniform(low, high, shape).astype(np.float32)

    def weights(self, message, values, plain=False):
        """Sometimes as halves, and sometimes as codes of a few bits."""
        values = np.asarray(values, np.float32)
        if not plain and self.chance(0.1):
            set_weights(message, values.astype(np.float16), half=True)
        else:
            set_weights(message, values)

    # Values ----------------------------------------------------------------

    def name(self, stem):
        self.count += 1
        return f"{stem}_{self.count}"

    def input(self, shape, scale=1.0):
        """A new input of the model. Without the exact mapping an array has
        rank 1, 3 or 5."""
        name = self.name("in")
        declared = tuple(shape)
        if not self.exact:
            if len(shape) != 5:
                shape = (1,) * (5 - len(shape)) + tuple(shape)
            declared = tuple(shape)
            if shape[:2] == (1, 1):
                declared = shape[2:]
                if declared[1:] == (1, 1) and self.chance(0.8):
                    declared = declared[:1]
        array = self.model.description.input.add(name=name).type.multiArrayType
        array.shape.extend(declared)
        array.dataType = pb.ArrayFeatureType.FLOAT32
        if self.chance(0.1) and self.depth == 0:
            other = list(declared)
            for i in range(len(other))[-2:]:
                other[i] += self.number(0, 3)
            for each in (declared, other):
                array.enumeratedShapes.shapes.add().shape.extend(each)
        value = Value(name, tuple(shape), 3.0 * scale, True)
        self.inputs.append(value)
        self.values.append(value)
        return value

    def image(self, height, width):
        name = self.name("image")
        image = self.model.description.input.add(name=name).type.imageType
        image.height, image.width = height, width
        color = self.choose(("RGB", "BGR", "GRAYSCALE"))
        image.colorSpace = pb.ImageFeatureType.ColorSpace.Value(color)
        if self.chance(0.2):
            for more in (0, self.number(1, 3)):
                image.enumeratedSizes.sizes.add(height=height + more,
                                                width=width + more)
        if self.chance(0.8):
            scaler = self.network.preprocessing.add(featureName=name).scaler
            scaler.channelScale = self.choose((1 / 255, 1 / 127.5, 0.017))
            for channel in ("red", "green", "blue", "gray"):
                setattr(scaler, channel + "Bias", self.choose(
                    (0, -1, -0.5, round(self.random.uniform(-1, 1), 3))))
            scale = 255 * scaler.channelScale + 1
        else:
            scale = 255
        channels = 1 if color == "GRAYSCALE" else 3
        value = Value(name, (1, channels, height, width), scale)
        if self.network.imageInputShapeMapping == pb.RANK5_IMAGE_MAPPING:
            value = value._replace(shape=(1, *value.shape))
        self.values.append(value)
        return value

    def add(self, field, inputs, *shapes, scale=None, exact=False, name=None):
        """A layer; returns its parameters and its results."""
        if any(product(shape) > MAX_ELEMENTS or not product(shape)
               or len(shape) > 5 for shape in shapes):
            raise Skip
        layer = self.layers.add(name=name or self.name(field))
        layer.input.extend(value.name for value in inputs)
        params = getattr(layer, field)
        params.SetInParent()
        if scale is None:
            scale = max((value.scale for value in inputs), default=1.0)
        results = [Value(f"{layer.name}_{i}" if i else layer.name + "_out",
                         tuple(int(size) for size in shape), scale, exact)
                   for i, shape in enumerate(shapes)]
        layer.output.extend(value.name for value in results)
        self.values.extend(results)
        return (params, *results)

    def moved(self, field, inputs, *shapes):
        """A layer that only moves elements."""
        return self.add(field, inputs, *shapes,
                        exact=all(value.exact for value in inputs))

    def constant(self, values, exact=True):
        """Any rank, by the layer for arrays of any rank."""
        values = np.asarray(values, np.float32)
        params, result = self.add("loadConstantND", [], values.shape,
                                  scale=float(np.abs(values).max()),
                                  exact=exact)
        params.shape.extend(values.shape)
        set_weights(params.data, values)
        return result

    def bounded(self, x, limit):
        """x, or something of it that is not larger than about `limit`."""
        if x.scale <= limit:
            return x
        if self.chance(0.5) or x.scale > 1e3:
            params, y = self.add("activation", [x], x.shape, scale=1.0)
            params.tanh.SetInParent()
            if limit >= 1:
                return y
            x = y
        params, y = self.add("activation", [x], x.shape, scale=limit)
        params.linear.alpha = limit / x.scale
        return y

    def value(self, *, rank=None, shape=None, test=None):
        """A value that exists, mostly a new one."""
        fits = [value for value in self.values
                if (rank is None or value.rank in rank)
                and (shape is None or value.shape == tuple(shape))
                and (test is None or test(value))]
        if not fits:
            raise Skip
        if self.chance(0.6):
            return fits[max(0, len(fits) - 1 - int(self.random.expovariate(1)))]
        return self.choose(fits)

    def like(self, shape, fresh=0.2):
        """A value of this shape: one that exists, or a constant, or an
        input."""
        same = [value for value in self.values if value.shape == tuple(shape)]
        if same and not self.chance(fresh):
            return self.choose(same)
        if self.depth or self.chance(0.5) or len(self.inputs) > 4 or (
                not self.exact and len(shape) not in (1, 3, 5)):
            return self.constant(self.normal(*shape))
        if not self.exact and len(shape) < 5:
            return self.constant(self.normal(*shape))
        return self.input(shape)

    # Growing ---------------------------------------------------------------

    def grow(self, steps, among=None):
        """Adds about `steps` layers of random kinds."""
        among = among or KINDS
        weights = [each.weight for each in among]
        tries, end = 0, len(self.layers) + steps
        while len(self.layers) < end and tries < 30 * steps:
            tries += 1
            each = self.random.choices(among, weights)[0]
            before = len(self.layers), len(self.values), len(self.inputs)
            try:
                x = self.value(rank=each.ranks, test=(
                    lambda value: value.exact) if each.jumps else None)
                each.function(self, x)
            except Skip:
                self.undo(*before)

    def undo(self, layers, values, inputs):
        del self.layers[layers:]
        del self.values[values:]
        for value in self.inputs[inputs:]:
            features = self.model.description.input
            del features[[f.name for f in features].index(value.name)]
        del self.inputs[inputs:]

    def finish(self):
        """Declares outputs: what nobody reads, and some that have readers."""
        read = {name for layer in self.network.layers for name in layer.input}
        made = [value for value in self.values if value not in self.inputs
                and not value.name.startswith("image")]
        if not made:
            raise Skip
        ends = [value for value in made if value.name not in read]
        inner = [value for value in made if value.name in read]
        if len(ends) > 6:
            ends = ends[-6:] + self.random.sample(ends[:-6], 1)
        chosen = ends + [value for value in inner if self.chance(0.12)][:3]
        for value in chosen or made[-1:]:
            self.declare(value)
        self.drop_unused_inputs()
        return self.model

    def declare(self, value):
        feature = self.model.description.output.add(name=value.name)
        array = feature.type.multiArrayType
        array.dataType = pb.ArrayFeatureType.FLOAT32
        if self.exact and self.chance(0.7):
            array.shape.extend(value.shape)

    def drop_unused_inputs(self):
        """Inputs that no layer reads, but one has to be left."""
        read = set()

        def visit(layers):
            for layer in layers:
                read.update(layer.input)
                for inner in subnetworks(layer):
                    visit(inner.layers)
        visit(self.network.layers)
        features = self.model.description.input
        for index in reversed(range(len(features))):
            name = features[index].name
            if name in read or len(features) == 1:
                continue
            del features[index]
            scalers = self.network.preprocessing
            for i in reversed(range(len(scalers))):
                if scalers[i].featureName == name:
                    del scalers[i]


def other_shapes(model):
    """The options of mlc for the other shapes that flexible inputs may have."""
    options = []
    for feature in model.description.input:
        sizes = feature.type.imageType.enumeratedSizes.sizes
        shapes = feature.type.multiArrayType.enumeratedShapes.shapes
        if len(sizes) > 1:
            options.append(f"--input-shape={feature.name}="
                           f"{sizes[1].height}x{sizes[1].width}")
        elif len(shapes) > 1:
            options.append(f"--input-shape={feature.name}="
                           + "x".join(map(str, shapes[1].shape)))
    return options


def subnetworks(layer):
    if layer.HasField("branch"):
        return [layer.branch.ifBranch, layer.branch.elseBranch]
    if layer.HasField("loop"):
        return [layer.loop.conditionNetwork, layer.loop.bodyNetwork]
    return []
