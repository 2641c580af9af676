#!/usr/bin/env python3
"""Checks random networks: what each pass, the kernels, `mlc optimize` and the
export make of them, against the reference evaluator.

    check_random.py BIN [--seed=S] [--count=N | --seconds=T] [--kernels=K] [--keep=DIR]

All networks go through mlc-verify-passes, without kernels. Of each K one is
compiled, in float, in half, with whole groups and with simdgroup matrices. What
fails is reduced to a few layers and kept in DIR as text.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import numpy as np  # noqa: E402
from google.protobuf import text_format  # noqa: E402

from network import other_shapes, pb  # noqa: E402 (says where modules are)
from random_networks import generate  # noqa: E402
from case import CUSTOM  # noqa: E402
from shrink import shrink  # noqa: E402

BATCH = 100
# Options of mlc verify, and what of an output's range may be lost.
KERNELS = {"f32": ["--precision=f32", "--max-error=2e-4"],
           "f16": ["--precision=f16", "--max-error=4e-2"],
           "groups": ["--precision=f32", "--max-error=2e-4", "--whole-groups"],
           "simdgroups": ["--precision=f32", "--max-error=2e-4",
                          "--gpu-family=apple7"]}


class Tools:
    def __init__(self, folder):
        self.passes = folder / "mlc-verify-passes"
        self.mlc = folder / "mlc"

    def run(self, command, seconds):
        """Status and output; a crash or a hang is a negative status."""
        try:
            done = subprocess.run([str(part) for part in command], text=True,
                                  capture_output=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            return -1, f"ran longer than {seconds} s"
        return done.returncode, done.stdout + done.stderr

    def check_passes(self, files, seed=1, shapes=()):
        """Triples of a file, how it fails and what is wrong, and how many
        checks were made."""
        faults, checks = [], 0
        while files:
            status, output = self.run(
                [self.passes, *files, f"--seed={seed}", CUSTOM,
                 *shapes], 60 + 5 * len(files))
            lines = output.splitlines()
            for line in lines:
                if line.startswith("FAIL "):
                    file, what = line[5:].split(": ", 1)
                    faults.append((pathlib.Path(file), "passes", what))
                elif line.startswith("REFUSED "):
                    why = [x for x in lines if x.startswith("mlc: error")]
                    faults.append((pathlib.Path(line[8:]), "refused",
                                   why[0] if len(why) == 1 else ""))
                elif " models, " in line:
                    checks += int(line.split(" models, ")[1].split()[0])
            if status in (0, 1):
                break
            # The one that was named last is at fault; the others go on.
            seen = [line[6:] for line in lines if line.startswith("MODEL ")]
            file = pathlib.Path(seen[-1]) if seen else files[0]
            faults.append((file, "crash", f"status {status}: {lines[-1]}"))
            files = files[files.index(file) + 1:]
        return faults, checks

    def check_kernels(self, file, mode, model):
        """What is wrong with the kernels, or None."""
        with tempfile.TemporaryDirectory() as folder:
            status, output = self.run(
                [self.mlc, "verify", file, *KERNELS[mode], CUSTOM,
                 *write_inputs(model, pathlib.Path(folder))], 300)
        if status == 0:
            return None
        lines = [line for line in output.splitlines()
                 if not line.startswith("PASS")]
        return lines[0] if lines else f"status {status}"


def write_inputs(model, folder):
    """Inputs that half floats hold exactly, as -i options; where layers read
    indices, mlc draws."""
    random = np.random.default_rng(7)
    options = []
    for feature in model.description.input:
        path = folder / f"{feature.name}.npy"
        kind = feature.type.WhichOneof("Type")
        if kind == "imageType":
            image = feature.type.imageType
            gray = image.colorSpace == pb.ImageFeatureType.GRAYSCALE
            shape = (image.height, image.width) + ((3,) if not gray else ())
            values = random.integers(0, 256, shape).astype(np.uint8)
        else:
            shape = tuple(feature.type.multiArrayType.shape)
            values = random.standard_normal(shape).astype(np.float16)
            values = values.astype(np.float32)
        np.save(path, values)
        options += ["-i", f"{feature.name}={path}"]
    return options


class Driver:
    def __init__(self, tools, options):
        self.tools, self.options = tools, options
        self.networks = self.checks = self.unsure = 0
        self.faults = []

    def fails(self, model, how, folder):
        """What is wrong with a smaller model in the same way, or None."""
        file = folder / "smaller.mlmodel"
        file.write_bytes(model.SerializeToString())
        if how in KERNELS:
            found = self.tools.check_kernels(file, how, model)
            if found and "error" in found and "FAIL" not in found:
                return None
            return found
        shapes = other_shapes(model) if how == "shapes" else ()
        found, _ = self.tools.check_passes([file], 1, shapes)
        wanted = "passes" if how == "shapes" else how
        return next((what for _, kind, what in found if kind == wanted), None)

    def is_rounding(self, file, model, how):
        """Whether a network fails on some inputs only: sums that cancel."""
        if how not in ("passes", "shapes"):
            return False
        shapes = other_shapes(model) if how == "shapes" else ()
        again = [bool(self.tools.check_passes([file], seed, shapes)[0])
                 for seed in range(2, 6)]
        return sum(again) < 2

    def report(self, file, model, how, what):
        if self.is_rounding(file, model, how):
            print(f"note: seed {file.stem} fails on few inputs: {what}")
            self.unsure += 1
            return
        print(f"FAIL seed {file.stem} {how}: {what}", flush=True)
        self.faults.append(file.stem)
        if not self.options.keep or how == "refused":
            return
        self.options.keep.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            small, said = shrink(
                model, lambda smaller: self.fails(smaller, how, folder),
                self.options.reduce)
        path = self.options.keep / f"{file.stem}-{how}.textproto"
        path.write_text(f"# {said or what}\n"
                        + text_format.MessageToString(small))
        print(f"  {len(small.neuralNetwork.layers)} layers in {path}",
              flush=True)

    def batch(self, seed, count):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            models = {}
            for one in range(seed, seed + count):
                file = folder / f"{one}.mlmodel"
                models[file] = generate(one)
                file.write_bytes(models[file].SerializeToString())
            faults, checks = self.tools.check_passes(list(models))
            self.networks += count
            # Other shapes are right for some networks only.
            for file, model in models.items():
                shapes = other_shapes(model)
                if shapes:
                    found, more = self.tools.check_passes([file], 1, shapes)
                    faults += [(file, "shapes", what) for _, how, what in found
                               if how != "refused"]
                    checks += more
            self.checks += checks
            for file, how, what in faults:
                self.report(file, models[file], how, what)
            bad = {file for file, _, _ in faults}
            every = self.options.kernels
            for file in list(models)[::every] if every else []:
                if file in bad or self.late():
                    continue
                for mode in KERNELS:
                    self.checks += 1
                    what = self.tools.check_kernels(file, mode, models[file])
                    if what:
                        self.report(file, models[file], mode, what)
                        break

    def late(self):
        return self.options.seconds and time.time() > self.end

    def run(self):
        self.end = time.time() + (self.options.seconds or 0)
        seed = self.options.seed
        last = seed + self.options.count if not self.options.seconds else None
        while not self.late() and seed != last:
            count = BATCH if last is None else min(BATCH, last - seed)
            self.batch(seed, count)
            seed += count
        print(f"{self.networks} networks from seed {self.options.seed}, "
              f"{self.checks} checks, {len(self.faults)} differences, "
              f"{self.unsure} where sums cancel")
        return 1 if self.faults else 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tools", type=pathlib.Path, metavar="BIN")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=BATCH)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--kernels", type=int, default=50, metavar="K",
                        help="compile one of so many; 0 is none")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--reduce", type=float, default=60, metavar="T",
                        help="seconds to reduce a network in")
    options = parser.parse_args()
    return Driver(Tools(options.tools), options).run()


if __name__ == "__main__":
    sys.exit(main())
