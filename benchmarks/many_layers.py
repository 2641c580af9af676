#!/usr/bin/env python3
"""How compile time grows with the number of layers.

    many_layers.py MLC [COUNT...] [-n N]

Compiles networks of about COUNT layers (default 100, 1000, 10000) that are made
of small residual blocks: convolutions, batch norms, ReLUs, additions and
concats. Prints the median time of N runs, the peak memory, and the time as a
multiple of the one before.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "examples/networks"))
from builder import Network  # noqa: E402


def write(path, layers):
    """A chain of blocks of ten layers each."""
    net = Network()
    x = net.array("x", (8, 12, 12))
    for _ in range(max(1, layers // 10)):
        a = net.relu(net.batchnorm(net.conv(x, 8, 3, bias=False)))
        b = net.relu(net.conv(x, 8, 1))
        c = net.relu(net.conv(net.concat(a, b), 8, 1))
        x = net.add(c, x)
    net.output_array(x)
    net.save(path)


def timed(command):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mlc")
    parser.add_argument("counts", nargs="*", type=int, metavar="COUNT",
                        default=[100, 1000, 10000])
    parser.add_argument("-n", type=int, default=3)
    options = parser.parse_intermixed_args()
    print("| layers | seconds | MiB | times the one before |")
    print("| ---: | ---: | ---: | ---: |")
    before = None
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for count in options.counts:
            write(folder / "net.mlmodel", count)
            runs = [timed([options.mlc, "compile", folder / "net.mlmodel",
                           "-o", folder / "net.mlcbundle"])
                    for _ in range(options.n)]
            seconds = statistics.median(run[0] for run in runs)
            growth = f"{seconds / before:.1f}" if before else ""
            print(f"| {count} | {seconds:.2f} | {max(r[1] for r in runs):.0f} "
                  f"| {growth} |", flush=True)
            before = seconds


if __name__ == "__main__":
    main()
