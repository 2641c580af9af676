#!/usr/bin/env python3
"""Compiles large models of benchmarks/scaling.py: check_bounds.py BIN FAMILY:N...

Each must be compiled, with no more memory than three times its file and
256 MiB, and end: the limit of processor time is only against growth that is not
linear, far from what a model takes.
"""
import pathlib
import subprocess
import sys

SCALING = pathlib.Path(__file__).resolve().parents[3] / "benchmarks/scaling.py"
SECONDS = 300


def main():
    tools, *models = sys.argv[1:]
    faults = 0
    for model in models:
        size, seconds, peak, wrong = subprocess.run(
            [sys.executable, str(SCALING), tools, "--only", model,
             "--limit", str(SECONDS)],
            check=True, stdout=subprocess.PIPE, text=True
        ).stdout.rstrip("\n").split("\t")
        bound = 3 * int(size) / 2**20 + 256
        if wrong or float(peak) > bound:
            faults += 1
            print(f"error: {model}: {wrong or 'compiled'}, {peak} MiB of "
                  f"memory, {bound:.0f} are allowed", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
