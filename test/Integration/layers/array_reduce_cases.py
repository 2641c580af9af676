"""Cases of reductions, order, products and look-ups on values of any rank."""
import numpy as np

from array_shape_cases import constant_input
from case import array_cases

REDUCTIONS = dict(
    vector=dict(shape=(9,), axes=(0,)),
    rows=dict(shape=(3, 5), axes=(-1,), keep=True),
    volume=dict(shape=(3, 4, 5), axes=(0, 2)),
    channels=dict(shape=(2, 3, 4, 5), axes=(1,)),
    images=dict(shape=(2, 3, 4, 5), axes=(2, 3), keep=True),
    batch=dict(shape=(3, 2, 4, 2), axes=(0,)),
    five=dict(shape=(2, 3, 2, 3, 4), axes=(1, -1)),
    five_last=dict(shape=(2, 3, 2, 3, 4), axes=(-3, -1), keep=True),
    all=dict(shape=(2, 3, 4), axes=()),
    all_kept=dict(shape=(2, 3, 4, 2), axes=(), keep=True),
)


def register_reduction(kind, function, low, high):
    @array_cases(kind, **REDUCTIONS)
    def reduction(case, shape, axes, keep=False):
        x = case.input(case.uniform(low, high, *shape))
        p = case.params
        p.axes.extend(axes)
        p.keepDims, p.reduceAll = keep, not axes
        y = function(x, axis=tuple(axes) or None, keepdims=keep)
        case.expect(np.atleast_1d(y))


def log_sum_exp(x, **how):
    return np.log(np.sum(np.exp(x), **how))


for _kind, _function, _low, _high in [
        ("reduceL1", lambda x, **how: np.sum(np.abs(x), **how), -2, 2),
        ("reduceL2", lambda x, **how: np.sqrt(np.sum(x * x, **how)), -2, 2),
        ("reduceMax", np.max, -2, 2), ("reduceMin", np.min, -2, 2),
        ("reduceSum", np.sum, -2, 2), ("reduceProd", np.prod, 0.8, 1.25),
        ("reduceMean", np.mean, -2, 2),
        ("reduceLogSum", lambda x, **how: np.log(np.sum(x, **how)), 0.1, 2),
        ("reduceSumSquare", lambda x, **how: np.sum(x * x, **how), -2, 2),
        ("reduceLogSumExp", log_sum_exp, -3, 3)]:
    register_reduction(_kind, _function, _low, _high)

ARGS = dict(vector=dict(shape=(9,), axis=0),
            removed=dict(shape=(4, 5), axis=-1, remove=True),
            channels=dict(shape=(2, 3, 4, 5), axis=-3),
            images=dict(shape=(2, 3, 4, 5), axis=2, remove=True),
            five=dict(shape=(2, 3, 2, 3, 4), axis=1, remove=True),
            ties=dict(shape=(3, 12), axis=1, whole=True),
            long=dict(shape=(2, 5000), axis=1))


def register_arg(kind, function):
    @array_cases(kind, **ARGS)
    def arg(case, shape, axis, remove=False, whole=False):
        x = case.normal(*shape)
        x = case.input(np.round(x) if whole else x)
        case.params.axis, case.params.removeDim = axis, remove
        y = function(x, axis)
        case.expect(y if remove else np.expand_dims(y, axis))


register_arg("argMax", np.argmax)
register_arg("argMin", np.argmin)


@array_cases("topK", vector=dict(shape=(9,), axis=0, count=3),
             bottom=dict(shape=(4, 7), axis=-1, count=4, bottom=True),
             channels=dict(shape=(2, 6, 3, 4), axis=1, count=2),
             five=dict(shape=(2, 5, 2, 3, 2), axis=1, count=5),
             ties=dict(shape=(3, 12), axis=1, count=7, whole=True),
             from_input=dict(shape=(3, 6), axis=1, count=2, as_input=True),
             long=dict(shape=(3000,), axis=0, count=5))
def top_k(case, shape, axis, count, bottom=False, whole=False, as_input=False):
    x = case.normal(*shape)
    x = case.input(np.round(x) if whole else x)
    p = case.params
    p.axis, p.useBottomK = axis, bottom
    if as_input:
        constant_input(case, [count])
    else:
        p.K = count
    order = np.argsort(x if bottom else -x, axis, kind="stable")
    order = np.take(order, np.arange(count), axis)
    case.expect(np.take_along_axis(x, order, axis))
    case.expect(order)


@array_cases("argSort", vector=dict(shape=(11,), axis=0),
             descending=dict(shape=(4, 7), axis=1, descending=True),
             channels=dict(shape=(2, 6, 3, 4), axis=1),
             ties=dict(shape=(12, 3), axis=0, whole=True, descending=True))
def arg_sort(case, shape, axis, descending=False, whole=False):
    x = case.normal(*shape)
    x = case.input(np.round(x) if whole else x)
    case.params.axis, case.params.descending = axis, descending
    case.expect(np.argsort(-x if descending else x, axis, kind="stable"))


@array_cases("cumSum", vector=dict(shape=(7,), axis=0),
             exclusive=dict(shape=(3, 6), axis=-1, exclusive=True),
             reversed=dict(shape=(2, 5, 3), axis=1, reverse=True),
             both=dict(shape=(2, 3, 4, 5), axis=2, exclusive=True,
                       reverse=True),
             from_input=dict(shape=(4, 5), axis=0, as_input=True),
             five=dict(shape=(2, 3, 2, 3, 4), axis=1))
def cum_sum(case, shape, axis, exclusive=False, reverse=False,
            as_input=False):
    x = case.input(case.normal(*shape))
    p = case.params
    p.excludeFinalSum, p.reverse = exclusive, reverse
    if as_input:
        constant_input(case, [axis])
    else:
        p.axis = axis
    y = np.flip(x, axis) if reverse else x
    y = np.cumsum(y, axis) - (y if exclusive else 0)
    case.expect(np.flip(y, axis) if reverse else y)


@array_cases("oneHot", vector=dict(shape=(5,), axis=-1, size=6),
             between=dict(shape=(3, 4), axis=1, size=5),
             front=dict(shape=(5,), axis=0, size=4, on=5.0, off=-1.0),
             volume=dict(shape=(2, 3, 2), axis=2, size=3),
             from_input=dict(shape=(5,), axis=-1, size=6, as_input=True))
def one_hot(case, shape, axis, size, on=1.0, off=0.0, as_input=False):
    x = case.input(np.floor(case.uniform(-1, size, *shape)))
    p = case.params
    p.axis, p.onValue, p.offValue = axis, on, off
    if as_input:
        constant_input(case, [size])
    else:
        p.oneHotVectorSize = size
    y = np.where(x[..., None] == np.arange(size), on, off)
    case.expect(np.moveaxis(y, -1, axis))


@array_cases("softmaxND", vector=dict(shape=(9,), axis=0),
             rows=dict(shape=(3, 5), axis=-1),
             columns=dict(shape=(3, 5), axis=0),
             channels=dict(shape=(2, 3, 4, 5), axis=1),
             volume=dict(shape=(3, 4, 5), axis=0),
             five=dict(shape=(2, 3, 2, 3, 4), axis=1))
def softmax_nd(case, shape, axis):
    x = case.input(case.normal(*shape))
    case.params.axis = axis
    y = np.exp(x - x.max(axis, keepdims=True))
    case.expect(y / y.sum(axis, keepdims=True))


@array_cases("layerNormalization", row=dict(shape=(10, 5), count=1),
             all=dict(shape=(4, 5), count=2),
             images=dict(shape=(2, 3, 4, 5), count=2),
             volume=dict(shape=(3, 4, 6), count=1, eps=0.1),
             five=dict(shape=(2, 2, 3, 2, 3), count=3))
def layer_normalization(case, shape, count, eps=1e-5):
    x = case.input(case.normal(*shape))
    p = case.params
    p.normalizedShape.extend(shape[-count:])
    p.eps = eps
    gamma = case.weights(p.gamma, case.normal(*shape[-count:]))
    beta = case.weights(p.beta, case.normal(*shape[-count:]))
    axes = tuple(range(len(shape) - count, len(shape)))
    mean = x.mean(axes, keepdims=True)
    variance = x.var(axes, keepdims=True)
    case.expect(gamma * (x - mean) / np.sqrt(variance + eps) + beta)


@array_cases("batchedMatmul", matrices=dict(a=(3, 4), b=(4, 5)),
             batch=dict(a=(2, 3, 4), b=(2, 4, 6)),
             broadcast=dict(a=(2, 1, 3, 4), b=(5, 4, 2)),
             row=dict(a=(4,), b=(2, 4, 3)), column=dict(a=(2, 3, 4), b=(4,)),
             transposed_a=dict(a=(2, 4, 3), b=(2, 4, 5), turn=(True, False)),
             transposed=dict(a=(4, 3), b=(5, 4), turn=(True, True)),
             five=dict(a=(2, 1, 2, 3, 4), b=(3, 1, 4, 2)))
def batched_matmul(case, a, b, turn=(False, False)):
    x = case.input(case.normal(*a))
    y = case.input(case.normal(*b))
    case.params.transposeA, case.params.transposeB = turn
    x = x[None] if x.ndim == 1 else x
    y = y[:, None] if y.ndim == 1 else y
    x = np.swapaxes(x, -1, -2) if turn[0] else x
    y = np.swapaxes(y, -1, -2) if turn[1] else y
    case.expect(x @ y)


@array_cases("batchedMatmul", weights=dict(shape=(3, 4), columns=5),
             weights_vector=dict(shape=(4,), columns=3, bias=True),
             weights_batch=dict(shape=(2, 3, 4), columns=6, bias=True),
             weights_images=dict(shape=(2, 3, 2, 4), columns=5))
def matmul_weights(case, shape, columns, bias=False):
    x = case.input(case.normal(*shape))
    p = case.params
    p.weightMatrixFirstDimension = shape[-1]
    p.weightMatrixSecondDimension = columns
    weights = case.weights(p.weights, case.normal(columns, shape[-1]))
    y = x @ weights.T
    if bias:
        p.hasBias = True
        y = y + case.weights(p.bias, case.normal(columns))
    case.expect(y)


@array_cases("embeddingND", matrix=dict(shape=(4, 1)),
             bias=dict(shape=(5, 1), bias=True),
             volume=dict(shape=(2, 3, 1), bias=True),
             images=dict(shape=(2, 3, 2, 1), length=7),
             many=dict(shape=(6, 1), rows=5000))
def embedding_nd(case, shape, rows=9, length=4, bias=False):
    x = case.input(np.floor(case.random.uniform(0, rows, shape)))
    p = case.params
    p.vocabSize, p.embeddingSize, p.hasBias = rows, length, bias
    weights = case.weights(p.weights, case.normal(length, rows))
    y = weights.T[x[..., 0].astype(int)]
    case.expect(y + case.weights(p.bias, case.normal(length)) if bias else y)


def some_indices(case, size, shape):
    """Indices from both ends."""
    return case.input(np.floor(case.random.uniform(-size, size, shape)))


@array_cases("gather", rows=dict(shape=(5, 3), indices=(4,), axis=0),
             matrix=dict(shape=(2, 3, 5), indices=(6, 2), axis=1),
             last=dict(shape=(2, 3, 4, 5), indices=(3,), axis=-1),
             vector=dict(shape=(7,), indices=(2, 3, 2), axis=0),
             long=dict(shape=(5000, 2), indices=(4,), axis=0))
def gather(case, shape, indices, axis):
    x = case.input(case.normal(*shape))
    at = some_indices(case, shape[axis], indices)
    case.params.axis = axis
    case.expect(np.take(x, at.astype(int) % shape[axis], axis))


def some_tuples(case, shape, count, length):
    columns = [np.floor(case.random.uniform(-size, size, count))
               for size in shape[:length]]
    return case.input(np.stack(columns, -1))


@array_cases("gatherND", rows=dict(shape=(4, 2, 3, 4), count=(6,), length=2),
             elements=dict(shape=(3, 3, 3), count=(5,), length=3),
             more=dict(shape=(5, 3, 2), count=(2, 3), length=1),
             only=dict(shape=(1,), count=(2, 1, 2), length=1),
             long=dict(shape=(300, 20, 2), count=(7,), length=2))
def gather_nd(case, shape, count, length):
    x = case.input(case.normal(*shape))
    at = some_tuples(case, shape, count, length).astype(int)
    case.expect(x[tuple(np.moveaxis(at, -1, 0))])


@array_cases("gatherND", fractions=dict())
def gather_nd_fractions(case):
    # The whole part of an index counts, also where it is multiplied.
    x = case.input(case.normal(4, 6, 2))
    at = np.floor(case.uniform(0, 4, 5, 2))
    case.input(at + case.uniform(0.125, 0.875, 5, 2))
    case.expect(x[tuple(at.astype(int).T)])


@array_cases("gatherAlongAxis", rows=dict(shape=(4, 3), count=5, axis=0),
             channels=dict(shape=(2, 3, 4, 5), count=2, axis=1),
             last=dict(shape=(2, 3, 4), count=6, axis=-1),
             five=dict(shape=(2, 3, 2, 2, 3), count=4, axis=1))
def gather_along_axis(case, shape, count, axis):
    x = case.input(case.normal(*shape))
    wanted = list(shape)
    wanted[axis] = count
    at = some_indices(case, shape[axis], wanted).astype(int)
    case.expect(np.take_along_axis(x, at % shape[axis], axis))
    case.params.axis = axis


MODES = dict(SCATTER_UPDATE=None, SCATTER_ADD=np.add,
             SCATTER_SUB=np.subtract, SCATTER_MUL=np.multiply,
             SCATTER_DIV=np.divide, SCATTER_MAX=np.maximum,
             SCATTER_MIN=np.minimum)


def apply(case, mode, y, where, updates):
    """One update after the other, in the order of memory."""
    case.params.mode = list(MODES).index(mode)
    for place in np.ndindex(updates.shape):
        at = where(place)
        y[at] = MODES[mode](y[at], updates[place]) if MODES[mode] else \
            updates[place]
    case.expect(y)


def each_mode(**rest):
    return {mode.lower(): dict(mode=mode, **rest) for mode in MODES}


@array_cases("scatter", **each_mode(shape=(5, 3), indices=(4,), axis=0),
             channels=dict(shape=(2, 4, 3, 2), indices=(6,), axis=1),
             matrix=dict(shape=(4, 3), indices=(2, 3), axis=-1,
                         mode="SCATTER_ADD"))
def scatter(case, shape, indices, axis, mode="SCATTER_UPDATE"):
    x = case.input(case.normal(*shape))
    at = some_indices(case, shape[axis], indices).astype(int) % shape[axis]
    case.params.axis = axis
    front = axis % len(shape)
    updates = case.input(case.uniform(
        0.5, 2, *shape[:front], *indices, *shape[front + 1:]))
    back = front + len(indices)

    def where(place):
        return (*place[:front], at[place[front:back]], *place[back:])
    apply(case, mode, x.copy(), where, updates)


@array_cases("scatterND", **each_mode(shape=(4, 3, 2), count=(5,), length=2),
             elements=dict(shape=(3, 2), count=(4,), length=2),
             only=dict(shape=(1, 4), count=(3,), length=1,
                       mode="SCATTER_SUB"),
             more=dict(shape=(7, 6), count=(2, 5), length=1,
                       mode="SCATTER_ADD"))
def scatter_nd(case, shape, count, length, mode="SCATTER_UPDATE"):
    x = case.input(case.normal(*shape))
    at = some_tuples(case, shape, count, length).astype(int)
    updates = case.input(case.uniform(0.5, 2, *count, *shape[length:]))

    def where(place):
        return (*at[place[:len(count)]], *place[len(count):])
    apply(case, mode, x.copy(), where, updates)


@array_cases("scatterAlongAxis", **each_mode(shape=(4, 3), count=5, axis=0),
             channels=dict(shape=(2, 3, 4, 2), count=2, axis=1),
             five=dict(shape=(2, 3, 2, 2, 3), count=4, axis=-4,
                       mode="SCATTER_ADD"))
def scatter_along_axis(case, shape, count, axis, mode="SCATTER_UPDATE"):
    x = case.input(case.normal(*shape))
    wanted = list(shape)
    wanted[axis] = count
    at = some_indices(case, shape[axis], wanted).astype(int) % shape[axis]
    case.params.axis = axis
    updates = case.input(case.uniform(0.5, 2, *wanted))

    def where(place):
        place_list = list(place)
        place_list[axis] = at[place]
        return tuple(place_list)
    apply(case, mode, x.copy(), where, updates)


@array_cases("innerProduct", exact_vector=dict(shape=(6,)),
             exact_rows=dict(shape=(3, 6)),
             exact_volume=dict(shape=(2, 3, 6)),
             exact_images=dict(shape=(2, 6, 1, 1)))
def inner_product(case, shape, outputs=5):
    x = case.input(case.normal(*shape))
    p = case.params
    p.inputChannels, p.outputChannels, p.hasBias = 6, outputs, True
    weights = case.weights(p.weights, case.normal(outputs, 6))
    y = x.reshape(-1, 6) @ weights.T + case.weights(p.bias,
                                                    case.normal(outputs))
    images = len(shape) == 4
    case.expect(y.reshape((shape[0], outputs, 1, 1) if images
                          else (*shape[:-1], outputs)))
