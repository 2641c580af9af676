#!/usr/bin/env python3
"""Writes well-known networks with random weights as .mlmodel files.

Their graphs, shapes and preprocessing are those of the originals, so compile
times, memory plans and numbers can be tried without downloading anything.
"""
import argparse
import pathlib
import sys

import numpy as np

import classifiers
import images
import inception
from schema import read_model

NETWORKS = {function.__name__: function for function in (
    inception.inception_v3_2017, inception.inception_v3, images.tiny_yolo_v2,
    classifiers.mobilenet_v1, classifiers.mobilenet_v2,
    classifiers.squeezenet_1_1, classifiers.resnet_50, inception.googlenet,
    classifiers.vgg_16, classifiers.densenet_121, images.unet,
    images.style_transfer)}


def write_network(name, path, seed, half):
    net = NETWORKS[name](seed, half)
    lines = NETWORKS[name].__doc__ or ""
    net.describe(f"{name} with random weights (seed {seed}). "
                 + " ".join(lines.split()))
    net.save(path)


def sample_input(model, seed):
    """Something like a photograph: a few soft shapes, and a little noise."""
    random = np.random.default_rng(seed)
    kind = model.description.input[0].type
    if kind.WhichOneof("Type") != "imageType":
        shape = list(kind.multiArrayType.shape)
        return random.standard_normal(shape).astype(np.float32)
    height, width = kind.imageType.height, kind.imageType.width
    y, x = np.mgrid[0:1:height * 1j, 0:1:width * 1j]
    image = np.zeros((height, width, 3))
    for _ in range(24):
        center, size = random.random(2), random.uniform(0.02, 0.3)
        distance = (y - center[0]) ** 2 + (x - center[1]) ** 2
        image += (np.exp(-distance / size ** 2)[..., None]
                  * random.uniform(-1, 1, 3))
    image = 128 + 90 * image + 12 * random.standard_normal(image.shape)
    image = np.clip(np.round(image), 0, 255).astype(np.uint8)
    return image if kind.imageType.colorSpace != 10 else image[..., 0]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0],
        epilog="Networks: " + ", ".join(NETWORKS))
    parser.add_argument("name", nargs="?", choices=NETWORKS, metavar="NAME")
    parser.add_argument("-o", "--output", metavar="FILE.mlmodel")
    parser.add_argument("--all", metavar="DIR", help="write every network")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--half", action="store_true",
                        help="write weights as float16")
    parser.add_argument("--input", metavar="FILE.npy",
                        help="write an input for the network, too; with "
                        "--all, any value gives each network a NAME.npy")
    options = parser.parse_args()
    if bool(options.all) == bool(options.name):
        parser.error("give either a NAME or --all DIR")
    names = [options.name] if options.name else list(NETWORKS)
    for name in names:
        path = pathlib.Path(options.output or f"{name}.mlmodel")
        if options.all:
            path = pathlib.Path(options.all) / f"{name}.mlmodel"
            path.parent.mkdir(parents=True, exist_ok=True)
        write_network(name, path, options.seed, options.half)
        if options.input:
            target = path.with_suffix(".npy") if options.all else options.input
            np.save(target, sample_input(read_model(path), options.seed))
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
