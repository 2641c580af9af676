#!/usr/bin/env python3
"""change_kernel.py BUNDLE TEXT STATEMENT: puts TEXT in front of a bundle's kernels
and STATEMENT first into the body of each."""
import pathlib
import sys

path = pathlib.Path(sys.argv[1]) / "kernels.metal"
text = path.read_text()
head, using, rest = text.partition("using namespace metal;\n")
rest = rest.replace("_in_grid]]) {\n", "_in_grid]]) {\n" + sys.argv[3] + "\n")
path.write_text(head + using + sys.argv[2] + "\n" + rest)
