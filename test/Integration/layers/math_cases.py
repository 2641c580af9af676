"""Cases of layers that compute: elementwise, products, norms, reductions."""
import numpy as np

import formulas
from case import array_cases, cases


def column(values):
    return np.reshape(values, (-1, 1, 1))


@cases(
    "innerProduct",
    vector=dict(shape=(12,)),
    no_bias=dict(shape=(33,), outputs=17, bias=False),
    image=dict(shape=(3, 4, 5), outputs=6),
    large=dict(shape=(700,), outputs=130),
    single=dict(shape=(5,), outputs=1),
)
def inner_product(case, shape, outputs=7, bias=True):
    x = case.input(case.normal(*shape))
    p = case.params
    p.inputChannels, p.outputChannels, p.hasBias = x.size, outputs, bias
    weights = case.weights(p.weights, case.normal(outputs, x.size))
    y = weights @ x.flatten()
    if bias:
        y = y + case.weights(p.bias, case.normal(outputs))
    case.expect(y if len(shape) == 1 else column(y))


@cases(
    "batchnorm",
    given=dict(),
    epsilon=dict(epsilon=0.25),
    vector=dict(shape=(6,)),
    computed=dict(compute=True, shape=(4, 6, 5)),
    instance=dict(compute=True, instance=True, shape=(4, 6, 5)),
    instance_large=dict(compute=True, instance=True, shape=(9, 17, 31),
                        epsilon=0.01),
    instance_shifted=dict(compute=True, instance=True, shift=8.0),
)
def batchnorm(case, shape=(5, 4, 3), epsilon=0.0, compute=False,
              instance=False, shift=0.0):
    x = case.input(case.normal(*shape) + shift)
    p, channels = case.params, shape[0]
    p.channels, p.epsilon = channels, epsilon
    p.computeMeanVar, p.instanceNormalization = compute, instance
    gamma = case.weights(p.gamma, case.normal(channels))
    beta = case.weights(p.beta, case.normal(channels))
    y, epsilon = x.reshape(channels, *(shape[1:] or (1, 1))), epsilon or 1e-5
    if compute:
        y = formulas.normalized(y, (1, 2), epsilon)
    else:
        mean = case.weights(p.mean, case.normal(channels))
        variance = case.weights(p.variance, case.uniform(0.2, 2, channels))
        y = (y - column(mean)) / np.sqrt(column(variance) + epsilon)
    case.expect((y * column(gamma) + column(beta)).reshape(shape))


SHAPES = dict(one=(1,), channels=(4,), plane=(1, 3, 5), full=(4, 3, 5))


def broadcastable(values):
    return column(values) if values.ndim == 1 else values


@cases("scale",
       **{name: dict(shape=shape) for name, shape in SHAPES.items()},
       no_bias=dict(shape=(4,), bias=None),
       mixed=dict(shape=(4,), bias=(1, 3, 5)))
def scale(case, shape, bias="same"):
    x = case.input(case.normal(4, 3, 5))
    case.params.shapeScale.extend(shape)
    s = case.weights(case.params.scale, case.normal(*shape))
    y = x * broadcastable(s)
    if bias is not None:
        bias = shape if bias == "same" else bias
        case.params.hasBias = True
        case.params.shapeBias.extend(bias)
        b = case.weights(case.params.bias, case.normal(*bias))
        y = y + broadcastable(b)
    case.expect(y)


@cases("bias", **{name: dict(shape=shape) for name, shape in SHAPES.items()})
def bias(case, shape):
    x = case.input(case.normal(4, 3, 5))
    case.params.shape.extend(shape)
    b = case.weights(case.params.bias, case.normal(*shape))
    case.expect(x + broadcastable(b))


@cases("loadConstant", full=dict(shape=(4, 3, 5)), column=dict(shape=(6, 1, 1)),
       plane=dict(shape=(1, 4, 4)))
def load_constant(case, shape):
    case.params.shape.extend(shape)
    constant = case.weights(case.params.data, case.normal(*shape))
    case.expect(constant + case.then_add(case.normal(*shape)))


@cases(
    "activation",
    **{f"{kind}-plain": dict(kind=kind) for kind in (
        "ReLU", "tanh", "sigmoid", "softsign", "softplus")},
    **{f"{kind}-vector": dict(kind=kind, shape=(7,)) for kind in (
        "ReLU", "tanh", "sigmoid", "softsign", "softplus")},
    **{f"{kind}-large": dict(kind=kind, factor=12) for kind in (
        "ReLU", "tanh", "sigmoid", "softsign", "softplus")},
    **{f"{kind}-{i}": dict(kind=kind, alpha=alpha)
       for kind, values in (("leakyReLU", (0.1, 0.3, -0.5)),
                            ("thresholdedReLU", (0.5, 1.0, -0.25)),
                            ("ELU", (1.0, 0.5, 2.0)))
       for i, alpha in enumerate(values)},
    **{f"{kind}-{i}": dict(kind=kind, alpha=alpha, beta=beta)
       for kind, values in (
           ("linear", ((2.0, 1.0), (-0.5, 0.0), (0.0, 3.0))),
           ("scaledTanh", ((1.7159, 2 / 3), (-2.0, 0.5), (0.5, 3.0))),
           ("sigmoidHard", ((0.2, 0.5), (1.0, 0.0), (-0.5, 0.25))))
       for i, (alpha, beta) in enumerate(values)},
)
def activation(case, kind, alpha=None, beta=None, shape=(3, 4, 5), factor=1):
    x = factor * case.normal(*shape)
    if kind == "thresholdedReLU":  # not at the jump itself
        x = np.where(np.abs(x - alpha) < 0.02, 0.0, x)
    case.input(x)
    chosen = getattr(case.params, kind)
    chosen.SetInParent()
    if alpha is not None:
        chosen.alpha = alpha
    if beta is not None:
        chosen.beta = beta
    case.expect(formulas.ACTIVATIONS[kind](x, alpha, beta))


@cases(
    "activation",
    **{"PReLU-one": dict(kind="PReLU", counts=(1,)),
       "PReLU-channels": dict(kind="PReLU", counts=(4,)),
       "PReLU-vector": dict(kind="PReLU", counts=(4,), shape=(4,)),
       "parametricSoftplus-one": dict(kind="parametricSoftplus",
                                      counts=(1, 1)),
       "parametricSoftplus-channels": dict(kind="parametricSoftplus",
                                           counts=(4, 4)),
       "parametricSoftplus-mixed": dict(kind="parametricSoftplus",
                                        counts=(4, 1))})
def parametric_activation(case, kind, counts, shape=(4, 3, 5)):
    x = case.input(case.normal(*shape))
    chosen = getattr(case.params, kind)
    values = [case.weights(message, case.normal(count)) for message, count in
              zip((chosen.alpha, getattr(chosen, "beta", None)), counts)]
    if len(shape) == 3:
        values = [column(v) for v in values]
    case.expect(formulas.ACTIVATIONS[kind](
        x, values[0], values[1] if len(values) > 1 else None))


@cases(
    "unary",
    **{f"{kind}-plain": dict(kind=kind) for kind in formulas.UNARY},
    **{f"{kind}-moved": dict(kind=kind, shift=0.25, scale=2.0)
       for kind in formulas.UNARY},
    **{f"{kind}-epsilon": dict(kind=kind, epsilon=0.5)
       for kind in ("RSQRT", "INVERSE", "LOG")},
    **{"POWER-square": dict(kind="POWER", alpha=2.0, low=-2),
       "POWER-cube": dict(kind="POWER", alpha=3.0, low=-2),
       "POWER-zero": dict(kind="POWER", alpha=0.0),
       "THRESHOLD-negated": dict(kind="THRESHOLD", alpha=-1.0, scale=-1.0),
       "ABS-signed": dict(kind="ABS", low=-3), "EXP-signed":
       dict(kind="EXP", low=-3), "SQRT-vector": dict(kind="SQRT", shape=(9,))})
def unary(case, kind, alpha=0.7, epsilon=0.0, shift=0.0, scale=0.0, low=0.2,
          shape=(3, 4, 5)):
    x = case.input(case.uniform(low, 2, *shape))
    p = case.params
    p.type = p.Operation.Value(kind)
    p.alpha, p.epsilon, p.shift, p.scale = alpha, epsilon, shift, scale
    case.expect(formulas.UNARY[kind]((scale or 1.0) * x + shift, alpha,
                                     epsilon or 1e-6))


@cases("softmax", channels=dict(shape=(10, 3, 4)), vector=dict(shape=(17,)),
       one=dict(shape=(1, 2, 2)), large=dict(shape=(1000,)),
       spread=dict(shape=(6, 5, 5), factor=20))
def softmax(case, shape, factor=1):
    x = case.input(factor * case.normal(*shape))
    full = x.reshape(shape if len(shape) == 3 else (*shape, 1, 1))
    case.expect(formulas.softmax(full).reshape(shape))


@cases("lrn", usual=dict(alpha=1e-4, beta=0.75, size=5),
       strong=dict(alpha=2.0, beta=0.75, size=3, k=2.0),
       even=dict(alpha=1.5, beta=0.5, size=4, k=1.5),
       one=dict(alpha=2.0, beta=3.0, size=1, k=8.0),
       wide=dict(alpha=1.0, beta=1.0, size=21, k=1.0))
def lrn(case, alpha, beta, size, k=0.0):
    x = case.input(case.normal(8, 4, 5))
    p = case.params
    p.alpha, p.beta, p.localSize, p.k = alpha, beta, size, k
    case.expect(formulas.lrn(x, alpha, beta, size, k or 1.0))


@cases("l2normalize", usual=dict(), epsilon=dict(epsilon=4.0),
       vector=dict(shape=(30,)))
def l2normalize(case, shape=(4, 3, 5), epsilon=0.0):
    x = case.input(case.normal(*shape))
    case.params.epsilon = epsilon
    case.expect(x / np.sqrt((x ** 2).sum() + (epsilon or 1e-6)))


@cases("mvn", each=dict(variance=True), mean=dict(),
       across=dict(across=True, variance=True), across_mean=dict(across=True),
       epsilon=dict(variance=True, epsilon=0.5))
def mvn(case, across=False, variance=False, epsilon=0.0):
    x = case.input(case.normal(4, 6, 5) + 1)
    p = case.params
    p.acrossChannels, p.normalizeVariance, p.epsilon = across, variance, epsilon
    axes = (0, 1, 2) if across else (1, 2)
    case.expect(formulas.normalized(x, axes, epsilon or 1e-6) if variance
                else x - x.mean(axes, keepdims=True))


FULL = (4, 3, 5)
BROADCASTS = dict(
    same=(FULL, FULL), three=(FULL, FULL, FULL), channels=(FULL, (4, 1, 1)),
    plane=(FULL, (1, 3, 5)), number=((1, 1, 1), FULL),
    both=((4, 1, 1), (1, 3, 5)), row=(FULL, (4, 1, 5)),
    vectors=((6,), (6,)))
COMBINED = {
    "add": lambda parts: sum(parts),
    "multiply": lambda parts: np.prod(np.broadcast_arrays(*parts), axis=0),
    "max": lambda parts: np.max(np.broadcast_arrays(*parts), axis=0),
    "min": lambda parts: np.min(np.broadcast_arrays(*parts), axis=0),
    "average": lambda parts: sum(parts) / len(parts),
}


def combine(case, shapes, alpha=None):
    parts = [case.input(case.normal(*shape)) for shape in shapes]
    if alpha is not None:
        case.params.alpha = alpha
        parts.append(np.float64(alpha))
    case.expect(COMBINED[case.kind](parts))


for _kind in COMBINED:
    cases(_kind, **{name: dict(shapes=shapes)
                    for name, shapes in BROADCASTS.items()})(combine)
for _kind in ("add", "multiply"):
    cases(_kind, number_only=dict(shapes=(FULL,), alpha=1.5),
          zero=dict(shapes=(FULL,), alpha=0.0))(combine)


# More inputs than a kernel can bind.
for _kind in ("add", "average", "max", "min"):
    cases(_kind, many=dict(shapes=(FULL, (4, 1, 1)) * 20))(combine)


# Ranks that differ are those of numpy, too.
for _kind in COMBINED:
    array_cases(_kind, row_and_batch=dict(shapes=((4, 5), (2, 1, 5))),
                number_and_volume=dict(shapes=((3, 4, 5), (1,))),
                sequence_and_images=dict(
                    shapes=((2, 3, 4, 2, 2), (3, 1, 2, 1), (2, 1, 4, 1, 2))),
                )(combine)


@cases("dot", plain=dict(), cosine=dict(cosine=True),
       long=dict(length=300), long_cosine=dict(length=300, cosine=True))
def dot(case, length=12, cosine=False):
    x, y = [case.input(case.normal(length)) for _ in range(2)]
    case.params.cosineSimilarity = cosine
    if cosine:
        x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    case.expect([x @ y])


AXES = dict(CHW=(0, 1, 2), HW=(1, 2), C=(0,), H=(1,), W=(2,))


@cases("reduce",
       **{f"{mode}-{axis}": dict(mode=mode, axis=axis)
          for mode in formulas.REDUCTIONS for axis in AXES
          if mode != "ARGMAX" or len(axis) == 1},
       **{"LOGSUM-epsilon": dict(mode="LOGSUM", axis="HW", epsilon=1.0)})
def reduce(case, mode, axis, epsilon=0.0):
    # Products and logarithms of values near 1; the others of either sign.
    x = case.input(case.uniform(0.7, 1.4, 4, 5, 6)
                   if mode in ("PROD", "LOGSUM") else case.normal(4, 5, 6))
    p = case.params
    p.mode, p.axis = p.ReduceOperation.Value(mode), p.ReduceAxis.Value(axis)
    p.epsilon = epsilon
    case.expect(formulas.REDUCTIONS[mode](x, AXES[axis], epsilon or 1e-6))


# Only the dimensions that an axis means have to be there.
@array_cases("reduce", vector_W=dict(mode="SUM", axis="W", shape=(7,)),
             matrix_HW=dict(mode="MAX", axis="HW", shape=(3, 4)),
             matrix_H=dict(mode="ARGMAX", axis="H", shape=(3, 4)))
def reduce_flat(case, mode, axis, shape):
    x = case.input(case.normal(*shape))
    p = case.params
    p.mode, p.axis = p.ReduceOperation.Value(mode), p.ReduceAxis.Value(axis)
    axes = tuple(i - 3 for i in AXES[axis])
    if mode == "ARGMAX":
        case.expect(np.expand_dims(x.argmax(axes[0]), axes[0]))
    else:
        case.expect({"SUM": np.sum, "MAX": np.max}[mode](x, axes,
                                                         keepdims=True))


@cases("embedding", one=dict(), bias=dict(bias=True),
       sequence=dict(bias=True, sequence=5))
def embedding(case, entries=9, channels=6, bias=False, sequence=None):
    count = sequence or 1
    indices = case.random.integers(0, entries, count).astype(float)
    # A sequence is [Seq, Batch, C, H, W].
    case.input(indices.reshape(count, 1, 1, 1, 1) if sequence else indices)
    p = case.params
    p.inputDim, p.outputChannels, p.hasBias = entries, channels, bias
    weights = case.weights(p.weights, case.normal(channels, entries))
    y = weights[:, indices.astype(int)].T
    if bias:
        y = y + case.weights(p.bias, case.normal(channels))
    case.expect(y.reshape(count, 1, channels, 1, 1) if sequence else y[0])
