#!/usr/bin/env python3
"""Draws parameters for layers on values of any rank, and checks as check.py does.

    sweep.py MLC [--seed=S] [--count=N] [--precision=f32|f16] [--type=TYPE]

Shapes of ranks 1 to 5 with sizes from 1, axes from both ends, everything that can
be said: the ranges of coremltools' own numpy tests. The answers come from the
functions of the cases. Without --precision only the reference evaluator runs, which
needs no kernels compiled but all of the import.
"""
import argparse
import sys

sys.dont_write_bytecode = True

import numpy as np  # noqa: E402

import check  # noqa: E402
import layer_cases  # noqa: E402, F401
from array_reduce_cases import MODES  # noqa: E402
from case import REGISTRY  # noqa: E402


class Draw:
    """Random choices, as Python's own numbers."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)

    def number(self, low, high):
        return int(self.random.integers(low, high + 1))

    def flag(self, chance=0.5):
        return bool(self.random.random() < chance)

    def one_of(self, choices):
        return choices[self.number(0, len(choices) - 1)]

    def some_of(self, count, total):
        return [int(i) for i in self.random.choice(total, count, False)]

    def shape(self, low=1, high=5, most=5):
        return tuple(self.number(1, most)
                     for _ in range(self.number(low, high)))

    def axis(self, rank):
        return self.number(-rank, rank - 1)

    def part(self, shape):
        """A shape that broadcasts to `shape`."""
        sizes = [1 if self.flag(0.3) else size for size in shape]
        return tuple(sizes[self.number(0, len(sizes) - 1) if self.flag(0.4)
                           else 0:])

    def factors(self, count):
        """A shape of so many elements."""
        sizes = []
        for _ in range(self.number(0, 4)):
            sizes.append(self.one_of([n for n in range(1, count + 1)
                                      if count % n == 0]))
            count //= sizes[-1]
        return (*sizes, count)


def same_count(name):
    def draw(d):
        shape = d.shape()
        return {"shape": shape, name: d.factors(int(np.prod(shape)))}
    return draw


def along(high=5, **more):
    """A shape and one of its axes; `more` are functions of Draw and the size."""
    def draw(d):
        shape = d.shape(1, high, 6)
        axis = d.axis(len(shape))
        return dict(shape=shape, axis=axis, **{
            name: function(d, shape[axis]) for name, function in more.items()})
    return draw


def reduction(d):
    shape = d.shape()
    rank = len(shape)
    axes = d.some_of(d.number(0, rank), rank)
    return dict(shape=shape, keep=d.flag(),
                axes=tuple(a - rank if d.flag() else a for a in axes))


def arg(d):
    shape = d.shape()
    return dict(shape=shape, axis=d.axis(len(shape)),
                remove=len(shape) > 1 and d.flag())


def expand_dims(d):
    shape = d.shape(1, 4)
    rank = len(shape) + d.number(1, 5 - len(shape))
    axes = sorted(d.some_of(rank - len(shape), rank))
    back = rank if d.flag() else 0
    return dict(shape=shape, axes=tuple(axis - back for axis in axes))


def concat(d):
    shape = list(d.shape())
    axis, shapes = d.axis(len(shape)), []
    for _ in range(d.number(2, 4)):
        shape[axis] = d.number(1, 4)
        shapes.append(tuple(shape))
    return dict(shapes=tuple(shapes), axis=axis)


def split(d):
    shape = list(d.shape())
    axis = d.axis(len(shape))
    sizes = tuple(d.number(1, 3) for _ in range(d.number(2, 3)))
    equal = d.flag()
    shape[axis] = len(sizes) * sizes[0] if equal else sum(sizes)
    cut = dict(parts=len(sizes)) if equal else dict(sizes=sizes)
    return dict(shape=tuple(shape), axis=axis, **cut)


def slices(d):
    shape, ranges = d.shape(1, 5, 6), []
    for size in shape:
        step = d.one_of((1, 1, 2, 3, -1, -2))
        begin = d.number(0, size - 1)
        end = d.number(begin + 1, size) if step > 0 else d.number(-1, begin - 1)
        open_end = not 0 <= end < size or d.flag(0.2)
        from_back = size if d.flag(0.3) and begin else 0
        ranges.append(slice(begin - from_back,
                            None if open_end else end, step))
    return dict(shape=shape, ranges=tuple(ranges))


def matmul(d):
    rows, inner, columns = (d.number(1, 5) for _ in range(3))
    batch, turn = d.shape(1, 3, 3), (d.flag(), d.flag())
    a, b = (rows, inner), (inner, columns)
    return dict(a=d.part(batch) + (a[::-1] if turn[0] else a),
                b=d.part(batch) + (b[::-1] if turn[1] else b), turn=turn)


def tuples(d):
    shape = d.shape(1, 5, 4)
    length = d.number(1, len(shape))
    most = max(1, min(3, 5 - len(shape) + length))
    return dict(shape=shape, count=d.shape(1, most, 4), length=length)


def indices(d):
    shape = d.shape(1, 4, 4)
    return dict(shape=shape, axis=d.axis(len(shape)),
                indices=d.shape(1, 6 - len(shape), 3))


def one_hot(d):
    shape = d.shape(1, 4, 4)
    return dict(shape=shape, axis=d.number(-len(shape) - 1, len(shape)),
                size=d.number(1, 6), on=2.0, off=-1.0)


def broadcast_to(d):
    target = d.shape(1, 5, 4)
    return dict(shape=d.part(target), target=target)


def pair(d):
    shape = d.shape(1, 5, 4)
    return dict(pair=(d.part(shape), d.part(shape)))


def with_mode(draw):
    return lambda d: dict(draw(d), mode=d.one_of(list(MODES)))


def shape_and(function, **how):
    def draw(d):
        shape = d.shape(**how)
        return dict(shape=shape, **function(d, shape))
    return draw


def flags(*names):
    return {name: lambda d, size: d.flag() for name in names}


def within(low=1):
    return lambda d, size: d.number(low, size)


TRIANGLE = shape_and(lambda d, s: dict(k=d.number(-4, 4)), low=2)
DRAWS = {
    "transpose": shape_and(
        lambda d, s: dict(axes=tuple(d.some_of(len(s), len(s))))),
    "reshapeStatic": same_count("target"), "reshapeLike": same_count("other"),
    "reshapeDynamic": same_count("target"), "expandDims": expand_dims,
    "flattenTo2D": along(), "concatND": concat, "splitND": split,
    "stack": shape_and(lambda d, s: dict(axis=d.number(-len(s) - 1, len(s))),
                       high=4),
    "tile": shape_and(lambda d, s: dict(reps=d.shape(1, len(s), 3)), most=3),
    "sliceStatic": slices, "sliceDynamic": slices,
    "sliceBySize": shape_and(
        lambda d, s: dict(axis=-1, size=s[-1] - s[-1] // 2,
                          begin=d.number(0, s[-1] // 2))),
    "slidingWindows": along(high=4, size=within(),
                            step=lambda d, size: d.number(1, 3)),
    "reverse": shape_and(lambda d, s: dict(dims=tuple(d.flag() for _ in s))),
    "constantPad": shape_and(lambda d, s: dict(
        amounts=tuple(d.number(0, 3) for _ in range(2 * len(s))))),
    "broadcastToStatic": broadcast_to, "broadcastToLike": broadcast_to,
    "broadcastToDynamic": broadcast_to,
    "lowerTriangular": TRIANGLE, "upperTriangular": TRIANGLE,
    "matrixBandPart": shape_and(lambda d, s: dict(
        lower=d.number(-1, 4), upper=d.number(-1, 4)), low=2),
    **{f"reduce{name}": reduction for name in (
        "L1", "L2", "Max", "Min", "Sum", "Prod", "Mean", "LogSum", "SumSquare",
        "LogSumExp")},
    "argMax": arg, "argMin": arg,
    "topK": along(count=within(), **flags("bottom")),
    "argSort": along(**flags("descending")),
    "cumSum": along(**flags("exclusive", "reverse")),
    "oneHot": one_hot, "softmaxND": along(),
    "layerNormalization": shape_and(
        lambda d, s: dict(count=d.number(1, len(s)), eps=0.01)),
    "batchedMatmul": matmul, "gather": indices, "gatherND": tuples,
    "gatherAlongAxis": along(count=lambda d, size: d.number(1, 6)),
    "scatter": with_mode(indices), "scatterND": with_mode(tuples),
    "scatterAlongAxis": with_mode(along(count=lambda d, size: d.number(1, 6))),
    **{name: pair for name in (
        "addBroadcastable", "divideBroadcastable", "powBroadcastable",
        "modBroadcastable", "floorDivBroadcastable", "maxBroadcastable",
        "logicalXor", "lessThan", "equal")},
}


def register(kind, count, draw):
    """Adds cases of one layer type; returns their names."""
    # What is drawn are the parameters of the type's first function.
    function = next(entry[1] for entry in REGISTRY.values() if entry[0] == kind)
    names = [f"{kind}-drawn-{i}" for i in range(count)]
    for name in names:
        REGISTRY[name] = (kind, function, DRAWS[kind](draw))
    return names


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mlc")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--precision", choices=["f32", "f16"])
    parser.add_argument("--type", choices=DRAWS, metavar="TYPE")
    options = parser.parse_args()
    draw = Draw(options.seed)
    names = [name for kind in DRAWS
             for name in register(kind, options.count, draw)
             if options.type in (None, kind)]
    bad = check.check(options.mlc, names, options.precision or "reference")
    for name in bad:
        print(f"error: {name}: {REGISTRY.get(name, name)}", file=sys.stderr)
    print(f"{len(names)} cases, {len(bad)} failures")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
