"""Cases of shapes that follow from constants and from other shapes."""
import numpy as np

from case import array_cases, pb, set_fields

SHAPE = (2, 5, 3)


class Chain:
    """Layers in front of the one that the case is about."""

    def __init__(self, case):
        self.case, self.count = case, 0

    def add(self, kind, *inputs, outputs=1, **fields):
        names = [f"k{self.count}_{i}" for i in range(outputs)]
        layer = pb.NeuralNetworkLayer(
            name=f"{self.case.name}-{self.count}", input=inputs, output=names)
        set_fields(getattr(layer, kind), fields)
        self.case.layers.insert(self.count, layer)
        self.count += 1
        return names[0] if outputs == 1 else names

    def constant(self, *values):
        name = self.add("loadConstantND", shape=[len(values)])
        self.case.layers[self.count - 1].loadConstantND.data.floatValue.extend(
            values)
        return name

    def half(self, *values):
        name = self.add("loadConstantND", shape=[len(values)])
        data = self.case.layers[self.count - 1].loadConstantND.data
        data.float16Value = np.asarray(values, np.float16).tobytes()
        return name

    def join(self, *parts):
        return self.add("concatND", *parts)


# Each gives the blob that holds a shape of 30 elements, and that shape.
def sliced(k, shape):
    last = k.add("sliceDynamic", shape, k.constant(2), k.constant(3),
                 strides=[1])
    return k.join(k.constant(-1), last), (10, 3)


def split(k, shape):
    a, b, c = k.add("splitND", shape, outputs=3, numSplits=3)
    return k.join(k.add("multiplyBroadcastable", a, b), c), (10, 3)


def scaled(k, shape):
    middle = k.add("gather", shape, k.constant(1))
    return k.join(k.constant(-1), k.add("multiply", middle, alpha=2)), (3, 10)


def summed(k, shape):
    total = k.add("reduceSum", shape, reduceAll=True)
    return k.join(k.add("subtractBroadcastable", total, k.constant(4)),
                  k.constant(-1)), (6, 5)


def reversed_(k, shape):
    return k.add("reverse", shape, reverseDim=[True]), (3, 5, 2)


def chosen(k, shape):
    large = k.add("greaterThan", shape, alpha=2)
    doubled = k.add("modBroadcastable", shape, k.constant(4))
    one = k.add("whereBroadcastable", large, doubled, k.constant(10))
    return one, (10, 1, 3)


def halves(k, shape):
    return k.half(3, 10), (3, 10)


@array_cases("reshapeDynamic", **{
    f"known_{rule.__name__.strip('_')}": dict(rule=rule)
    for rule in (sliced, split, scaled, summed, reversed_, chosen, halves)})
def known_shape(case, rule):
    x = case.input(case.normal(*SHAPE))
    chain = Chain(case)
    target, wanted = rule(chain, chain.add("getShape", "x"))
    case.layer.input.append(target)
    case.expect(x.reshape(wanted))


@array_cases("tile", known_part=dict())
def known_repetitions(case):
    x = case.input(case.normal(2, 3))
    chain = Chain(case)
    shape = chain.add("getShape", "x")
    case.layer.input.append(chain.add("sliceBySize", chain.join(
        chain.constant(4), shape), chain.constant(1), size=2))
    case.expect(np.tile(x, (2, 3)))


@array_cases("whereNonZero", long_mask=dict())
def known_mask(case):
    mask = (np.arange(200) % 7 == 3).astype(float)
    chain = Chain(case)
    case.layer.input.append(chain.add("greaterThan", chain.constant(*mask),
                                      alpha=0.5))
    places = np.argwhere(mask)
    case.then_add(case.normal(*places.shape))
    case.expect(places + case.inputs["x"])
