"""Cases of layers with windows and borders."""
import numpy as np

import formulas
from case import array_cases, cases, pb

NO_PADS = ((0, 0), (0, 0))


def set_padding(case, padding, size, kernel, stride, dilation=(1, 1)):
    """Writes the padding; returns it as ((top, bottom), (left, right))."""
    if isinstance(padding, str):
        heavy = padding == "same_upper"
        case.params.same.asymmetryMode = int(heavy)
        return formulas.same_pads(size, kernel, stride, dilation, heavy)
    case.params.valid.SetInParent()
    case.borders(case.params.valid.paddingAmounts, padding)
    return padding or NO_PADS


def set_convolution(case, channels, kernel, stride, dilation, groups, padding,
                    bias, size):
    """All but weights; gives the padding."""
    p = case.params
    p.outputChannels, p.kernelChannels = channels[1], channels[0] // groups
    p.nGroups, p.hasBias = groups, bias
    p.kernelSize.extend(kernel)
    p.stride.extend(stride)
    p.dilationFactor.extend(dilation)
    return set_padding(case, padding, size, kernel, stride, dilation)


@cases(
    "convolution",
    valid=dict(),
    borders=dict(padding=((1, 2), (0, 3))),
    same=dict(padding="same"),
    same_stride=dict(padding="same", stride=(2, 2), size=(8, 7)),
    same_upper=dict(padding="same_upper", stride=(2, 3), size=(8, 9)),
    same_even_kernel=dict(padding="same", kernel=(2, 4)),
    same_upper_even_kernel=dict(padding="same_upper", kernel=(4, 2)),
    dilated=dict(dilation=(2, 3), size=(9, 11)),
    dilated_same=dict(dilation=(2, 2), padding="same", size=(9, 8)),
    grouped=dict(groups=2, channels=(6, 4)),
    grouped_wide=dict(groups=4, channels=(4, 12), padding="same"),
    depthwise=dict(groups=5, channels=(5, 5), padding="same", stride=(2, 2)),
    pointwise=dict(kernel=(1, 1), channels=(7, 18), bias=False),
    pointwise_stride=dict(kernel=(1, 1), stride=(2, 2)),
    row=dict(kernel=(1, 7), padding="same"),
    column=dict(kernel=(5, 1), padding=((2, 2), (0, 0))),
    first=dict(channels=(3, 32), kernel=(7, 7), stride=(2, 2), size=(19, 21),
               padding=((3, 3), (3, 3))),
    whole=dict(kernel=(7, 6), channels=(4, 5)),
    many=dict(channels=(33, 37), padding="same"),
    winograd=dict(channels=(64, 64), size=(24, 25), padding="same"),
    winograd_uneven=dict(channels=(37, 41), size=(27, 30),
                         padding=((0, 2), (1, 0))),
    winograd_small_tiles=dict(channels=(48, 36), size=(13, 15),
                              padding=((2, 0), (0, 1))),
    winograd_row=dict(channels=(64, 64), kernel=(1, 7), size=(17, 18),
                      padding="same"),
    winograd_column=dict(channels=(64, 48), kernel=(7, 1), size=(19, 17),
                         padding=((3, 2), (0, 0))),
    winograd_five=dict(channels=(48, 64), kernel=(5, 5), size=(35, 33),
                       padding="same"),
    skipped_pixels=dict(stride=(3, 4), kernel=(2, 2)),
)
def convolution(case, channels=(3, 5), kernel=(3, 3), stride=(1, 1),
                dilation=(1, 1), groups=1, padding=None, bias=True,
                size=(7, 6)):
    x = case.input(case.normal(channels[0], *size))
    p = case.params
    pads = set_convolution(case, channels, kernel, stride, dilation, groups,
                           padding, bias, size)
    weights = case.weights(p.weights, case.normal(
        channels[1], channels[0] // groups, *kernel))
    b = case.weights(p.bias, case.normal(channels[1])) if bias else None
    case.expect(formulas.convolution(x, weights, b, stride, dilation, groups,
                                     pads))


@cases("convolution", keras_1d=dict())
def convolution_with_shape(case):
    """coremltools' Keras converter gives every Conv1D an outputShape, which
    the format has for deconvolutions only."""
    x = case.input(case.normal(3, 1, 9))
    p = case.params
    p.outputChannels, p.kernelChannels = 4, 3
    p.kernelSize.extend([1, 3])
    p.valid.SetInParent()
    p.outputShape.append(7)
    weights = case.weights(p.weights, case.normal(4, 3, 1, 3))
    case.expect(formulas.convolution(x, weights, None))


@cases("convolution", defaults=dict())
def convolution_defaults(case):
    """Kernel, stride, dilation and groups that the file does not give."""
    x = case.input(case.normal(2, 6, 5))
    case.params.outputChannels, case.params.kernelChannels = 4, 2
    case.params.valid.SetInParent()
    weights = case.weights(case.params.weights, case.normal(4, 2, 3, 3))
    case.expect(formulas.convolution(x, weights, None))


@array_cases(
    "convolution",
    input=dict(),
    input_pointwise=dict(kernel=(1, 1)),
    input_strided=dict(stride=(2, 1), padding=((1, 0), (2, 1)), bias=True),
    input_same=dict(padding="same", kernel=(2, 4), stride=(2, 3)),
    input_same_upper=dict(padding="same_upper", stride=(2, 2)),
    input_grouped=dict(groups=2, channels=(6, 4), dilation=(2, 1)),
    input_depthwise=dict(groups=4, channels=(4, 4), padding="same"),
    input_batch=dict(lead=(3,), padding="same"),
    input_sequence=dict(lead=(2, 3), groups=3, channels=(3, 6)),
    input_constant=dict(constant=True, padding="same"))
def convolution_with_input(case, channels=(3, 5), kernel=(3, 3), stride=(1, 1),
                           dilation=(1, 1), groups=1, padding=None,
                           bias=False, size=(7, 6), lead=(1,), constant=False):
    """Weights that are the second input."""
    x = case.input(case.normal(*lead, channels[0], *size))
    p = case.params
    pads = set_convolution(case, channels, kernel, stride, dilation, groups,
                           padding, bias, size)
    weights = case.normal(channels[1], channels[0] // groups, *kernel)
    if constant:
        load = pb.NeuralNetworkLayer(name=f"{case.name}-weights",
                                     output=["w"])
        load.loadConstantND.shape.extend(weights.shape)
        case.weights(load.loadConstantND.data, weights)
        case.layers.insert(0, load)
        case.layer.input.append("w")
    else:
        case.input(weights)
    b = case.weights(p.bias, case.normal(channels[1])) if bias else None
    images = [formulas.convolution(image, weights, b, stride, dilation, groups,
                                   pads)
              for image in x.reshape(-1, channels[0], *size)]
    case.expect(np.reshape(images, (*lead, *images[0].shape)))


@cases(
    "deconvolution",
    valid=dict(),
    exact=dict(kernel=(2, 2)),
    borders=dict(padding=((1, 0), (1, 1)), stride=(2, 3)),
    same=dict(padding="same"),
    same_upper=dict(padding="same_upper"),
    same_even=dict(padding="same", kernel=(4, 4)),
    stride_one=dict(stride=(1, 1), padding="same"),
    grouped=dict(groups=2, channels=(4, 6), padding="same"),
    depthwise=dict(groups=4, channels=(4, 4), kernel=(4, 4),
                   padding=((1, 1), (1, 1))),
    dilated=dict(dilation=(2, 2)),
    shaped=dict(output=(9, 12), padding="same"),
    no_bias=dict(bias=False, channels=(9, 17)),
)
def deconvolution(case, channels=(3, 4), kernel=(3, 3), stride=(2, 2),
                  dilation=(1, 1), groups=1, padding=None, bias=True,
                  output=None, size=(4, 5)):
    x = case.input(case.normal(channels[0], *size))
    p = case.params
    p.isDeconvolution, p.hasBias, p.nGroups = True, bias, groups
    p.outputChannels, p.kernelChannels = channels[1], channels[0]
    p.kernelSize.extend(kernel)
    p.stride.extend(stride)
    p.dilationFactor.extend(dilation)
    weights = case.weights(p.weights, case.normal(
        channels[0], channels[1] // groups, *kernel))
    b = case.weights(p.bias, case.normal(channels[1])) if bias else None
    pads = set_padding(case, padding, size, kernel, stride)
    # Bias is also added where a result is extended by zeros.
    full = formulas.deconvolution(x, weights, None, stride, dilation, groups)
    if output:
        p.outputShape.extend(output)
    if output or isinstance(padding, str):
        wanted = output or [n * s for n, s in zip(size, stride)]
        full = formulas.crop_to(full, wanted, padding == "same_upper")
    else:
        (top, bottom), (left, right) = pads
        full = full[:, top:full.shape[1] - bottom, left:full.shape[2] - right]
    case.expect(full if b is None else full + b.reshape(-1, 1, 1))


POOLS = dict(
    valid=dict(),
    stride=dict(stride=(2, 2)),
    borders=dict(padding=((1, 0), (1, 1)), stride=(2, 1)),
    same=dict(padding="same", stride=(2, 2), size=(8, 7)),
    same_upper=dict(padding="same_upper", stride=(2, 2), size=(8, 7)),
    same_stride_one=dict(padding="same", kernel=(2, 2)),
    last=dict(last=(0, 0), stride=(2, 2), size=(8, 6)),
    last_padded=dict(last=(1, 1), stride=(2, 2), size=(8, 7)),
    last_dropped=dict(last=(1, 1), kernel=(2, 2), stride=(3, 3), size=(8, 7)),
    last_empty=dict(last=(0, 0), kernel=(1, 1), stride=(3, 3), size=(8, 6)),
    whole=dict(whole=True),
)
EXCLUDING = {
    f"average_excluding_{name}": dict(kind="AVERAGE", exclude=True,
                                      **POOLS[name])
    for name in ("borders", "same", "same_upper", "last_padded")}


@cases("pooling", **EXCLUDING, **{
    f"{kind.lower()}_{name}": dict(kind=kind, **choice)
    for kind in ("MAX", "AVERAGE", "L2") for name, choice in POOLS.items()})
def pooling(case, kind, kernel=(3, 3), stride=(1, 1), padding=None, last=None,
            exclude=False, whole=False, channels=5, size=(7, 6)):
    x = case.input(case.normal(channels, *size))
    p = case.params
    p.type = p.PoolingType.Value(kind)
    p.avgPoolExcludePadding, p.globalPooling = exclude, whole
    if whole:  # converters write zeros
        p.kernelSize.extend((0, 0))
        p.stride.extend((0, 0))
        p.valid.SetInParent()
        case.expect(formulas.pooling(x, kind, size, (1, 1), NO_PADS, (1, 1)))
        return
    p.kernelSize.extend(kernel)
    p.stride.extend(stride)
    if last:
        p.includeLastPixel.paddingAmounts.extend(last)
        pads = [(n, n) for n in last]
        result = formulas.last_pixel_size(size, kernel, stride, last)
    else:
        pads = set_padding(case, padding, size, kernel, stride)
        result = [(n + sum(b) - k) // s + 1 for n, b, k, s in
                  zip(size, pads, kernel, stride)]
    case.expect(formulas.pooling(x, kind, kernel, stride, pads, result,
                                 exclude))


@cases(
    "padding",
    constant_zero=dict(mode="constant"),
    constant=dict(mode="constant", value=-1.5),
    constant_one_side=dict(mode="constant", value=3, amounts=((0, 2), (0, 0))),
    reflection=dict(mode="reflection"),
    reflection_wide=dict(mode="reflection", amounts=((4, 3), (5, 4))),
    reflection_one_side=dict(mode="reflection", amounts=((0, 0), (2, 0))),
    replication=dict(mode="replication"),
    replication_wide=dict(mode="replication", amounts=((7, 0), (0, 9))),
    replication_one_side=dict(mode="replication", amounts=((1, 0), (0, 0))),
)
def padding(case, mode, amounts=((1, 2), (3, 1)), value=0):
    x = case.input(case.normal(3, 5, 6))
    getattr(case.params, mode).SetInParent()
    case.borders(case.params.paddingAmounts, amounts)
    if mode == "constant":
        case.params.constant.value = value
        case.expect(formulas.pad_spatial(x, amounts, value))
        return
    name = {"reflection": "reflect", "replication": "edge"}[mode]
    case.expect(np.pad(x, [(0, 0), *amounts], mode=name))


@array_cases("padding", matrix=dict(mode="constant", value=2.5),
             matrix_reflection=dict(mode="reflection"),
             matrix_replication=dict(mode="replication"))
def padding_flat(case, mode, value=0):
    x = case.input(case.normal(4, 5))
    getattr(case.params, mode).SetInParent()
    amounts = ((1, 2), (0, 3))
    case.borders(case.params.paddingAmounts, amounts)
    if mode == "constant":
        case.params.constant.value = value
        case.expect(np.pad(x, amounts, constant_values=value))
        return
    name = {"reflection": "reflect", "replication": "edge"}[mode]
    case.expect(np.pad(x, amounts, mode=name))


@cases(
    "upsample",
    nearest=dict(factor=(2, 2)),
    nearest_uneven=dict(factor=(3, 1)),
    nearest_one=dict(factor=(1, 1)),
    bilinear=dict(factor=(2, 2), linear="DEFAULT"),
    bilinear_uneven=dict(factor=(2, 3), linear="DEFAULT"),
    bilinear_row=dict(factor=(2, 3), linear="DEFAULT", size=(1, 3)),
    bilinear_aligned=dict(factor=(2, 3), linear="ALIGN_CORNERS_TRUE"),
    bilinear_centers=dict(factor=(3, 2), linear="ALIGN_CORNERS_FALSE"),
)
def upsample(case, factor, linear=None, size=(4, 5)):
    x = case.input(case.normal(3, *size))
    case.params.scalingFactor.extend(factor)
    if linear is None:
        case.expect(x.repeat(factor[0], 1).repeat(factor[1], 2))
        return
    case.params.mode = case.params.BILINEAR
    case.params.linearUpsampleMode = (
        case.params.LinearUpsampleMode.Value(linear))
    case.version = 1 if linear == "DEFAULT" else 5
    wanted = [n * f for n, f in zip(size, factor)]
    case.expect(formulas.bilinear(x, wanted, linear))


@cases(
    "crop",
    both=dict(amounts=((1, 2), (3, 0))),
    rows=dict(amounts=((2, 2), (0, 0))),
    nothing=dict(amounts=((0, 0), (0, 0))),
    like=dict(offset=(1, 2), like=(4, 3)),
    like_corner=dict(offset=(0, 0), like=(2, 7)),
    like_end=dict(offset=(2, 3), like=(4, 4)),
)
def crop(case, amounts=None, offset=None, like=None):
    x = case.input(case.normal(3, 6, 7))
    if like:
        case.input(case.normal(3, *like))
        case.params.offset.extend(offset)
        case.expect(x[:, offset[0]:offset[0] + like[0],
                      offset[1]:offset[1] + like[1]])
        return
    (top, bottom), (left, right) = amounts
    case.borders(case.params.cropAmounts, amounts)
    case.expect(x[:, top:6 - bottom, left:7 - right])
