# Writes a model that is a pipeline of a pipeline of ..., N deep.
import sys


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


model = b""
for _ in range(int(sys.argv[1])):
    model = b"\x0a" + varint(len(model)) + model  # Pipeline.models
    model = varint(202 << 3 | 2) + varint(len(model)) + model  # Model.pipeline
sys.stdout.buffer.write(model)
