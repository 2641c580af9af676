#!/usr/bin/env python3
"""Plants single faults in the compiler and sees whether the checks notice.

    mutants.py BUILD [--list] [--seconds=T] [NAME...]

The sources are changed in place and restored at the end, so run it in a copy of
the project. All faults are built into the tools at once, each behind a test of
the environment variable MLC_MUTANT, so that one build serves them all. A mutant
is missed if its check passes with it.
"""
import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test/Integration/random"))

from check_random import KERNELS, Tools  # noqa: E402
from mutations import MUTANTS  # noqa: E402
from random_networks import generate  # noqa: E402

NETWORKS = 1200  # random ones, for the check "passes"
BATCH = 50       # so many at once
COMPILED = 30    # for the check "kernels"
SECONDS_OF_CHECK = 600

# Which fault is on: a number, from 1 on.
SWITCH = """
#include <cstdlib>
static inline bool mlcMutant(int number) {
  static const int chosen =
      std::getenv("MLC_MUTANT") ? std::atoi(std::getenv("MLC_MUTANT")) : 0;
  return chosen == number;
}
"""


def plant(text, number, mutant):
    """The text with one more fault; None where its place is not there."""
    if text.count(mutant.search) < 1:
        return None
    if mutant.kind == "statement":
        new = (f"if (mlcMutant({number})) {{ {mutant.replace} }} else "
               f"{{ {mutant.search} }}")
    else:
        new = f"(mlcMutant({number}) ? ({mutant.replace}) : ({mutant.search}))"
    return text.replace(mutant.search, new, 1)


def plant_all(chosen):
    """Changes the sources; returns what they were and which faults have no
    place any more."""
    before, lost = {}, []
    for number, mutant in enumerate(MUTANTS, 1):
        if mutant not in chosen:
            continue
        path = ROOT / mutant.file
        text = path.read_text()
        planted = plant(text, number, mutant)
        if planted is None:
            lost.append(mutant.name)
            continue
        if path not in before:
            before[path] = text
            # Behind the comment at the head and the includes.
            includes = [match.end() for match in
                        re.finditer(r"^#include .*\n", planted, re.M)
                        if "GEN_PASS_DEF" not in
                        planted[max(0, match.start() - 60):match.start()]]
            planted = (planted[:includes[-1]] + SWITCH
                       + planted[includes[-1]:])
        path.write_text(planted)
    return before, lost


class Networks:
    """Random networks, made once, and what the checks say of them."""

    def __init__(self, build, folder):
        self.tools = Tools(build / "bin")
        self.models = {}
        for seed in range(1, NETWORKS + 1):
            file = pathlib.Path(folder) / f"{seed}.mlmodel"
            self.models[file] = generate(seed)
            file.write_bytes(self.models[file].SerializeToString())

    def notice_passes(self):
        """What differs after some pass in the first batch that has faults."""
        files = list(self.models)
        for first in range(0, NETWORKS, BATCH):
            faults, _ = self.tools.check_passes(files[first:first + BATCH])
            if faults:
                return faults
        return []

    def notice_kernels(self):
        for file in list(self.models)[:COMPILED]:
            for mode in KERNELS:
                what = self.tools.check_kernels(file, mode, self.models[file])
                if what:
                    return [what]
        return []


def command_of(check, build, folder):
    tools = build / "bin"
    kind, *rest = check.split()
    if kind == "layers":
        return [sys.executable, ROOT / "test/Integration/layers/check.py",
                tools / "mlc", "--type", *rest]
    if kind == "python":
        return [sys.executable, ROOT / rest[0], tools / "mlc",
                *[folder if word == "FOLDER" else word for word in rest[1:]]]
    if kind == "lit":
        cache = (build / "CMakeCache.txt").read_text()
        lit = re.search(r"MLC_LIT:FILEPATH=(.*)", cache)[1]
        return [lit, "-q", f"--filter={rest[0]}", build / "test"]
    return [tools / "MLCUnitTests", f"--gtest_filter=*{rest[0]}*"]


def run_command(check, build):
    """Whether a command fails, or never ends."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(part) for part in command_of(check, build, folder)]
        try:
            return subprocess.run(command, capture_output=True,
                                  timeout=SECONDS_OF_CHECK).returncode != 0
        except subprocess.TimeoutExpired:
            return True


def notices(check, build, networks, number):
    """Whether a check says that something is wrong with that fault."""
    os.environ["MLC_MUTANT"] = str(number)
    if check == "passes":
        return bool(networks.notice_passes())
    if check == "kernels":
        return bool(networks.notice_kernels())
    return run_command(check, build)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--seconds", type=float, default=7200)
    options = parser.parse_args()
    if options.list:
        for mutant in MUTANTS:
            print(f"{mutant.name:26} {mutant.check}")
        return 0
    chosen = [mutant for mutant in MUTANTS
              if not options.names or mutant.name in options.names]
    end = time.time() + options.seconds
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    before = {}
    try:
        before, lost = plant_all(chosen)
        targets = ["mlc", "mlc-opt", "mlc-verify-passes"]
        if any(mutant.check.startswith("unit") for mutant in chosen):
            targets.append("MLCUnitTests")
        subprocess.run(["cmake", "--build", options.build, "--target",
                        *targets], check=True, stdout=subprocess.DEVNULL)
        return check_all(chosen, lost, options.build, end)
    finally:
        for path, text in before.items():
            path.write_text(text)


def check_all(chosen, lost, build, end):
    sound, caught, missed = {}, [], []
    for name in lost:
        print(f"LOST    {name}: its place is not there any more")
    with tempfile.TemporaryDirectory() as folder:
        networks = Networks(build, folder)
        for number, mutant in enumerate(MUTANTS, 1):
            if mutant not in chosen or mutant.name in lost:
                continue
            if time.time() > end:
                print("out of time")
                break
            check = mutant.check
            if check not in sound:
                sound[check] = not notices(check, build, networks, 0)
            if not sound[check]:
                sys.exit(f"mutants: '{check}' fails without any fault")
            is_caught = notices(check, build, networks, number)
            (caught if is_caught else missed).append(mutant.name)
            print(f"{'caught ' if is_caught else 'MISSED '} {mutant.name} "
                  f"({check})", flush=True)
    print(f"{len(caught) + len(missed)} mutants, {len(missed)} missed, "
          f"{len(lost)} without a place")
    return 1 if missed or lost else 0


if __name__ == "__main__":
    sys.exit(main())
