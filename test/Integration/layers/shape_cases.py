"""Cases of layers that only move elements."""
import numpy as np

import formulas
from case import array_cases, cases


@cases("concat", two=dict(counts=(3, 4)), three=dict(counts=(1, 2, 5)),
       aligned=dict(counts=(4, 8)), vectors=dict(counts=(3, 6), size=()),
       twice=dict(counts=(3,), repeat=True))
def concat(case, counts, size=(4, 5), repeat=False):
    parts = [case.input(case.normal(count, *size)) for count in counts]
    if repeat:
        case.layer.input.append(case.layer.input[0])
        parts.append(parts[0])
    case.expect(np.concatenate(parts))


@cases("concat", sequence=dict(lengths=(2, 3)), sequence_three=dict(
    lengths=(1, 1, 2)))
def concat_sequences(case, lengths):
    parts = [case.input(case.normal(n, 1, 3, 2, 2)) for n in lengths]
    case.params.sequenceConcat = True
    case.expect(np.concatenate(parts))


@cases("split", two=dict(parts=2), three=dict(parts=3, channels=9),
       single=dict(parts=6), vector=dict(parts=2, channels=10, size=()))
def split(case, parts, channels=6, size=(4, 5)):
    x = case.input(case.normal(channels, *size))
    case.params.nOutputs = parts
    for part in np.split(x, parts):
        case.expect(part)


@cases(
    "slice",
    channels=dict(axis="CHANNEL_AXIS", start=1, end=4),
    channels_stride=dict(axis="CHANNEL_AXIS", start=0, end=6, stride=2),
    channels_negative=dict(axis="CHANNEL_AXIS", start=-3, end=-1),
    rows=dict(axis="HEIGHT_AXIS", start=1, end=5, stride=3),
    rows_to_end=dict(axis="HEIGHT_AXIS", start=2, end=0),
    rows_negative=dict(axis="HEIGHT_AXIS", start=0, end=-2),
    columns=dict(axis="WIDTH_AXIS", start=2, end=3),
    columns_stride=dict(axis="WIDTH_AXIS", start=1, end=8, stride=2),
    columns_default_stride=dict(axis="WIDTH_AXIS", start=1, end=-1, stride=0),
)
def slice_layer(case, axis, start, end, stride=1):
    x = case.input(case.normal(6, 7, 8))
    p = case.params
    p.axis = p.SliceAxis.Value(axis)
    p.startIndex, p.endIndex, p.stride = start, end, stride
    index = [slice(None)] * 3
    index[p.axis] = slice(start, end or None, stride or 1)
    case.expect(x[tuple(index)])


@array_cases("slice", vector=dict(axis="WIDTH_AXIS", shape=(9,)),
             matrix=dict(axis="HEIGHT_AXIS", shape=(9, 3)))
def slice_flat(case, axis, shape):
    x = case.input(case.normal(*shape))
    p = case.params
    p.axis = p.SliceAxis.Value(axis)
    p.startIndex, p.endIndex, p.stride = 2, -1, 2
    case.expect(x[2:-1:2])


@cases("reorganizeData",
       **{f"{mode}_{block}": dict(mode=mode, block=block)
          for mode in ("SPACE_TO_DEPTH", "DEPTH_TO_SPACE", "PIXEL_SHUFFLE")
          for block in (2, 3, 4)})
def reorganize(case, mode, block):
    p = case.params
    p.mode, p.blockSize = p.ReorganizationType.Value(mode), block
    case.version = 5 if mode == "PIXEL_SHUFFLE" else 1
    if mode == "SPACE_TO_DEPTH":
        x = case.input(case.normal(3, 2 * block, 3 * block))
        case.expect(formulas.space_to_depth(x, block))
        return
    x = case.input(case.normal(3 * block * block, 2, 3))
    case.expect(formulas.depth_to_space(x, block, mode == "PIXEL_SHUFFLE"))


@cases("permute", identity=dict(axis=(0, 1, 2, 3)),
       channel_last=dict(axis=(0, 2, 3, 1)), flipped=dict(axis=(0, 3, 2, 1)),
       transposed=dict(axis=(0, 1, 3, 2)), cycle=dict(axis=(0, 3, 1, 2)),
       width_to_sequence=dict(axis=(3, 1, 2, 0)),
       channel_to_sequence=dict(axis=(1, 0, 2, 3)),
       sequence=dict(axis=(1, 2, 0, 3), length=2))
def permute(case, axis, length=1):
    x = case.input(case.normal(length, 1, 3, 4, 5)
                   if length > 1 else case.normal(3, 4, 5))
    case.params.axis.extend(axis)
    y = x.reshape(length, 3, 4, 5).transpose(axis)
    case.expect(y[0] if len(y) == 1 else y[:, None])


@cases("reshape", first=dict(target=(4, 5, 3)), flat=dict(target=(60, 1, 1)),
       last=dict(target=(5, 2, 6), mode="CHANNEL_LAST"),
       last_flat=dict(target=(60, 1, 1), mode="CHANNEL_LAST"),
       last_wide=dict(target=(1, 6, 10), mode="CHANNEL_LAST"),
       sequence=dict(target=(5, 3, 2, 2)), free=dict(target=(4, -1, 3)),
       free_steps=dict(target=(-1, 3, 2, 2)),
       free_channels=dict(target=(5, -1, 2, 3)))
def reshape(case, target, mode="CHANNEL_FIRST"):
    x = case.input(case.normal(3, 4, 5))
    case.params.targetShape.extend(target)
    case.params.mode = case.params.ReshapeOrder.Value(mode)
    if mode == "CHANNEL_LAST":
        c, h, w = target
        case.expect(x.transpose(1, 2, 0).reshape(h, w, c).transpose(2, 0, 1))
    elif len(target) == 4:
        case.expect(x.reshape(target[0], 1, *target[1:]))
    else:
        case.expect(x.reshape(target))


@array_cases("reshape", batch=dict(), batch_last=dict(mode="CHANNEL_LAST"))
def reshape_batch(case, mode="CHANNEL_FIRST"):
    x = case.input(case.normal(2, 3, 4, 1, 5))
    case.params.targetShape.extend((4, 2, 5, 1))
    case.params.mode = case.params.ReshapeOrder.Value(mode)
    # Each image of the batch on its own.
    y = x.transpose(1, 0, 2, 3, 4)
    if mode == "CHANNEL_LAST":
        y = y.transpose(0, 1, 3, 4, 2).reshape(3, 4, 5, 1, 2)
        y = y.transpose(0, 1, 4, 2, 3)
    case.expect(y.reshape(3, 4, 2, 5, 1).transpose(1, 0, 2, 3, 4))


@cases("flatten", first=dict(), last=dict(mode="CHANNEL_LAST"),
       last_row=dict(mode="CHANNEL_LAST", shape=(5, 1, 7)),
       vector=dict(shape=(11,)))
def flatten(case, shape=(3, 4, 5), mode="CHANNEL_FIRST"):
    x = case.input(case.normal(*shape))
    case.params.mode = case.params.FlattenOrder.Value(mode)
    if mode == "CHANNEL_LAST":
        x = x.transpose(1, 2, 0)
    case.expect(x.flatten() if len(shape) == 1 else x.reshape(-1, 1, 1))
