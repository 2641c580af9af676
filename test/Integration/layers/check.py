#!/usr/bin/env python3
"""Runs mlc on the cases of layer_cases.py and compares what it gives.

    check.py MLC CASE...            some cases
    check.py MLC --type TYPE        all cases of one layer type

The cases of a type go into one model, so that their kernels are compiled
together; should that fail, each case is run alone to find the ones at fault.
Without --precision or --reference all of float32, float16 and the reference
evaluator are tried.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import numpy as np  # noqa: E402

from case import CUSTOM, REGISTRY, Case, blob_prefix, write  # noqa: E402
from layer_cases import of_type, types  # noqa: E402

# Largest error that passes, as a part of the range of the output.
MODES = {"f32": (["--precision=f32"], 1e-4), "f16": (["--precision=f16"], 1e-2),
         "reference": (["--reference"], 1e-5)}


class Failure(Exception):
    pass


# More options of `mlc run`, for all cases.
EXTRA = []
# Whether what runs is what `mlc optimize` makes of the model.
OPTIMIZES = False


def execute(command):
    """Runs a command; raises Failure with the last line of what it says."""
    try:
        done = subprocess.run(command, capture_output=True, text=True,
                              timeout=300)
    except subprocess.TimeoutExpired:
        raise Failure("ran longer than 300 s") from None
    if done.returncode:
        text = done.stderr.strip().splitlines()
        raise Failure(f"status {done.returncode}: {text[-1] if text else ''}")


def run_model(mlc, cases, mode, folder):
    """Writes a model of the cases, runs it; returns the prefix of each."""
    joined = len(cases) > 1
    write(cases, folder, joined)
    model = folder / "model.mlmodel"
    if OPTIMIZES:
        execute([mlc, "optimize", model, "-o", folder / "better.mlmodel",
                 CUSTOM])
        model = folder / "better.mlmodel"
    command = [mlc, "run", model, "-o", folder / "result", CUSTOM,
               *MODES[mode][0], *EXTRA]
    for case in cases:
        for name in case.inputs:
            full = blob_prefix(case, joined) + name
            command += ["-i", f"{full}={folder}/input_{full}.npy"]
    execute(command)
    return joined


def compare(case, joined, mode, folder):
    """Prints the errors of one case; returns whether they are small."""
    good = True
    for name, expected in case.outputs.items():
        file = folder / "result" / f"{blob_prefix(case, joined)}{name}.npy"
        if not file.exists():
            print(f"FAIL {mode:9} {case.name}: no {file.name}")
            good = False
            continue
        got = np.load(file).astype(np.float64)
        if got.size != expected.size:
            print(f"FAIL {mode:9} {case.name}: shape {got.shape}, "
                  f"expected {expected.shape}")
            good = False
            continue
        error = np.abs(got.reshape(expected.shape) - expected)
        worst = error.max() if np.isfinite(got).all() else np.inf
        # Constant outputs have no range; the values themselves count then.
        span = max(np.ptp(expected), np.abs(expected).max(), 1e-3)
        relative = (error / np.maximum(np.abs(expected), 1e-6)).max()
        passed = worst <= MODES[mode][1] * span
        good = good and passed
        print(f"{'ok  ' if passed else 'FAIL'} {mode:9} {case.name} {name}: "
              f"largest absolute error {worst:.3g}, relative {relative:.3g}, "
              f"of the range {worst / span:.3g}")
    return good


def check(mlc, names, mode):
    """Checks all cases together, or one by one; returns the bad ones."""
    cases = [Case(name) for name in names]
    # A model has one mapping of arrays.
    exact = [case.name for case in cases if case.exact]
    if 0 < len(exact) < len(names):
        rest = [name for name in names if name not in exact]
        return check(mlc, exact, mode) + check(mlc, rest, mode)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        try:
            joined = run_model(mlc, cases, mode, folder)
        except Failure as failure:
            if len(cases) == 1:
                print(f"FAIL {mode:9} {names[0]}: {failure}")
                return names
            print(f"together: {failure}; now one by one")
            bad = [name for one in names for name in check(mlc, [one], mode)]
            return bad or [f"{len(names)} cases together"]
        return [case.name for case in cases
                if not compare(case, joined, mode, folder)]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mlc")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--type", choices=types(), metavar="TYPE")
    parser.add_argument("--precision", choices=["f32", "f16"])
    parser.add_argument("--reference", action="store_true")
    parser.add_argument("--run", action="append", default=[], metavar="OPTION",
                        help="an option for mlc run, such as --whole-groups")
    parser.add_argument("--optimize", action="store_true",
                        help="run what mlc optimize makes of the model")
    options = parser.parse_args()
    global OPTIMIZES
    OPTIMIZES = options.optimize
    names = options.cases + (of_type(options.type) if options.type else [])
    unknown = [name for name in names if name not in REGISTRY]
    if unknown or not names:
        parser.error(f"no such case: {unknown[0]}" if unknown
                     else "give a CASE or --type")
    EXTRA.extend(options.run)
    modes = [options.precision] if options.precision else []
    modes += ["reference"] if options.reference else []
    bad = [name for mode in modes or MODES
           for name in check(options.mlc, names, mode)]
    print(f"{len(names)} cases, {len(bad)} failures")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
