"""Cases of layers that move or make elements, on values of any rank."""
import numpy as np

from case import array_cases


@array_cases("transpose", matrix=dict(shape=(3, 5), axes=(1, 0)),
             volume=dict(shape=(2, 3, 4), axes=(2, 0, 1)),
             to_channels=dict(shape=(1, 4, 5, 3), axes=(0, 3, 1, 2)),
             from_channels=dict(shape=(2, 3, 4, 5), axes=(0, 2, 3, 1)),
             five=dict(shape=(2, 3, 4, 2, 3), axes=(3, 1, 4, 0, 2)),
             nothing=dict(shape=(2, 3, 4), axes=(0, 1, 2)))
def transpose(case, shape, axes):
    case.params.axes.extend(axes)
    case.expect(case.input(case.normal(*shape)).transpose(axes))


def reshape_target(case, shape, target, result=None):
    case.params.targetShape.extend(target)
    case.expect(case.input(case.normal(*shape)).reshape(result or target))


array_cases("reshapeStatic", vector=dict(shape=(12,), target=(3, 4)),
            flat=dict(shape=(2, 3, 4), target=(24,)),
            images=dict(shape=(2, 3, 4, 5), target=(4, 3, 2, 5)),
            free=dict(shape=(2, 3, 4, 5), target=(6, -1)),
            five=dict(shape=(24, 5), target=(2, 3, 2, 2, 5)))(reshape_target)

array_cases("rankPreservingReshape",
            free=dict(shape=(20, 10), target=(5, -1)),
            kept=dict(shape=(20, 10, 5), target=(0, 2, 25),
                      result=(20, 2, 25)),
            both=dict(shape=(10, 3, 5), target=(25, 0, -1),
                      result=(25, 3, 2)),
            images=dict(shape=(2, 3, 4, 5), target=(0, -1, 2, 5),
                        result=(2, 6, 2, 5)))(reshape_target)


@array_cases("reshapeLike", matrix=dict(shape=(3, 4), other=(2, 6)),
             ranks=dict(shape=(2, 3, 4), other=(4, 6)),
             more=dict(shape=(24,), other=(2, 3, 2, 2)))
def reshape_like(case, shape, other):
    x = case.input(case.normal(*shape))
    case.input(case.normal(*other))
    case.expect(x.reshape(other))


@array_cases("expandDims", front=dict(shape=(10, 5), axes=(0, 1)),
             between=dict(shape=(10, 5), axes=(0, 2)),
             behind=dict(shape=(10, 5), axes=(-2, -1)),
             images=dict(shape=(3, 4, 5), axes=(1,)))
def expand_dims(case, shape, axes):
    case.params.axes.extend(axes)
    case.expect(np.expand_dims(case.input(case.normal(*shape)), axes))


@array_cases("squeeze", front=dict(shape=(1, 1, 10, 5), axes=(0, 1)),
             sides=dict(shape=(1, 10, 5, 1), axes=(0, 3)),
             behind=dict(shape=(10, 5, 1, 1), axes=(-2, -1)),
             all=dict(shape=(1, 3, 1, 4, 1), axes=()),
             nothing_left=dict(shape=(1,), axes=(0,)))
def squeeze(case, shape, axes):
    x = case.input(case.normal(*shape))
    case.params.axes.extend(axes)
    case.params.squeezeAll = not axes
    case.expect(np.atleast_1d(np.squeeze(x, axes or None)))


@array_cases("flattenTo2D", vector=dict(shape=(3,), axis=-1),
             beyond=dict(shape=(3,), axis=1),
             volume=dict(shape=(5, 5, 3), axis=-2),
             first=dict(shape=(5, 2), axis=0),
             images=dict(shape=(2, 3, 4, 5), axis=2))
def flatten_to_2d(case, shape, axis):
    x = case.input(case.normal(*shape))
    case.params.axis = axis
    front = axis + len(shape) if axis < 0 else axis
    case.expect(x.reshape(int(np.prod(shape[:front])), -1))


@array_cases("concatND", vectors=dict(shapes=((3,), (4,)), axis=0),
             rows=dict(shapes=((2, 3), (4, 3), (1, 3)), axis=-2),
             channels=dict(shapes=((2, 3, 4, 5), (2, 4, 4, 5)), axis=1),
             batch=dict(shapes=((2, 3, 4, 5), (1, 3, 4, 5)), axis=0),
             volume=dict(shapes=((3, 4, 5), (3, 2, 5)), axis=1),
             five=dict(shapes=((2, 3, 2, 2, 3), (2, 2, 2, 2, 3)), axis=1),
             five_last=dict(shapes=((2, 3, 2, 2, 3), (2, 3, 2, 2, 1)),
                            axis=-1))
def concat_nd(case, shapes, axis):
    parts = [case.input(case.normal(*shape)) for shape in shapes]
    case.params.axis = axis
    case.expect(np.concatenate(parts, axis))


@array_cases("concatND", interleaved=dict(shape=(3, 2), axis=0),
             interleaved_channels=dict(shape=(2, 3, 4, 5), axis=1),
             interleaved_five=dict(shape=(2, 3, 2, 2, 3), axis=-1))
def interleave(case, shape, axis):
    parts = [case.input(case.normal(*shape)) for _ in range(3)]
    case.params.axis, case.params.interleave = axis, True
    case.version = 5
    at = axis % len(shape)
    result = np.stack(parts, at + 1)
    case.expect(result.reshape(*shape[:at], -1, *shape[at + 1:]))


@array_cases("splitND", sizes=dict(shape=(5, 3, 4), axis=-3, sizes=(3, 2)),
             equal=dict(shape=(6, 4), axis=0, parts=3),
             channels=dict(shape=(2, 6, 4, 5), axis=1, parts=2),
             columns=dict(shape=(2, 3, 9), axis=-1, sizes=(1, 5, 3)),
             five=dict(shape=(2, 4, 2, 3, 2), axis=1, parts=2),
             uneven=dict(shape=(7,), axis=0, parts=3),
             uneven_rows=dict(shape=(2, 9, 4), axis=-2, parts=4),
             one_more=dict(shape=(2, 5, 3, 3), axis=1, parts=2))
def split_nd(case, shape, axis, sizes=(), parts=0):
    x = case.input(case.normal(*shape))
    p = case.params
    p.axis, p.numSplits = axis, parts
    p.splitSizes.extend(sizes)
    cuts = list(np.cumsum(sizes)[:-1]) if sizes else parts
    for part in np.array_split(x, cuts, axis):
        case.expect(part)


@array_cases("stack", vectors=dict(shape=(4,), axis=0),
             behind=dict(shape=(2, 4, 2), axis=3),
             between=dict(shape=(2, 4, 2), axis=-2),
             five=dict(shape=(2, 3, 2, 2), axis=1))
def stack(case, shape, axis):
    parts = [case.input(case.normal(*shape)) for _ in range(3)]
    case.params.axis = axis
    case.expect(np.stack(parts, axis))


@array_cases("tile", all=dict(shape=(2, 4, 2), reps=(1, 2, 3)),
             last=dict(shape=(2, 4, 2), reps=(6,)),
             vector=dict(shape=(3,), reps=(4,)),
             images=dict(shape=(2, 3, 4, 5), reps=(2, 1, 2)),
             five=dict(shape=(1, 2, 1, 3, 2), reps=(2, 2, 2, 1, 2)))
def tile(case, shape, reps):
    case.params.reps.extend(reps)
    x = case.input(case.normal(*shape))
    case.expect(np.tile(x, reps))


def set_slice(params, ranges, squeezed=()):
    """Sets the fields of a slice from Python slices."""
    for i, part in enumerate(ranges):
        params.beginMasks.append(part.start is None)
        params.endMasks.append(part.stop is None)
        params.endIds.append(part.stop or 0)
        params.strides.append(part.step or 1)
        params.squeezeMasks.append(i in squeezed)


def sliced(x, ranges, squeezed):
    index = tuple((part.start or 0) if i in squeezed else part
                  for i, part in enumerate(ranges))
    return np.atleast_1d(x[index])


def s(*bounds):
    return slice(*bounds)


SLICES = dict(
    vector=dict(shape=(9,), ranges=(s(1, 7, 2),)),
    masks=dict(shape=(5, 5, 5), ranges=(s(None, 3, 2), s(2, None, 2),
                                        s(None, None, 2))),
    squeezed=dict(shape=(5, 5, 5), ranges=(s(None, 3, 2), s(2, 3), s(0, None)),
                  squeezed=(1,)),
    negative=dict(shape=(2, 6, 7, 8), ranges=(s(None, None), s(-3, -1),
                                              s(1, -2), s(-8, 5))),
    backwards=dict(shape=(3, 7), ranges=(s(None, None, -1), s(5, 1, -2))),
    backwards_all=dict(shape=(2, 3, 4, 5), ranges=(s(None, None, -1),) * 4),
    all_squeezed=dict(shape=(4, 5), ranges=(s(2, 3), s(-1, None)),
                      squeezed=(0, 1)),
    five=dict(shape=(2, 3, 4, 2, 6), ranges=(
        s(0, 1), s(1, None), s(None, None), s(None, None), s(1, 6, 3)),
        squeezed=(0,)),
)


@array_cases("sliceStatic", **SLICES)
def slice_static(case, shape, ranges, squeezed=()):
    x = case.input(case.normal(*shape))
    case.params.beginIds.extend(part.start or 0 for part in ranges)
    set_slice(case.params, ranges, squeezed)
    case.expect(sliced(x, ranges, squeezed))


def constant_input(case, values):
    """An input of the layer that is a constant of the model."""
    values = np.asarray(values, np.float64)
    name = f"c{len(case.layers)}"
    layer = type(case.layer)(name=f"{case.name}-{name}")
    layer.output.append(name)
    layer.loadConstantND.shape.extend(values.shape)
    case.weights(layer.loadConstantND.data, values)
    case.layers.insert(0, layer)
    case.layer.input.append(name)
    return values


@array_cases("sliceDynamic", **SLICES)
def slice_dynamic(case, shape, ranges, squeezed=()):
    x = case.input(case.normal(*shape))
    constant_input(case, [part.start or 0 for part in ranges])
    set_slice(case.params, ranges, squeezed)
    case.expect(sliced(x, ranges, squeezed))


@array_cases("sliceDynamic", inputs=dict())
def slice_dynamic_inputs(case):
    x = case.input(case.normal(4, 6))
    for values in ((1, 2), (4, -1), (2, 1), (0, 1), (0, 0)):
        constant_input(case, values)
    case.expect(x[1:4:2, :-1])


@array_cases("sliceBySize", volume=dict(shape=(2, 3, 4), axis=1, size=2),
             last=dict(shape=(2, 9), axis=-1, size=4, begin=5),
             images=dict(shape=(3, 4, 5, 6), axis=2, size=3, begin=2))
def slice_by_size(case, shape, axis, size, begin=1):
    x = case.input(case.normal(*shape))
    case.input(np.array([float(begin)]))
    case.params.axis, case.params.size = axis, size
    case.expect(np.take(x, np.arange(begin, begin + size), axis))


@array_cases("reverse", vector=dict(shape=(7,), dims=(True,)),
             columns=dict(shape=(3, 4), dims=(False, True)),
             images=dict(shape=(2, 3, 4, 5), dims=(False, True, False, True)),
             five=dict(shape=(2, 3, 2, 2, 3), dims=(True,) * 5))
def reverse(case, shape, dims):
    case.params.reverseDim.extend(dims)
    x = case.input(case.normal(*shape))
    case.expect(np.flip(x, [i for i, on in enumerate(dims) if on]))


@array_cases("reverseSeq", matrix=dict(shape=(2, 4), lengths=(3, 0)),
             volume=dict(shape=(2, 3, 2), lengths=(2, 3)),
             later=dict(shape=(3, 2, 5), lengths=(4, 1), batch=1, axis=2))
def reverse_seq(case, shape, lengths, batch=0, axis=1):
    x = case.input(case.normal(*shape))
    case.input(np.array(lengths, np.float64))
    case.params.batchAxis, case.params.sequenceAxis = batch, axis
    y = np.moveaxis(x.copy(), (batch, axis), (0, 1))
    for row, length in zip(y, lengths):
        row[:length] = row[:length][::-1].copy()
    case.expect(np.moveaxis(y, (0, 1), (batch, axis)))


@array_cases("slidingWindows", vector=dict(shape=(9,), axis=0, size=3, step=2),
             volume=dict(shape=(2, 8, 3), axis=1, size=4, step=1),
             last=dict(shape=(2, 3, 7), axis=-1, size=2, step=3))
def sliding_windows(case, shape, axis, size, step):
    x = case.input(case.normal(*shape))
    p = case.params
    p.axis, p.windowSize, p.step = axis, size, step
    at = axis % len(shape)
    count = (shape[at] - size) // step + 1
    parts = [np.take(x, np.arange(i * step, i * step + size), at)
             for i in range(count)]
    case.expect(np.stack(parts, at))


@array_cases("constantPad", matrix=dict(shape=(4, 3), amounts=(0, 1, 4, 0)),
             volume=dict(shape=(2, 3, 4), amounts=(0, 0, 3, 4, 0, 2)),
             images=dict(shape=(2, 3, 4, 5), amounts=(0, 0, 1, 0, 2, 1, 0, 3)),
             five=dict(shape=(1, 2, 2, 3, 2),
                       amounts=(1, 0, 0, 1, 0, 0, 2, 0, 0, 1)))
def constant_pad(case, shape, amounts, value=1.5):
    x = case.input(case.normal(*shape))
    case.params.value = value
    case.params.padAmounts.extend(amounts)
    case.expect(np.pad(x, np.reshape(amounts, (-1, 2)),
                       constant_values=value))


@array_cases("constantPad", to_size=dict(shape=(4, 3), amounts=(0, 6, 5, 0)),
             to_size_one=dict(shape=(4, 3, 2), amounts=(0, 0, 7, 0, 0, 2)),
             to_size_input=dict(shape=(4, 3), amounts=(0, 5, 4, 0),
                                as_input=True))
def pad_to_size(case, shape, amounts, as_input=False):
    x = case.input(case.normal(*shape))
    case.params.padToGivenOutputSizeMode = True
    if as_input:
        constant_input(case, amounts)
    else:
        case.params.padAmounts.extend(amounts)
    pairs = np.maximum(np.reshape(amounts, (-1, 2)) -
                       np.array(shape)[:, None], 0)
    case.expect(np.pad(x, pairs))


SIZES = dict(vector=(5,), matrix=(3, 4), images=(2, 3, 4, 5),
             five=(2, 1, 3, 2, 4))
BY_SIZE = {name: dict(shape=shape) for name, shape in SIZES.items()}


@array_cases("loadConstantND", **BY_SIZE)
def load_constant_nd(case, shape):
    case.params.shape.extend(shape)
    values = case.weights(case.params.data, case.normal(*shape))
    case.expect(values + case.then_add(case.normal(*shape)))


@array_cases("fillStatic", **BY_SIZE)
def fill_static(case, shape):
    case.params.value = 2.5
    case.params.targetShape.extend(shape)
    case.expect(2.5 + case.then_add(case.normal(*shape)))


@array_cases("fillLike", **BY_SIZE)
def fill_like(case, shape):
    case.params.value = -1.25
    case.input(case.normal(*shape))
    case.expect(np.full(shape, -1.25))


@array_cases("fillDynamic", **BY_SIZE)
def fill_dynamic(case, shape):
    case.params.value = 0.5
    constant_input(case, shape)
    case.expect(0.5 + case.then_add(case.normal(*shape)))


BROADCASTS = dict(row=dict(shape=(4,), target=(3, 4)),
                  ones=dict(shape=(1, 3, 1), target=(2, 3, 4)),
                  images=dict(shape=(3, 1, 1), target=(2, 3, 4, 5)),
                  five=dict(shape=(2, 1, 2), target=(2, 3, 2, 3, 2)))


@array_cases("broadcastToStatic", **BROADCASTS)
def broadcast_to_static(case, shape, target):
    case.params.targetShape.extend(target)
    case.expect(np.broadcast_to(case.input(case.normal(*shape)), target))


@array_cases("broadcastToLike", **BROADCASTS)
def broadcast_to_like(case, shape, target):
    x = case.input(case.normal(*shape))
    case.input(case.normal(*target))
    case.expect(np.broadcast_to(x, target))


@array_cases("broadcastToDynamic", **BROADCASTS)
def broadcast_to_dynamic(case, shape, target):
    x = case.input(case.normal(*shape))
    constant_input(case, target)
    case.expect(np.broadcast_to(x, target))


@array_cases("reshapeDynamic", flat=dict(shape=(2, 3, 4), target=(24,)),
             free=dict(shape=(2, 3, 4), target=(4, -1)),
             more=dict(shape=(12,), target=(1, 2, 3, 2)))
def reshape_dynamic(case, shape, target):
    x = case.input(case.normal(*shape))
    constant_input(case, target)
    case.expect(x.reshape(target))


@array_cases("getShape", **BY_SIZE)
def get_shape(case, shape):
    case.input(case.normal(*shape))
    case.expect(shape)


RANGES = dict(whole=dict(start=0, end=7, step=1),
              parts=dict(start=-1, end=2.25, step=0.5),
              backwards=dict(start=5, end=-4, step=-2))


@array_cases("rangeStatic", **RANGES)
def range_static(case, start, end, step):
    p = case.params
    p.startValue, p.endValue, p.stepSizeValue = start, end, step
    values = np.arange(start, end, step)
    case.expect(values + case.then_add(case.normal(len(values))))


@array_cases("rangeDynamic", **RANGES)
def range_dynamic(case, start, end, step):
    for value in (end, start, step):
        constant_input(case, [value])
    values = np.arange(start, end, step)
    case.expect(values + case.then_add(case.normal(len(values))))


MATRICES = dict(main=dict(shape=(4, 5), k=0), above=dict(shape=(5, 4), k=2),
                below=dict(shape=(2, 3, 4, 4), k=-1),
                five=dict(shape=(2, 1, 2, 3, 4), k=1))


@array_cases("lowerTriangular", **MATRICES)
def lower_triangular(case, shape, k):
    case.params.k = k
    case.expect(np.tril(case.input(case.normal(*shape)), k))


@array_cases("upperTriangular", **MATRICES)
def upper_triangular(case, shape, k):
    case.params.k = k
    case.expect(np.triu(case.input(case.normal(*shape)), k))


@array_cases("matrixBandPart", band=dict(shape=(5, 6), lower=1, upper=2),
             lower=dict(shape=(2, 4, 4), lower=-1, upper=0),
             upper=dict(shape=(2, 3, 4, 5), lower=0, upper=-1),
             all=dict(shape=(3, 3), lower=-1, upper=-1))
def matrix_band_part(case, shape, lower, upper):
    x = case.input(case.normal(*shape))
    case.params.numLower, case.params.numUpper = lower, upper
    y = np.triu(x, -lower) if lower >= 0 else x
    case.expect(np.tril(y, upper) if upper >= 0 else y)
