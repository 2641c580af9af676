"""Cases of windows over volumes, and of random numbers."""
import numpy as np

from array_shape_cases import constant_input
from case import array_cases


def padded(x, padding, kernel, stride, dilation, fill):
    """Pads the last three dimensions; also gives the amounts."""
    if padding == "SAME":
        amounts = []
        for size, k, s, d in zip(x.shape[2:], kernel, stride, dilation):
            total = max(0, (-(-size // s) - 1) * s + (k - 1) * d + 1 - size)
            amounts.append((total // 2, total - total // 2))
    elif padding == "VALID":
        amounts = [(0, 0)] * 3
    else:
        amounts = np.reshape(padding, (3, 2))
    return np.pad(x, [(0, 0), (0, 0), *amounts], constant_values=fill), amounts


def windows(x, kernel, stride, dilation=(1, 1, 1)):
    """[n, c, outputs..., taps...]"""
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
    view = np.lib.stride_tricks.sliding_window_view(x, reach, (2, 3, 4))
    view = view[:, :, ::stride[0], ::stride[1], ::stride[2]]
    return view[..., ::dilation[0], ::dilation[1], ::dilation[2]]


def set_three(params, name, values):
    for part, value in zip(("Depth", "Height", "Width"), values):
        setattr(params, name + part, value)


def set_padding(params, padding):
    if isinstance(padding, str):
        params.paddingType = ("CUSTOM", "VALID", "SAME").index(padding)
        return
    for side, amount in zip(("Front", "Back", "Top", "Bottom", "Left",
                             "Right"), padding):
        setattr(params, "customPadding" + side, amount)


@array_cases("pooling3d", max=dict(kind="MAX"),
             average=dict(kind="AVERAGE"),
             strides=dict(kind="MAX", kernel=(3, 2, 1), stride=(2, 1, 3)),
             max_padded=dict(kind="MAX", padding=(1, 0, 0, 1, 1, 1)),
             average_padded=dict(kind="AVERAGE", padding=(1, 1, 0, 1, 1, 0)),
             average_excluded=dict(kind="AVERAGE", padding=(1, 1, 0, 1, 1, 0),
                                   excluded=True),
             same=dict(kind="AVERAGE", padding="SAME", kernel=(3, 3, 2),
                       stride=(2, 1, 2)),
             same_max=dict(kind="MAX", padding="SAME", stride=(2, 2, 2)))
def pooling_3d(case, kind, kernel=(2, 2, 2), stride=(1, 1, 1),
               padding="VALID", excluded=False):
    x = case.input(case.normal(2, 3, 5, 4, 6))
    p = case.params
    p.type = ("MAX", "AVERAGE").index(kind)
    p.countExcludePadding = excluded
    set_three(p, "kernel", kernel)
    set_three(p, "stride", stride)
    set_padding(p, padding)
    one = (1, 1, 1)
    axes = (-3, -2, -1)
    if kind == "MAX":
        whole, _ = padded(x, padding, kernel, stride, one, -np.inf)
        case.expect(windows(whole, kernel, stride).max(axes))
        return
    whole, _ = padded(x, padding, kernel, stride, one, 0)
    counts, _ = padded(np.ones_like(x), padding, kernel, stride, one,
                       0 if excluded else 1)
    case.expect(windows(whole, kernel, stride).sum(axes) /
                windows(counts, kernel, stride).sum(axes))


@array_cases("globalPooling3d", max=dict(kind="MAX"),
             average=dict(kind="AVERAGE"),
             one=dict(kind="AVERAGE", shape=(1, 1, 2, 3, 3)))
def global_pooling_3d(case, kind, shape=(2, 3, 4, 5, 2)):
    x = case.input(case.normal(*shape))
    case.params.type = ("MAX", "AVERAGE").index(kind)
    function = np.max if kind == "MAX" else np.mean
    case.expect(function(x, (2, 3, 4), keepdims=True))


def set_convolution(case, inputs, outputs, groups, kernel, stride, dilation,
                    padding):
    p = case.params
    p.inputChannels, p.outputChannels, p.nGroups = inputs, outputs, groups
    set_three(p, "kernel", kernel)
    set_three(p, "stride", stride)
    set_three(p, "dilation", dilation)
    set_padding(p, padding)


@array_cases("convolution3d", plain=dict(),
             bias=dict(bias=True, outputs=7),
             strides=dict(kernel=(3, 2, 1), stride=(2, 1, 2)),
             dilated=dict(dilation=(2, 1, 2), bias=True),
             groups=dict(inputs=6, outputs=4, groups=2, bias=True),
             padded=dict(padding=(1, 0, 0, 1, 2, 1)),
             same=dict(padding="SAME", kernel=(3, 3, 2), stride=(2, 1, 2)),
             batch=dict(batch=2, padding="SAME", kernel=(3, 3, 3)))
def convolution_3d(case, inputs=3, outputs=4, groups=1, kernel=(2, 2, 2),
                   stride=(1, 1, 1), dilation=(1, 1, 1), padding="VALID",
                   bias=False, batch=1):
    x = case.input(case.normal(batch, inputs, 5, 4, 6))
    set_convolution(case, inputs, outputs, groups, kernel, stride, dilation,
                    padding)
    weights = case.weights(case.params.weights, case.normal(
        outputs, inputs // groups, *kernel))
    whole, _ = padded(x, padding, kernel, stride, dilation, 0)
    view = windows(whole, kernel, stride, dilation)
    parts = [np.einsum("ncdhwijk,ocijk->nodhw", part, filters)
             for part, filters in zip(np.split(view, groups, 1),
                                      np.split(weights, groups, 0))]
    y = np.concatenate(parts, 1)
    if bias:
        case.params.hasBias = True
        y = y + case.weights(case.params.bias,
                             case.normal(outputs)).reshape(-1, 1, 1, 1)
    case.expect(y)


@array_cases("convolution3d", deconvolution=dict(),
             deconvolution_strides=dict(stride=(2, 1, 3), bias=True),
             deconvolution_dilated=dict(dilation=(1, 2, 2), stride=(2, 2, 1)),
             deconvolution_groups=dict(inputs=4, outputs=6, groups=2),
             deconvolution_cropped=dict(padding=(1, 0, 0, 1, 1, 1),
                                        stride=(2, 2, 2)),
             deconvolution_shape=dict(stride=(2, 2, 2), target=(5, 7, 6)))
def deconvolution_3d(case, inputs=3, outputs=4, groups=1, kernel=(2, 3, 2),
                     stride=(1, 1, 1), dilation=(1, 1, 1), padding="VALID",
                     bias=False, target=None):
    x = case.input(case.normal(1, inputs, 3, 4, 3))
    set_convolution(case, inputs, outputs, groups, kernel, stride, dilation,
                    padding)
    case.params.isDeconvolution = True
    weights = case.weights(case.params.weights, case.normal(
        inputs, outputs // groups, *kernel))
    full = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in
            zip(x.shape[2:], stride, kernel, dilation)]
    y = np.zeros((1, outputs, *full))
    per_in, per_out = inputs // groups, outputs // groups
    for g in range(groups):
        rows = slice(g * per_in, (g + 1) * per_in)
        columns = slice(g * per_out, (g + 1) * per_out)
        for tap in np.ndindex(*kernel):
            at = tuple(slice(t * d, t * d + (n - 1) * s + 1, s)
                       for t, d, n, s in zip(tap, dilation, x.shape[2:],
                                             stride))
            part = np.einsum("ncdhw,co->nodhw", x[:, rows],
                             weights[(rows, slice(None), *tap)])
            y[(slice(None), columns, *at)] += part
    if not isinstance(padding, str):
        pairs = np.reshape(padding, (3, 2))
        y = y[(slice(None), slice(None), *(slice(a, n - b) for (a, b), n in
                                           zip(pairs, full)))]
    if target:
        case.params.outputShape.extend(target)
        wide = np.pad(y, [(0, 0), (0, 0)] + [(0, 9)] * 3)
        y = wide[:, :, :target[0], :target[1], :target[2]]
    if bias:
        case.params.hasBias = True
        y = y + case.weights(case.params.bias,
                             case.normal(outputs)).reshape(-1, 1, 1, 1)
    case.expect(y)


# Distributions of one value only: of others the format says no numbers.
SHAPES = dict(vector=(5,), matrix=(3, 4), images=(2, 3, 4, 5))


def register_random(name, values, **fields):
    choices = {f"{shape}_{value}".replace("-", "minus_").replace(".", "_"):
               dict(shape=SHAPES[shape], value=value)
               for shape in SHAPES for value in values}

    def set_fields(case, value):
        case.params.seed = 7
        for field, what in fields.items():
            setattr(case.params, field, value if what is None else what)

    @array_cases(name + "Like", **choices)
    def like(case, shape, value):
        set_fields(case, value)
        case.input(case.normal(*shape))
        case.expect(np.full(shape, value))

    @array_cases(name + "Static", **choices)
    def static(case, shape, value):
        set_fields(case, value)
        case.params.outputShape.extend(shape)
        case.expect(value + case.then_add(case.normal(*shape)))

    @array_cases(name + "Dynamic", **choices)
    def dynamic(case, shape, value):
        set_fields(case, value)
        constant_input(case, shape)
        case.expect(value + case.then_add(case.normal(*shape)))


register_random("randomNormal", (2.5, -1.0), mean=None, stdDev=0.0)
register_random("randomUniform", (0.5, -3.0), minVal=None, maxVal=None)
register_random("randomBernoulli", (0.0, 1.0), prob=None)


@array_cases("categoricalDistribution", certain=dict(shape=(6,)),
             rows=dict(shape=(3, 5)), logits=dict(shape=(2, 4), logits=True),
             volume=dict(shape=(2, 3, 4), samples=7))
def categorical(case, shape, logits=False, samples=4):
    """One class of each row is certain."""
    winners = case.random.integers(0, shape[-1], shape[:-1])
    x = np.eye(shape[-1])[winners]
    case.input(x * 200 - 100 if logits else x)
    p = case.params
    p.numSamples, p.isLogits, p.seed = samples, logits, 3
    case.expect(np.broadcast_to(np.asarray(winners)[..., None],
                                (*shape[:-1], samples)))


def iou(a, b):
    """Of boxes given as centre and size."""
    low = np.maximum(a[:2] - a[2:] / 2, b[:2] - b[2:] / 2)
    high = np.minimum(a[:2] + a[2:] / 2, b[:2] + b[2:] / 2)
    both = np.prod(np.maximum(high - low, 0))
    return both / (np.prod(a[2:]) + np.prod(b[2:]) - both)


def suppress(boxes, scores, overlap, threshold, most, per_class):
    best, kinds = scores.max(-1), scores.argmax(-1)
    kept = []
    for i in np.argsort(-best, kind="stable"):
        if best[i] >= threshold and len(kept) < most and not any(
                iou(boxes[i], boxes[j]) > overlap
                and (not per_class or kinds[i] == kinds[j]) for j in kept):
            kept.append(i)
    return kept or [int(best.argmax())]


@array_cases("NonMaximumSuppression", one_class=dict(),
             classes=dict(classes=5),
             per_class=dict(classes=5, per_class=True),
             few=dict(most=3), more_than_there_are=dict(boxes=6, most=10),
             none=dict(threshold=2.0, classes=3),
             batches=dict(batch=3, classes=2, per_class=True),
             limits=dict(limits=True),
             fewer_by_input=dict(limits=True, most=40, wanted=3, batch=2),
             more_by_input=dict(limits=True, most=40, wanted=38),
             most_by_input=dict(limits=True, most=6, boxes=6, wanted=10),
             none_by_input=dict(limits=True, most=40, wanted=2, threshold=2.0))
def non_maximum_suppression(case, batch=1, boxes=40, classes=1, most=12,
                            overlap=0.25, threshold=0.125, per_class=False,
                            limits=False, wanted=None):
    places = case.input(case.uniform(0.1, 1, batch, boxes, 4))
    scores = case.input(case.uniform(0, 1, batch, boxes, classes))
    p = case.params
    # What an input wants is found in an array that has room for all boxes.
    p.maxBoxes, p.perClassSuppression = 1 if wanted else most, per_class
    if limits:
        case.input(np.array([overlap]))
        case.input(np.array([threshold]))
        if wanted:
            case.input(np.array([wanted]))
    else:
        p.iouThreshold, p.scoreThreshold = overlap, threshold
    left = np.zeros((batch, most, 4))
    left_scores = np.zeros((batch, most, classes))
    indices = -np.ones((batch, most))
    counts = np.zeros(batch)
    for i in range(batch):
        kept = suppress(places[i], scores[i], overlap, threshold,
                        wanted or most, per_class)
        counts[i] = len(kept)
        indices[i, :len(kept)] = kept
        left[i, :len(kept)] = places[i][kept]
        left_scores[i, :len(kept)] = scores[i][kept]
    for values in (left, left_scores, indices, counts):
        case.expect(values)
