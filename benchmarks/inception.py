#!/usr/bin/env python3
"""Times mlc on Inception-v3 beside `cp` and PyTorch, in one run.

    inception.py MLC [-n N]

Compiling is compared with copying the file, running with torchvision's
Inception-v3 in eval mode (float, as many threads as there are cores). What is
compared is done in turn, N times; medians and ratios are printed. PyTorch is left
out where it is not installed (Debian: python3-torch, python3-torchvision).
"""
import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def timed(command):
    """Seconds and the peak memory in MiB of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {command}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def copied(source, target):
    start = time.perf_counter()
    shutil.copyfile(source, target)
    return time.perf_counter() - start


def torch_model():
    try:
        import torch
        import torchvision
    except ImportError:
        return None
    torch.manual_seed(0)
    torch.set_num_threads(os.cpu_count())
    model = torchvision.models.inception_v3(
        weights=None, aux_logits=True, init_weights=False).eval()
    image = torch.rand(1, 3, 299, 299)

    def run():
        with torch.no_grad():
            start = time.perf_counter()
            model(image)
            return time.perf_counter() - start
    for _ in range(2):
        run()
    return run


def bench(mlc, bundle):
    text = subprocess.run([mlc, "bench", bundle, "-n", "5", "--json"],
                          capture_output=True, text=True, check=True).stdout
    return json.loads(text)["medianMs"] / 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mlc")
    parser.add_argument("-n", type=int, default=5)
    arguments = parser.parse_args()
    mlc, median = arguments.mlc, statistics.median
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        # Kernels are compiled into a cache of this run's own.
        os.environ["MLC_CACHE_DIR"] = str(folder / "cache")
        model, image = folder / "net.mlmodel", folder / "net.npy"
        subprocess.run([sys.executable,
                        ROOT / "examples/networks/generate.py",
                        "inception_v3_2017", "-o", model, "--input", image],
                       check=True, stdout=subprocess.DEVNULL)
        compiles, copies, memory = [], [], 0
        for _ in range(arguments.n):
            seconds, peak = timed([mlc, "compile", model, "-o",
                                   folder / "f16.mlcbundle"])
            compiles.append(seconds)
            memory = max(memory, peak)
            copies.append(copied(model, folder / "copy"))
        timed([mlc, "compile", model, "-o", folder / "f32.mlcbundle",
               "--precision=f32"])
        print(f"file: {model.stat().st_size / 1e6:.1f} MB")
        print(f"mlc compile: {median(compiles):.2f} s, peak {memory:.0f} MiB; "
              f"cp: {median(copies):.2f} s; "
              f"ratio {median(compiles) / median(copies):.1f}")
        first, _ = timed([mlc, "run", folder / "f16.mlcbundle", "-i",
                          f"image={image}"])
        print(f"mlc run, with kernels to compile: {first:.2f} s")
        again = [timed([mlc, "run", folder / "f16.mlcbundle", "-i",
                        f"image={image}"])[0] for _ in range(arguments.n)]
        print(f"mlc run, kernels compiled: {median(again):.2f} s")
        run = torch_model()
        times = {"f16": [], "f32": [], "torch": []}
        for _ in range(arguments.n):
            for precision in ("f16", "f32"):
                times[precision].append(
                    bench(mlc, folder / f"{precision}.mlcbundle"))
            if run:
                times["torch"].append(run())
        for precision in ("f16", "f32"):
            text = f"inference {precision}: {median(times[precision]):.3f} s"
            if run:
                text += (f"; PyTorch f32: {median(times['torch']):.3f} s; ratio "
                         f"{median(times[precision]) / median(times['torch']):.2f}")
            print(text)
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"largest process: {usage.ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
