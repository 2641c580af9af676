"""Runs DIR/b.mlcbundle, an identity of 3x4 floats, on arrays of every type, byte order,
element order and version, and on files that are none."""
import io
import pathlib
import subprocess
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1])


def run(name, data):
    path = folder / (name + ".npy")
    path.write_bytes(data)
    return subprocess.run(["mlc", "run", folder / "b.mlcbundle", "-i", f"x={path}", "-o", folder],
                          capture_output=True, text=True, check=False)


def file(array, version):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return out.getvalue()


rng = np.random.default_rng(1)
count = differ = 0
for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"):
    for byte_order in "<>":
        for order in "CF":
            values = rng.integers(-100, 100, (3, 4)) * (0.5 if kind[0] == "f" else 1)
            if kind[0] == "u":
                values = abs(values) * (60 if kind != "u1" else 1)
            if kind[0] == "b":
                values = values > 0
            array = np.asarray(values.astype(byte_order + kind), order=order)
            result = run("array", file(array, (1 + count % 3, 0)))
            count += 1
            if result.returncode or (np.load(folder / "y.npy") != array.astype(np.float32)).any():
                differ += 1
                print(kind, byte_order, order, result.stderr)
print(f"{count} arrays, {differ} differ")


def made(shape, kind="'<f4'", order="False", data=b"\0" * 48, version=b"\2\0", pad=0):
    header = f"{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}" + " " * pad
    return b"\x93NUMPY" + version + len(header).to_bytes(4, "little") + header.encode() + data


hostile = {
    "empty": made("(0,)"),
    "empty-2": made("(3, 4, 0)"),
    "rank": made("(3,4,%s)" % ("1," * 30000), order="True"),
    "ones": made("(%s3,4)" % ("1," * 40), order="True"),
    "overflow": made("(4294967296, 4294967296)"),
    "negative": made("(-3, 4)"),
    "words": made("(3, many)"),
    "open": made("(3, 4"),
    "cut": made("(3, 4)", data=b"\0" * 47),
    "header": made("(3, 4)", pad=70000),
    "version": made("(3, 4)", version=b"\0\0"),
    "objects": made("(3, 4)", kind="'|O'"),
    "complex": made("(3, 4)", kind="'<c8'"),
    "records": made("(3, 4)", kind="[('a', '<f4')]"),
    "text": made("(3, 4)", kind="'<U1'"),
    "order": made("(3, 4)", order="Maybe"),
}
for name, data in hostile.items():
    result = run(name, data)
    print(f"{name}: {result.returncode} {result.stderr.strip()}")
