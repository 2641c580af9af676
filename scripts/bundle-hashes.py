#!/usr/bin/env python3
"""Prints a hash of the kernels, manifest and weights of many networks, so that a
change that should leave them alone can show that it does.

    bundle-hashes.py MLC [FOLDER...] > before.txt    # then change something
    bundle-hashes.py MLC [FOLDER...] | diff before.txt -

The networks are those of examples/networks, each .mlmodel of each FOLDER
(shared/corpus) and each case of test/Integration/layers. Each is compiled in
float, in half, and in half for apple7; one that is refused has its error instead.
"""
import argparse
import hashlib
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "examples/networks"),
                str(ROOT / "test/Integration/layers")]

import generate  # noqa: E402
import layer_cases  # noqa: E402, F401
from case import CUSTOM, REGISTRY, Case, build_model  # noqa: E402

FILES = ("kernels.metal", "manifest.json", "weights.bin")
VARIANTS = {"f32": ["--precision=f32"], "f16": ["--precision=f16"],
            "apple7": ["--precision=f16", "--gpu-family=apple7"]}


def describe(mlc, model, folder, options):
    bundle = folder / "out.mlcbundle"
    done = subprocess.run(
        [mlc, "compile", model, "-o", bundle, "-q", CUSTOM, *options],
        text=True, capture_output=True)
    if done.returncode:
        return done.stderr.strip().replace(str(model), model.name)
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((bundle / name).read_bytes())
    return digest.hexdigest()[:16]


def models(options, folder):
    """Names and files; a file is gone when the next one comes."""
    file = folder / "model.mlmodel"
    for name in generate.NETWORKS:
        generate.write_network(name, file, seed=1, half=False)
        yield name, file
    for path in options.folders:
        for model in sorted(path.glob("*.mlmodel")):
            yield model.name, model
    for name in REGISTRY:
        model = build_model([Case(name)], False)
        file.write_bytes(model.SerializeToString())
        yield name, file


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mlc", type=pathlib.Path)
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, model in models(options, folder):
            for variant, flags in VARIANTS.items():
                print(name, variant, describe(options.mlc, model, folder, flags),
                      flush=True)


if __name__ == "__main__":
    main()
