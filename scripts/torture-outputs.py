#!/usr/bin/env python3
"""Kills and starves mlc while it writes, and looks at what is left.

    torture-outputs.py MLC MODEL FOLDER [--kills=200] [--sizes=50] [--writers=12]

Kills `mlc compile` and `mlc optimize` at random times, gives them files that may
not grow beyond a size (and, as root on Linux, full disks of as many sizes), and lets
several write to one bundle at once. Each time the old output must be there whole or
the new one, an ended command must have exit status 0 or one line of error, and after
the next command nothing else may be in the folder. Prints what was done; exit status
1 with the first fault.
"""
import argparse
import hashlib
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

FILES = ["kernels.metal", "manifest.json", "weights.bin"]


def fail(what):
    sys.exit(f"torture-outputs: {what}")


def digest(path):
    """The contents of a file, or of all files of a folder."""
    if path.is_dir():
        return {p.name: digest(p) for p in sorted(path.iterdir())}
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Writer:
    """A command with an output that can be of two kinds, A and B."""

    def __init__(self, arguments, mlc, model, folder):
        self.name = arguments[0]
        self.folder = folder
        self.target = folder / f"out-{self.name}"
        self.command = [mlc, arguments[0], str(model), "-o", str(self.target)]
        self.options = {"A": [], "B": [arguments[1]]}
        self.known = {}
        self.seconds = 0
        for kind in "AB":
            start = time.monotonic()
            self.run(kind)
            self.seconds = max(self.seconds, time.monotonic() - start)
            self.known[kind] = digest(self.target)
        if self.known["A"] == self.known["B"]:
            fail(f"{self.name} writes the same with {arguments[1]}")

    def start(self, kind, **more):
        return subprocess.Popen(
            self.command + self.options[kind], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, **more)

    def run(self, kind, **more):
        """Status and standard error."""
        process = self.start(kind, **more)
        _, errors = process.communicate()
        if process.returncode == 0 or more:
            return process.returncode, errors
        fail(f"{self.name} failed: {errors}")

    def check(self, kinds, when):
        if not self.target.exists():
            fail(f"{self.name}: nothing is there {when}")
        if digest(self.target) not in [self.known[kind] for kind in kinds]:
            fail(f"{self.name}: neither old nor new is there {when}")

    def check_litter(self, when):
        left = [p.name for p in self.folder.iterdir()
                if self.target.name in p.name and p != self.target]
        if left:
            fail(f"{self.name}: {left} is left {when}")


def kill(writer, count, generator):
    """Returns at how many kills the new output was there already."""
    new = 0
    for i in range(count):
        old, kind = ("A", "B") if i % 2 else ("B", "A")
        writer.run(old)
        writer.check(old, "after a whole run")
        writer.check_litter("after a whole run")
        process = writer.start(kind)
        time.sleep(generator.uniform(0, writer.seconds))
        number = generator.choice([signal.SIGKILL, signal.SIGKILL,
                                   signal.SIGTERM, signal.SIGINT])
        process.send_signal(number)
        process.communicate()
        writer.check(old + kind, f"after signal {number}")
        new += digest(writer.target) == writer.known[kind]
    writer.run("A")
    writer.check_litter("after the last kill")
    return new


def check_refused(writer, status, errors, old, when):
    """After a failure the old is whole; after success the new."""
    if status == 0:
        return writer.check("B", when)
    if status != 1 or len(errors.splitlines()) != 1 or "error: " not in errors:
        fail(f"{writer.name}: status {status} {when}: {errors}")
    writer.check(old, when)
    writer.check_litter(when)


def limit_sizes(writer, count):
    """Returns how often the limit was too small."""
    largest = max(p.stat().st_size for p in
                  ([writer.target] if writer.target.is_file()
                   else writer.target.iterdir()))
    refused = 0
    for i in range(count):
        writer.run("A")
        size = largest * 11 // 10 * i // count
        status, errors = writer.run("B", preexec_fn=lambda: resource.setrlimit(
            resource.RLIMIT_FSIZE, (size, size)))
        check_refused(writer, status, errors, "A", f"with files of {size} bytes")
        refused += status != 0
    return refused


def fill_disks(make_writer, folder, count):
    """A file system of each size, the old output on it. None without mounts."""
    folder.mkdir()
    refused = 0
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "none", str(folder)]
    if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
        return None
    try:
        writer = make_writer(folder)
        for i in range(count):
            writer.run("A")
            used = sum(p.stat().st_blocks * 512 for p in folder.rglob("*"))
            size = used + used * 26 // 10 * i // count + 4096
            resize = ["mount", "-o", f"remount,size={size}", str(folder)]
            subprocess.run(resize, check=True)
            process = writer.start("B")
            _, errors = process.communicate()
            check_refused(writer, process.returncode, errors, "A",
                          f"on a disk of {size} bytes")
            refused += process.returncode != 0
            subprocess.run(["mount", "-o", "remount,size=64m", str(folder)],
                           check=True)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    return refused


def write_at_once(writer, count):
    for present in (True, False):
        if not present:
            shutil.rmtree(writer.target) if writer.target.is_dir() else \
                writer.target.unlink()
        processes = [writer.start("AB"[i % 2]) for i in range(count)]
        while present and any(p.poll() is None for p in processes):
            if not writer.target.exists():
                fail(f"{writer.name}: nothing is there for a moment")
        for process in processes:
            _, errors = process.communicate()
            if process.returncode:
                fail(f"{writer.name}: one of {count} failed: {errors}")
        writer.check("AB", f"after {count} at once")
        writer.check_litter(f"after {count} at once")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("mlc")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--sizes", type=int, default=50)
    parser.add_argument("--writers", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generator = random.Random(options.seed)
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    for arguments in (["compile", "--precision=f32"],
                      ["optimize", "--half-weights"]):
        def make(folder):
            return Writer(arguments, options.mlc, options.model, folder)
        writer = make(options.folder)
        new = kill(writer, options.kills, generator)
        print(f"{writer.name}: {options.kills} kills, {new} after the end")
        refused = limit_sizes(writer, options.sizes)
        print(f"{writer.name}: {options.sizes} limits of size, {refused} too small")
        full = fill_disks(make, options.folder / f"disk-{writer.name}",
                          options.sizes)
        print(f"{writer.name}: " + (
            "no disks, for nothing can be mounted" if full is None else
            f"{options.sizes} disks, {full} too small"))
        write_at_once(writer, options.writers)
        print(f"{writer.name}: {options.writers} writers at once")


main()
