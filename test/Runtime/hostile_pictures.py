"""Runs DIR/3.mlcbundle on pictures that nobody would make and prints, for each, the
status and all lines; fails where a run takes much memory."""
import io
import pathlib
import resource
import struct
import subprocess
import sys
import zlib

import numpy as np
from PIL import Image

folder = pathlib.Path(sys.argv[1])
MOST_KILOBYTES = 512 * 1024


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


def png(width, height, data, colour=2, interlace=0):
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, interlace))
            + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def zeros(count):
    packer, data = zlib.compressobj(9), b""
    for _ in range(count >> 20):
        data += packer.compress(bytes(1 << 20))
    return data + packer.compress(bytes(count & 0xfffff)) + packer.flush()


def jpeg(**options):
    y, x = np.mgrid[0:48, 0:64]
    picture = np.stack([x * 4, y * 5, (x * y) % 256], -1).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", **options)
    return file.getvalue()


def resized(data, size):
    """The file with other words about its height and width."""
    at = data.index(b"\xff\xc2") if b"\xff\xc2" in data else data.index(b"\xff\xc0")
    return data[:at + 5] + struct.pack(">HH", *size) + data[at + 9:]


baseline, progressive = jpeg(quality=90), jpeg(quality=90, progressive=True)
last_scan = progressive[progressive.rindex(b"\xff\xda"):-2]
# A Huffman table with 257 codes.
table = b"\xff\xc4" + struct.pack(">H", 3 + 16 + 257) + b"\x00" + bytes([0] * 7 + [255, 2] + [0] * 7) + bytes(257)
files = {
    "damaged-crc.png": png(4, 4, zeros(13 * 4))[:-14] + b"xx" + b"\0" * 12,
    "early.png": png(64, 64, np.random.default_rng(1).bytes(9000))[:500],
    "few.png": png(64, 64, zeros(1000)),
    "no-palette.png": png(4, 4, zeros(20), colour=3),
    "no-size.png": png(0, 5, zeros(20)),
    "huge.png": png(2**31 - 1, 2**31 - 1, zeros(20)),
    "bomb.png": png(11000, 11000, zeros(33001 * 11000)),
    "interlaced-bomb.png": png(11000, 11000, zeros(33001 * 11000), interlace=1),
    "short.png": png(11000, 11000, zeros(1000)),
    "short.jpg": resized(baseline, (11000, 11000)),
    "magic.png": b"\x89PNG\r\n\x1a\n",
    "magic.jpg": b"\xff\xd8",
    "early.jpg": baseline[:len(baseline) * 2 // 3],
    "progressive-bomb.jpg": resized(progressive, (11000, 11000)) + bytes(300000),
    "scans.jpg": progressive[:-2] + last_scan * 100 + b"\xff\xd9",
    "codes.jpg": baseline[:2] + table + baseline[2:],
    "marker.jpg": resized(baseline, (96, 64)),
    "empty": b"",
}
# A stream of pixels that is cut off, not one that zlib refuses.
whole = zlib.compress(np.random.default_rng(1).integers(0, 256, (64, 193), np.uint8).tobytes())
files["early.png"] = png(64, 64, whole)[:500]
for name, data in files.items():
    (folder / name).write_bytes(data)
    result = subprocess.run(["mlc", "run", folder / "3.mlcbundle", "-i", f"x={folder / name}"],
                            capture_output=True, text=True, check=False)
    print(f"{name}: {result.returncode} {result.stderr.strip()}".replace("\n", "; "))
if resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MOST_KILOBYTES:
    print("memory is bounded")
