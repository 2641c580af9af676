#!/usr/bin/env python3
"""Times compiling Inception-v3 beside copying its file, and the first runs.

    compile.py MLC [-n N]

Each time, in turn: `mlc compile` in half and in float, and `cp` of the file
followed by `sync`. Medians, ratios and the peak memory are printed. Then a run
with kernels to compile, and runs with kernels compiled by another process.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def timed(command):
    """Seconds and the peak memory in MB of a command."""
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command],
                               stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {command}")
    return time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e6


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mlc")
    parser.add_argument("-n", type=int, default=5)
    options = parser.parse_args()
    mlc, median = options.mlc, statistics.median
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        # Kernels are compiled into a cache of this run's own.
        os.environ["MLC_CACHE_DIR"] = str(folder / "cache")
        model, image = folder / "net.mlmodel", folder / "net.npy"
        timed([sys.executable, ROOT / "examples/networks/generate.py",
               "inception_v3", "-o", model, "--input", image])
        size = model.stat().st_size / 1e6
        runs = {"f16": [], "f32": [], "cp": []}
        for _ in range(options.n):
            for precision in ("f16", "f32"):
                runs[precision].append(timed(
                    [mlc, "compile", model, "-o", folder / precision,
                     f"--precision={precision}"]))
            runs["cp"].append(timed(
                ["sh", "-c", f"cp {model} {folder / 'copy'} && sync"]))
        copy = median(run[0] for run in runs["cp"])
        print(f"file: {size:.1f} MB; cp and sync: {copy:.2f} s")
        for precision in ("f16", "f32"):
            seconds = median(run[0] for run in runs[precision])
            peak = max(run[1] for run in runs[precision])
            print(f"compile {precision}: {seconds:.2f} s, {seconds / copy:.1f} "
                  f"times cp and sync; peak {peak:.0f} MB, {peak / size:.2f} "
                  "times the file")
        command = [mlc, "run", folder / "f32", "-i", f"image={image}"]
        first, _ = timed(command)
        again = median(timed(command)[0] for _ in range(options.n))
        print(f"run with kernels to compile: {first:.2f} s; compiled before: "
              f"{again:.2f} s")


if __name__ == "__main__":
    main()
