"""planted_faults.py MLC CLANG MODEL FOLDER: plants one fault at a time in the
text of MODEL's kernels, as the compiler of the host gets it, and holds what
`mlc verify --layers` says of it against the layer that the fault is in.

A compiler of ours stands in for clang ($MLC_CLANG): it edits kernels.metal and
calls the real one.
"""
import os
import pathlib
import re
import subprocess
import sys

# Name, kernel, what its text says, what it says with the fault, the layer.
FAULTS = [
    ("a NaN in one row", "average_pool", r"result \* splat<4>\(0\.25f\)",
     "z == 1 ? splat<4>(NAN) : result * splat<4>(0.25f)", "mean"),
    ("swapped channels", "lrn", r"int at = i - 1;", "int at = 4 - i;", "lrn"),
    ("an epilogue dropped", "conv1x1_4to4_8x8",
     r"max\(v, splat<4>\(0\.0f\)\)", "v", "relu"),
    ("a residual subtracted", "conv1x1_4to4_4x4", r"acc\[p\] \+ ",
     "acc[p] - ", "sum"),
    ("half's range left", "lrn", r"splat<4>\(1\.0f\) / \(root",
     "splat<4>(1e6f) / (root", "lrn"),
    ("a row not written", "average_pool", r"if \(z >= 4\)", "if (z >= 3)",
     "mean"),
    ("a term left out", "softmax", r"(result2 = result2 \+)", r"if (i) \1",
     "soft"),
    ("a window too small", "max_pool", r"y2 < firstRow \+ 2",
     "y2 < firstRow + 1", "y"),
]

COMPILER = """#!{python}
import os, pathlib, re, subprocess, sys
arguments = sys.argv[1:]
for i, argument in enumerate(arguments):
    if argument.endswith(".cpp"):
        file = pathlib.Path(argument)
        whole = file.with_name("kernels.metal")
        text = whole.read_text()
        start = re.search(r"kernel void {kernel}\\w*\\(", text).start()
        end = text.index("\\n}}\\n", start)
        body, count = re.subn({wanted!r}, {instead!r}, text[start:end])
        assert count == 1, (count, text[start:end])
        broken = file.with_suffix(".broken.metal")
        broken.write_text(text[:start] + body + text[end:])
        edited = file.with_suffix(".broken.cpp")
        include = file.read_text()
        assert include.count(whole.name) == 1, include
        edited.write_text(include.replace(whole.name, broken.name))
        arguments[i] = str(edited)
sys.exit(subprocess.call([{clang!r}, *arguments]))
"""


def verify(mlc, model, cache, clang):
    environment = dict(os.environ, MLC_CLANG=clang, MLC_CACHE_DIR=str(cache))
    return subprocess.run([mlc, "verify", model, "--layers"], text=True,
                          capture_output=True, env=environment)


def main():
    mlc, clang, model, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    sound = verify(mlc, model, folder / "cache", clang)
    assert sound.returncode == 0 and "departs" not in sound.stdout, sound
    missed = 0
    for number, (name, kernel, wanted, instead, layer) in enumerate(FAULTS):
        compiler = folder / f"clang{number}"
        compiler.write_text(COMPILER.format(
            python=sys.executable, kernel=kernel, wanted=wanted,
            instead=instead, clang=clang))
        compiler.chmod(0o755)
        result = verify(mlc, model, folder / f"cache{number}", str(compiler))
        match = re.search("first layer that departs: (\\w+)", result.stdout)
        found = match and match.group(1)
        good = result.returncode == 1 and found == layer
        missed += not good
        print("found" if good else "MISSED", name, "in", layer)
        if not good:
            print(result.returncode, result.stdout, result.stderr)
    print(len(FAULTS) - missed, "of", len(FAULTS), "faults found")
    return missed != 0


sys.exit(main())
