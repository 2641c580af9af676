"""Cases of the ways in which weights are stored in fewer bits."""
import numpy as np

import formulas
from case import array_cases, cases


def pack(values, bits):
    """Numbers of `bits` bits as bytes, the most significant bit first."""
    each = np.unpackbits(values.astype(np.uint8).reshape(-1, 1), axis=1)
    return np.packbits(each[:, 8 - bits:].ravel()).tobytes()


@cases("innerProduct", **{f"linear_{bits}": dict(bits=bits)
                          for bits in range(1, 9)},
       **{f"channels_{bits}": dict(bits=bits, channels=True)
          for bits in (1, 3, 8)},
       **{f"long_{bits}": dict(bits=bits, inputs=300, outputs=20)
          for bits in (1, 4, 8)},
       **{f"long_channels_{bits}": dict(bits=bits, inputs=70, outputs=37,
                                        channels=True)
          for bits in (2, 5, 8)},
       **{f"table_{bits}": dict(bits=bits, table=True) for bits in range(1, 9)},
       **{f"long_table_{bits}": dict(bits=bits, table=True, inputs=150,
                                     outputs=32)
          for bits in range(1, 9)})
def quantized(case, bits, channels=False, table=False, inputs=11, outputs=7):
    p = case.params
    p.inputChannels, p.outputChannels = inputs, outputs
    x = case.input(case.normal(inputs, 1, 1))
    q = case.random.integers(0, 1 << bits, (outputs, inputs))
    p.weights.rawValue = pack(q, bits)
    quantization = p.weights.quantization
    quantization.numberOfBits = bits
    if table:
        values = case.uniform(-1, 1, 1 << bits)
        quantization.lookupTableQuantization.floatValue.extend(values)
        weights = values[q]
    else:
        scale = case.uniform(0.1, 0.5, outputs if channels else 1)
        bias = case.uniform(-1, 1, outputs if channels else 1)
        quantization.linearQuantization.scale.extend(scale)
        quantization.linearQuantization.bias.extend(bias)
        weights = q * scale.reshape(-1, 1) + bias.reshape(-1, 1)
    case.expect((weights @ x.ravel()).reshape(outputs, 1, 1))


# Many pixels read each weight: such are decoded when the bundle is loaded.
@cases("convolution", **{f"quantized_{bits}": dict(bits=bits)
                         for bits in range(1, 9)},
       **{f"scaled_table_{bits}": dict(bits=bits, table=True)
          for bits in range(1, 6)})
def quantized_convolution(case, bits, table=False):
    p = case.params
    p.outputChannels, p.kernelChannels = 20, 96
    p.kernelSize.extend([1, 1])
    p.valid.SetInParent()
    x = case.input(case.normal(96, 3, 5))
    q = case.random.integers(0, 1 << bits, (20, 96))
    # The exact numbers that a table gives and a scale that is folded into it.
    values = case.uniform(-1, 1, 1 << bits) if table else None
    scale = case.uniform(0.1, 0.5, 20)
    bias = case.uniform(-1, 1, 20)
    if table:
        weights = values[q] * scale.reshape(-1, 1)
        p.weights.floatValue.extend(weights.ravel())
    else:
        p.weights.rawValue = pack(q, bits)
        p.weights.quantization.numberOfBits = bits
        linear = p.weights.quantization.linearQuantization
        linear.scale.extend(scale)
        linear.bias.extend(bias)
        weights = q * scale.reshape(-1, 1) + bias.reshape(-1, 1)
    case.expect(np.einsum("oc,chw->ohw", weights, x))


# In float by Winograd's algorithm: codes are decoded, then transformed.
@cases("convolution", winograd_codes=dict(bits=4))
def quantized_winograd(case, bits):
    p = case.params
    p.outputChannels, p.kernelChannels = 48, 64
    p.kernelSize.extend([3, 3])
    p.valid.SetInParent()
    x = case.input(case.normal(64, 26, 27))
    q = case.random.integers(0, 1 << bits, (48, 64, 3, 3))
    p.weights.rawValue = pack(q, bits)
    p.weights.quantization.numberOfBits = bits
    linear = p.weights.quantization.linearQuantization
    linear.scale.append(0.1)
    linear.bias.append(-0.7)
    case.expect(formulas.convolution(x, q * 0.1 - 0.7, None))


# A scale for each output channel; of groups, as the format's text says, or for
# the channels of one group, as converters do.
@cases("deconvolution", quantized=dict(), quantized_groups=dict(groups=2),
       quantized_group=dict(groups=2, scales=3))
def quantized_deconvolution(case, groups=1, scales=6):
    p = case.params
    p.isDeconvolution, p.outputChannels, p.kernelChannels = True, 6, 4
    p.nGroups = groups
    p.kernelSize.extend([2, 3])
    p.valid.SetInParent()
    x = case.input(case.normal(4, 3, 5))
    q = case.random.integers(0, 256, (4, 6 // groups, 2, 3))
    p.weights.rawValue = pack(q, 8)
    p.weights.quantization.numberOfBits = 8
    linear = p.weights.quantization.linearQuantization
    scale = case.uniform(0.01, 0.05, scales)
    bias = case.uniform(-1, 1, scales)
    linear.scale.extend(scale)
    linear.bias.extend(bias)
    # [in, out / groups]: the inputs of a group have its outputs' factors.
    of_group = np.arange(4) // (4 // groups) if scales == 6 else np.zeros(4, int)
    channel = of_group[:, None] * (6 // groups) + np.arange(6 // groups)
    weights = q * scale[channel][..., None, None] + bias[channel][..., None,
                                                                  None]
    case.expect(formulas.deconvolution(x, weights, None, (1, 1), (1, 1),
                                       groups))


# Columns that are no whole number of runs, too.
@array_cases("embeddingND", **{
    f"quantized_{bits}_{size}": dict(bits=bits, size=size)
    for bits, size in ((1, 16), (1, 12), (2, 8), (2, 27), (3, 20), (4, 48),
                       (4, 5), (6, 32))})
def quantized_embedding(case, bits, size, entries=50):
    p = case.params
    p.vocabSize, p.embeddingSize = entries, size
    indices = case.random.integers(0, entries, (9, 1))
    case.input(indices.astype(float))
    q = case.random.integers(0, 1 << bits, (size, entries))
    p.weights.rawValue = pack(q, bits)
    p.weights.quantization.numberOfBits = bits
    linear = p.weights.quantization.linearQuantization
    scale = case.uniform(0.1, 0.5, size)
    linear.scale.extend(scale)
    case.expect((q * scale.reshape(-1, 1)).T[indices[:, 0]])
