# Cuts a small model off at each byte and runs the given tool on what is left.
import subprocess
import sys

tool, scratch = sys.argv[1:]


def field(number, payload):
    return bytes([number << 3 & 127 | 2 | 128, number >> 4,
                  len(payload)]) + payload


def text(number, string):
    return bytes([number << 3 | 2, len(string)]) + string.encode()


def feature(name):  # a multi-array of shape [8]
    kind = b"\x2a\x03\x0a\x01\x08"
    return text(1, name) + bytes([26, len(kind)]) + kind


inputs, outputs = feature("x"), feature("y")
description = (bytes([10, len(inputs)]) + inputs +
               bytes([82, len(outputs)]) + outputs)
layer = text(1, "soft") + text(2, "x") + text(3, "y") + b"\xfa\x0a\x00"
network = bytes([10, len(layer)]) + layer
model = (b"\x08\x01\x12" + bytes([len(description)]) + description +
         field(500, network))

bad = 0
for length in range(len(model)):
    with open(scratch, "wb") as out:
        out.write(model[:length])
    run = subprocess.run([tool, "--import-mlmodel", scratch],
                         capture_output=True, text=True)
    line = run.stderr.strip()
    if length in (0, 20):
        print(f"cut off at {length}: {line}")
    if run.returncode != 1 or not line or "\n" in line:
        print(f"at {length}: status {run.returncode}: {run.stderr}")
        bad += 1
print("some cuts fail" if bad else "every cut gives one line and status 1")
