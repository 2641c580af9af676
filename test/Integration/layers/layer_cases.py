#!/usr/bin/env python3
"""Writes models of one layer with inputs and the outputs they must give.

The outputs come from formulas.py, not from mlc.
"""
import argparse
import sys

sys.dont_write_bytecode = True

import array_math_cases  # noqa: E402, F401
import array_reduce_cases  # noqa: E402, F401
import array_shape_cases  # noqa: E402, F401
import control_cases  # noqa: E402, F401
import custom_cases  # noqa: E402, F401
import known_cases  # noqa: E402, F401
import math_cases  # noqa: E402, F401
import resize_cases  # noqa: E402, F401
import sequence_cases  # noqa: E402, F401
import shape_cases  # noqa: E402, F401
import volume_cases  # noqa: E402, F401
import weight_cases  # noqa: E402, F401
import window_cases  # noqa: E402, F401
from case import REGISTRY, Case, write  # noqa: E402


def types():
    return sorted({kind for kind, _, _ in REGISTRY.values()})


def of_type(kind):
    return [name for name in REGISTRY if REGISTRY[name][0] == kind]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("case", nargs="?", choices=REGISTRY, metavar="CASE")
    parser.add_argument("-o", metavar="DIR", help="where to write the files")
    parser.add_argument("--list", action="store_true", help="list all cases")
    parser.add_argument("--types", action="store_true", help="list all types")
    options = parser.parse_args()
    if options.list or options.types:
        print("\n".join(types() if options.types else REGISTRY))
        return
    if not options.case or not options.o:
        parser.error("give a CASE and -o DIR, or --list")
    write([Case(options.case)], options.o)


if __name__ == "__main__":
    main()
