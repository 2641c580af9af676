#!/usr/bin/env python3
"""Compares mlc's results on generated networks with PyTorch's.

    compare.py MLC [NAME...] [--modes f32,f16,reference]

Prints a table with the largest error of each output as a part of its range;
the status is 1 if one is too large or a run fails. Writes into a temporary
folder; VGG-16 needs 4 GB of memory.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch

import generate
import torch_reference
from schema import network_of, read_model

# The options of mlc run, and the largest error that passes.
MODES = {"f32": ("--precision=f32", 1e-4), "f16": ("--precision=f16", 1e-2),
         "reference": ("--reference", 1e-4)}


def read_output(feature, labels, folder):
    """What mlc wrote, in the order in which the network computes it."""
    if feature.type.WhichOneof("Type") == "dictionaryType":
        values = json.loads((folder / f"{feature.name}.json").read_text())
        return np.array([values[label] for label in labels])
    values = np.load(folder / f"{feature.name}.npy")
    if feature.type.WhichOneof("Type") == "imageType" and (
            values.ndim == 3 and values.shape[-1] == 3):
        values = values.transpose(2, 0, 1)
    return values


def run_mlc(mlc, option, folder, feature):
    command = [mlc, "run", folder / "model.mlmodel", option,
               "-i", f"{feature}={folder / 'input.npy'}", "-o",
               folder / "result"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        raise RuntimeError(f"status {done.returncode}: {lines[-1]}")


def compare(mlc, name, modes, seed):
    """Prints the row of one network; returns whether all is well."""
    good, cells = True, []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        generate.write_network(name, folder / "model.mlmodel", seed, False)
        model = read_model(folder / "model.mlmodel")
        network = network_of(model)
        np.save(folder / "input.npy", generate.sample_input(model, seed))
        feature = model.description.input[0]
        with torch.no_grad():
            blobs = torch_reference.evaluate(network, {
                feature.name: torch_reference.read_input(
                    network, feature, folder / "input.npy")})
        output = model.description.output[0]
        labels = (network.stringClassLabels.vector
                  if model.WhichOneof("Type") == "neuralNetworkClassifier"
                  else [])
        expected = blobs[network.labelProbabilityLayerName if labels
                         else output.name].numpy().astype(np.float64)
        for mode in modes:
            option, limit = MODES[mode]
            try:
                run_mlc(mlc, option, folder, feature.name)
            except RuntimeError as error:
                cells.append(str(error))
                good = False
                continue
            got = read_output(output, labels, folder / "result")
            error = np.abs(got.flatten() - expected.flatten()).max()
            error /= np.ptp(expected)
            # A NaN is no small error.
            good = good and bool(error <= limit)
            cells.append(f"{error:.1e}" + ("" if error <= limit else " BAD"))
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mlc")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    names, modes = options.names or generate.NETWORKS, options.modes.split(",")
    wrong = [n for n in names if n not in generate.NETWORKS] + [
        m for m in modes if m not in MODES]
    if wrong:
        parser.error(f"no such network or mode: {wrong[0]}")
    print("| network | " + " | ".join(modes) + " |")
    print("| --- |" + " --- |" * len(modes))
    results = [compare(options.mlc, name, modes, options.seed)
               for name in names]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
