"""Cases of elementwise layers on values of any rank."""
import math

import numpy as np

from case import array_cases

SHAPES = dict(vector=(7,), matrix=(3, 5), volume=(2, 3, 4),
              images=(2, 5, 3, 4), five=(2, 3, 2, 3, 4))


def by_shape(**more):
    """A case for each of a few ranks."""
    return {name: dict(shape=shape, **more) for name, shape in SHAPES.items()}


def round_half_even(x):
    return np.round(x)


def erf(x):
    return np.vectorize(math.erf)(x)


# Layers of one input: numpy's function and where to try it.
UNARY = dict(
    ceil=(np.ceil, -4, 4), floor=(np.floor, -4, 4),
    round=(round_half_even, -4, 4), exp2=(np.exp2, -4, 4),
    sin=(np.sin, -5, 5), cos=(np.cos, -5, 5), tan=(np.tan, -1.2, 1.2),
    asin=(np.arcsin, -1, 1), acos=(np.arccos, -1, 1),
    atan=(np.arctan, -5, 5), sinh=(np.sinh, -3, 3), cosh=(np.cosh, -3, 3),
    tanh=(np.tanh, -3, 3), asinh=(np.arcsinh, -5, 5),
    acosh=(np.arccosh, 1, 6), atanh=(np.arctanh, -0.9, 0.9),
    erf=(erf, -3, 3),
)


def register_unary(kind, function, low, high):
    @array_cases(kind, **by_shape())
    def unary(case, shape):
        case.expect(function(case.input(case.uniform(low, high, *shape))))


for _kind, (_function, _low, _high) in UNARY.items():
    register_unary(_kind, _function, _low, _high)


@array_cases("round", halves=dict())
def halves(case):
    x = case.input(np.arange(-9, 10) / 2.0)
    case.expect(np.round(x))


@array_cases("sign", **by_shape())
def sign(case, shape):
    x = case.input(np.round(case.normal(*shape)))
    case.expect(np.sign(x))


@array_cases("gelu", exact=dict(mode="EXACT"),
             tanh=dict(mode="TANH_APPROXIMATION"),
             sigmoid=dict(mode="SIGMOID_APPROXIMATION"),
             five=dict(mode="EXACT", shape=(2, 3, 2, 3, 4)))
def gelu(case, mode, shape=(3, 7)):
    x = case.input(case.uniform(-4, 4, *shape))
    case.params.mode = case.params.GeluMode.Value(mode)
    if mode == "EXACT":
        y = 0.5 * x * (1 + erf(x / np.sqrt(2)))
    elif mode == "TANH_APPROXIMATION":
        y = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi)
                                   * (x + 0.044715 * x ** 3)))
    else:
        y = x / (1 + np.exp(-1.702 * x))
    case.expect(y)


@array_cases("clip", **by_shape(low=-0.5, high=1.0),
             positive=dict(shape=(9,), low=0.25, high=0.75))
def clip(case, shape, low, high):
    case.params.minVal, case.params.maxVal = low, high
    case.expect(np.clip(case.input(case.normal(*shape)), low, high))


@array_cases("clampedReLU", **by_shape(alpha=0.0, beta=1.0),
             leaky=dict(shape=(4, 5), alpha=0.25, beta=0.5),
             negative=dict(shape=(4, 5), alpha=-1.0, beta=2.0))
def clamped_relu(case, shape, alpha, beta):
    case.params.alpha, case.params.beta = alpha, beta
    x = case.input(case.normal(*shape))
    case.expect(np.minimum(beta, np.where(x >= 0, x, alpha * x)))


# Pairs of shapes that broadcast.
PAIRS = dict(
    same=((3, 4), (3, 4)), scalar=((2, 3, 4, 5), (1,)),
    row=((3, 4), (4,)), column=((3, 1), (3, 4)),
    both=((3, 1, 5), (1, 4, 1)), ranks=((5,), (2, 3, 4, 5)),
    channels=((2, 3, 4, 5), (3, 1, 1)), five=((2, 1, 3, 1, 4), (3, 1, 5, 1)),
    five_row=((2, 3, 4, 2, 5), (2, 5)),
    five_same=((2, 3, 4, 2, 5), (2, 3, 4, 2, 5)),
    five_batch=((2, 3, 1, 2, 2), (1, 3, 4, 1, 1)),
)
BY_PAIR = {name: dict(pair=pair) for name, pair in PAIRS.items()}


def whole(case, shape):
    """Small whole numbers, so that some are equal."""
    return np.round(case.uniform(-3, 3, *shape)) + 0.0


def register_binary(kind, function, first, second):
    @array_cases(kind, **BY_PAIR)
    def binary(case, pair):
        a = case.input(first(case, pair[0]))
        b = case.input(second(case, pair[1]))
        case.expect(function(a, b))


def normal(case, shape):
    return case.normal(*shape)


def positive(case, shape):
    return case.uniform(0.5, 3, *shape)


def away_from_zero(case, shape):
    return case.uniform(0.5, 3, *shape) * np.sign(case.normal(*shape) + 1e-9)


for _kind, _function, _first, _second in [
        ("addBroadcastable", np.add, normal, normal),
        ("subtractBroadcastable", np.subtract, normal, normal),
        ("multiplyBroadcastable", np.multiply, normal, normal),
        ("divideBroadcastable", np.divide, normal, away_from_zero),
        ("floorDivBroadcastable", np.floor_divide, normal, away_from_zero),
        ("modBroadcastable", np.mod, normal, away_from_zero),
        ("powBroadcastable", np.power, positive, normal),
        ("minBroadcastable", np.minimum, normal, normal),
        ("maxBroadcastable", np.maximum, normal, normal),
        ("logicalOr", np.logical_or, whole, whole),
        ("logicalXor", np.logical_xor, whole, whole),
        ("logicalAnd", np.logical_and, whole, whole)]:
    register_binary(_kind, _function, _first, _second)


@array_cases("logicalNot", **by_shape())
def logical_not(case, shape):
    case.expect(np.logical_not(case.input(whole(case, shape))))


def register_comparison(kind, function):
    register_binary(kind, function, whole, whole)

    @array_cases(kind, **{f"{name}_alpha": dict(shape=shape, alpha=alpha)
                          for (name, shape), alpha in
                          zip(SHAPES.items(), (0.0, 1.0, -2.0, 1.0, 0.0))})
    def with_alpha(case, shape, alpha):
        case.params.alpha = alpha
        case.expect(function(case.input(whole(case, shape)), alpha))


for _kind, _function in dict(
        equal=np.equal, notEqual=np.not_equal, lessThan=np.less,
        lessEqual=np.less_equal, greaterThan=np.greater,
        greaterEqual=np.greater_equal).items():
    register_comparison(_kind, _function)


@array_cases("whereBroadcastable",
             same=dict(shapes=((3, 4), (3, 4), (3, 4))),
             scalar=dict(shapes=((2, 3, 4), (1,), (2, 3, 4))),
             rows=dict(shapes=((4,), (3, 1), (1, 4))),
             five=dict(shapes=((2, 1, 3, 1, 4), (5, 1), (3, 1, 1, 1))),
             images=dict(shapes=((2, 3, 4, 5), (2, 3, 4, 5), (3, 1, 1))))
def where(case, shapes):
    condition = case.input(whole(case, shapes[0]))
    a = case.input(case.normal(*shapes[1]))
    b = case.input(case.normal(*shapes[2]))
    case.expect(np.where(condition != 0, a, b))
