#!/usr/bin/env python3
"""Writes random networks: a layer graph that is valid, small and different for
each seed.

    random_networks.py FOLDER [--seed=S] [--count=N]

Names are SEED.mlmodel. All layer types of the format occur.
"""
import argparse
import pathlib
import sys

sys.dont_write_bytecode = True

import network  # noqa: E402
import image_layers  # noqa: E402, F401 (and weighted_layers)
import array_layers  # noqa: E402, F401
import index_layers  # noqa: E402, F401
import sequence_layers  # noqa: E402, F401
import grafts  # noqa: E402, F401
from network import KINDS, Net, Skip, pb  # noqa: E402

IMAGE_MODULES = ("weighted_layers", "image_layers", "sequence_layers")  # of version 1


def begin(net):
    """One to three inputs."""
    if net.exact and net.chance(0.5):
        net.network.imageInputShapeMapping = pb.RANK4_IMAGE_MAPPING
    for _ in range(net.choose((1, 1, 1, 2, 2, 3))):
        if net.chance(0.25):
            net.image(net.number(1, 9), net.number(1, 9))
            continue
        rank = net.choose((1, 2, 3, 3, 4, 4, 4, 5)) if net.exact else \
            net.choose((1, 3, 3, 3, 3, 5, 5))
        size = net.choose((1, 2, 3, 5, 8, 12))
        shape = [net.choose((size, size, 1, net.number(1, 9)))
                 for _ in range(rank)]
        for i in range(max(rank - 3, 0)):
            shape[i] = net.number(1, 3)
        if rank >= 3 or not net.exact:
            shape[max(rank - 3, 0)] = net.channels()
        net.input(shape)


def choose_kinds(net):
    """All kinds, those of early versions, or mostly cases of single layers."""
    way = net.choose(("early", "early", "all", "grafts"))
    if way == "early":
        return [each for each in KINDS
                if each.function.__module__ in IMAGE_MODULES]
    return [each._replace(weight=each.weight * 10)
            if way == "grafts" and each.name == "graft" else each
            for each in KINDS]


def generate(seed):
    """The model of a seed."""
    attempt = seed
    while True:
        net = Net(attempt)
        try:
            begin(net)
            steps = net.choose((2, 4, 6, 10, 16))
            net.grow(steps, choose_kinds(net))
            return net.finish()
        except Skip:
            # Another network of the same seed, for what it began with is of
            # no use.
            attempt += 1 << 32


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for seed in range(options.seed, options.seed + options.count):
        (options.folder / f"{seed}.mlmodel").write_bytes(
            generate(seed).SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
