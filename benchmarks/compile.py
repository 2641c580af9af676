#!/usr/bin/env python3
"""Times compiling Inception-v3 beside copying its file, and the first runs.

    compile.py MLC [-n N] [--packages DIR]

Each time, in turn: `mlc compile` in half and in float, and `cp` of the file
followed by `sync`, and how long ONNX Runtime takes to create a session for the
same network, if networks.py has installed it into --packages. Medians, ratios and
the peak memory are printed. Then a run with kernels to compile, and runs with
kernels compiled by another process.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))
from networks import default_packages  # noqa: E402


def timed(command):
    """Seconds and the peak memory in MB of a command."""
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command],
                               stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {command}")
    return time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e6


class Session:
    """What ONNX Runtime needs to create a session for a network."""

    def __init__(self, packages, model, image, folder):
        # PyTorch writes the network for it.
        peer = subprocess.Popen(
            [sys.executable, str(HERE / "pytorch_peer.py"), str(model),
             str(image), "2", str(folder)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        shape = json.loads(peer.stdout.readline())
        peer.communicate()
        self.command = [
            "node", HERE / "onnxruntime_peer.js", packages,
            folder / "net.onnx", folder / "input.bin",
            ",".join(map(str, shape)), 2, folder / "ort.bin"]

    def seconds(self):
        done = subprocess.run([str(word) for word in self.command], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode:
            sys.exit(f"failed: {done.stderr}")
        return json.loads(done.stdout.splitlines()[0])[0] / 1000


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mlc")
    parser.add_argument("-n", type=int, default=5)
    parser.add_argument("--packages", type=pathlib.Path, metavar="DIR",
                        default=default_packages())
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
        session = None
        if (options.packages / "node_modules/onnxruntime-node").exists():
            session = Session(options.packages, model, image, folder)
        runs = {"f16": [], "f32": [], "cp": [], "session": []}
        for _ in range(options.n):
            for precision in ("f16", "f32"):
                runs[precision].append(timed(
                    [mlc, "compile", model, "-o", folder / precision,
                     f"--precision={precision}"]))
            runs["cp"].append(timed(
                ["sh", "-c", f"cp {model} {folder / 'copy'} && sync"]))
            if session:
                runs["session"].append(session.seconds())
        copy = median(run[0] for run in runs["cp"])
        print(f"file: {size:.1f} MB; cp and sync: {copy:.2f} s")
        if session:
            print("session of ONNX Runtime: "
                  f"{median(runs['session']):.2f} s")
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
