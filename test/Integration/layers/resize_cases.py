"""Cases of layers that resample to a given size."""
import numpy as np

from case import cases, pb

MODES = ["STRICT_ALIGN_ENDPOINTS_MODE", "ALIGN_ENDPOINTS_MODE", "UPSAMPLE_MODE",
         "ROI_ALIGN_MODE"]


def grid(mode, start, end, count):
    """Where the samples of [start, end] lie, ends included."""
    n = end - start + 1
    if mode == "ALIGN_ENDPOINTS_MODE" and count == 1:
        return np.array([(start + end) / 2])
    if mode in ("STRICT_ALIGN_ENDPOINTS_MODE", "ALIGN_ENDPOINTS_MODE"):
        return np.linspace(start, end, count)
    if mode == "UPSAMPLE_MODE":
        return np.linspace(start, start + n - n / count, count)
    spacing = max(1, n - 1) / count
    return start + (np.arange(count) + 0.5) * spacing


def along(x, places, axis):
    """Linear interpolation along one axis."""
    size = x.shape[axis]
    places = np.clip(places, 0, size - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, size - 1)
    shape = [1] * x.ndim
    shape[axis] = -1
    weight = (places - low).reshape(shape)
    return (np.take(x, low, axis) * (1 - weight)
            + np.take(x, high, axis) * weight)


def resample(x, rows, columns):
    return along(along(x, rows, x.ndim - 2), columns, x.ndim - 1)


def method(name):
    return pb.SamplingMode.Method.Value(name)


@cases("resizeBilinear", **{
    f"{mode.split('_')[0].lower()}_{name}": dict(mode=mode, size=size)
    for mode in MODES
    for name, size in dict(larger=(9, 13), smaller=(2, 3), point=(1, 1),
                           mixed=(4, 20)).items()},
    default=dict(mode=None, size=None),
    thin=dict(mode="ROI_ALIGN_MODE", size=(3, 2), shape=(2, 1, 1)),
    batch=dict(mode="UPSAMPLE_MODE", size=(7, 7), shape=(2, 1, 3, 4, 6)))
def resize_bilinear(case, mode, size, shape=(5, 6, 7)):
    x = case.input(case.normal(*shape))
    if size:
        case.params.targetSize.extend(size)
    if mode:
        case.params.mode.samplingMethod = method(mode)
    mode, size = mode or MODES[0], size or (1, 1)
    rows, columns = (grid(mode, 0, n - 1, m) for n, m in zip(shape[-2:], size))
    case.expect(resample(x, rows, columns))


def corners(box, mode):
    """[top, left, bottom, right] as the numbers that a mode wants."""
    top, left, bottom, right = box
    if mode.startswith("CENTER"):
        box = [(top + bottom) / 2, (left + right) / 2, bottom - top,
               right - left]
    if mode.endswith("WIDTH_FIRST"):
        box = [box[1], box[0], box[3], box[2]]
    return box


BOXES = ["CORNERS_HEIGHT_FIRST", "CORNERS_WIDTH_FIRST",
         "CENTER_SIZE_HEIGHT_FIRST", "CENTER_SIZE_WIDTH_FIRST"]


@cases("cropResize", **{
    f"{mode.split('_')[0].lower()}_{i}": dict(mode=mode, boxes=BOXES[i])
    for mode in MODES for i in range(4)},
    named=dict(images=3, named=True, boxes="CENTER_SIZE_HEIGHT_FIRST"),
    batch=dict(images=2, boxes="CORNERS_WIDTH_FIRST", channels=3),
    normalized=dict(normalized=True, boxes="CORNERS_HEIGHT_FIRST"),
    scaled=dict(scale=0.5, mode="ROI_ALIGN_MODE"),
    point=dict(size=(1, 1), mode="ALIGN_ENDPOINTS_MODE"),
    beyond=dict(beyond=True),
    flipped=dict(flip=True))
def crop_resize(case, mode=MODES[0], boxes=BOXES[0], images=1, named=False,
                normalized=False, scale=0, size=(3, 4), channels=5, beyond=False,
                flip=False):
    h, w, count = 8, 11, 4
    x = case.input(case.normal(1, images, channels, h, w))
    p = case.params
    p.targetSize.extend(size)
    p.mode.samplingMethod = method(mode)
    p.boxIndicesMode.boxMode = pb.BoxCoordinatesMode.Coordinates.Value(boxes)
    p.normalizedCoordinates, p.spatialScale = normalized, scale
    unit = np.array([h - 1, w - 1] * 2)
    corner = case.uniform(0, 0.5, count, 4)
    corner[:, 2:] += 0.25 + (1 if beyond else 0)
    corner = corner * unit
    if flip:
        corner = corner[:, [2, 3, 0, 1]]
    stored = corner / (scale or 1) / (unit if normalized else 1)
    given, result = [], []
    for n in range(count):
        numbers = np.asarray(corners(stored[n], boxes), np.float32)
        which = [n % images] if named else range(images)
        given.append(([n % images] if named else []) + list(numbers))
        top, left, bottom, right = corner[n]
        result.append([resample(x[0, image], grid(mode, top, bottom, size[0]),
                                grid(mode, left, right, size[1]))
                       for image in which])
    given = np.array(given)
    case.input(given.reshape(count, 1, given.shape[1], 1, 1))
    case.expect(np.array(result))
