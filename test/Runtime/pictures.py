"""Writes pictures of all kinds, runs the identity networks DIR/1.mlcbundle (gray)
and DIR/3.mlcbundle on them and prints how far the results are from PIL's."""
import pathlib
import struct
import subprocess
import sys
import zlib

import numpy as np
from PIL import Image, ImageOps

folder = pathlib.Path(sys.argv[1])
HEIGHT, WIDTH = 9, 12


def run(path, channels):
    result = subprocess.run(
        ["mlc", "run", folder / f"{channels}.mlcbundle", "-i", f"x={path}",
         "-o", folder / "out"], capture_output=True, text=True, check=False)
    if result.returncode:
        return None, result.stderr.strip()
    got = np.load(folder / "out" / "y.npy").astype(int)
    # The PNG and the array say the same.
    assert (np.array(Image.open(folder / "out" / "y.png")).ravel() == got.ravel()).all()
    return got.reshape(HEIGHT, WIDTH, channels), result.stderr.strip().replace("\n", "; ")


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


def interlaced(pixels):
    """The seven passes of Adam7, each a picture of its own, unfiltered."""
    data = b""
    for y, x, dy, dx in ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4),
                         (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)):
        part = pixels[y::dy, x::dx]
        if part.size:
            data += b"".join(b"\0" + row.tobytes() for row in part)
    height, width, _ = pixels.shape
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1))
            + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def triangle(inputs, outputs):
    """The matrix of a triangle filter whose border pixels go on for ever."""
    matrix = np.zeros((outputs, inputs))
    radius = max(1, inputs / outputs)
    for o in range(outputs):
        centre = (o + 0.5) * inputs / outputs - 0.5
        for i in range(int(np.ceil(centre - radius)), int(np.floor(centre + radius)) + 1):
            matrix[o, min(max(i, 0), inputs - 1)] += max(0, 1 - abs(i - centre) / radius)
        matrix[o] /= matrix[o].sum()
    return matrix


def picture(height, width):
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([127 + 120 * np.sin(x + y / 3), (x * 37 + y * 11) % 256,
                     20 * y % 256 + 0 * x], -1).clip(0, 255).astype(np.uint8)


def exif(orientation):
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


plain = picture(HEIGHT, WIDTH)
image = Image.fromarray(plain)
sixteen = (plain[..., 1].astype(np.uint16) * 257 - np.minimum(plain[..., 1], 100)).astype("<u2")
with_alpha = image.convert("RGBA")
with_alpha.putalpha(image.convert("L"))
files = {
    "plain.png": (image, {}), "gray.png": (image.convert("L"), {}),
    "palette.png": (image.convert("P"), {}), "bits.png": (image.convert("1"), {}),
    "sixteen.png": (Image.fromarray(sixteen), {}), "alpha.png": (with_alpha, {}),
    "gray-alpha.png": (image.convert("LA"), {}),
    "transparent.png": (image.convert("P"), {"transparency": 3}),
    "plain.jpg": (image, {"quality": 95}), "gray.jpg": (image.convert("L"), {}),
    "ink.jpg": (image.convert("CMYK"), {}),
    "progressive.jpg": (image, {"progressive": True, "quality": 95}),
    "turned6.png": (Image.fromarray(plain.transpose(1, 0, 2)), {"exif": exif(6)}),
}
for turn in range(2, 9):
    stored = plain.transpose(1, 0, 2) if turn >= 5 else plain
    files[f"turned{turn}.jpg"] = (Image.fromarray(stored), {"exif": exif(turn), "quality": 95})
for name, (content, options) in files.items():
    content.save(folder / name, **options)
(folder / "interlaced.png").write_bytes(interlaced(plain))

for name in [*files, "interlaced.png"]:
    # The luminance of a JPEG is what it stores, rounded before PIL sees colours.
    for channels in (3,) if name.endswith("jpg") else (1, 3):
        reference = ImageOps.exif_transpose(Image.open(folder / name))
        if name == "sixteen.png":
            want = np.rint(sixteen / 257)[..., None].repeat(channels, 2)
        else:
            want = np.array(reference.convert("RGB").convert("L" if channels == 1 else "RGB"))
        got, notes = run(folder / name, channels)
        error = None if got is None else np.abs(got - want.reshape(got.shape)).max()
        print(f"{name} {channels}: {error:g} {notes}" if error is not None else notes)

for name, height, width, orientation in (("smaller", 31, 47, 1), ("larger", 3, 5, 1),
                                         ("turned and smaller", 40, 20, 8)):
    large = picture(height, width)
    Image.fromarray(large).save(folder / "other.png", exif=exif(orientation))
    looked_at = np.array(ImageOps.exif_transpose(Image.open(folder / "other.png")))
    rows, columns = (triangle(n, m) for n, m in zip(looked_at.shape, (HEIGHT, WIDTH)))
    want = np.einsum("ay,yxc,bx->abc", rows, looked_at.astype(float), columns)
    got, notes = run(folder / "other.png", 3)
    # Where the formula is half way between two bytes either is right.
    print(name, f"{max(0, np.abs(got - want).max() - 0.501):g}", notes)
