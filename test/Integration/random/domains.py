#!/usr/bin/env python3
"""domains.py MLC FOLDER: `mlc verify` of layers that read indices, lengths,
limits, or the argument of a logarithm, with inputs that it draws itself.

Every such layer has its inputs from the model. Numbers of any kind would be
beyond their arrays, or give NaN.
"""
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "layers"))

import layer_cases  # noqa: E402, F401
from case import Case, build_model  # noqa: E402
from layer_cases import of_type  # noqa: E402

KINDS = """gather gatherND gatherAlongAxis scatter scatterND scatterAlongAxis
reverseSeq sliceBySize embedding embeddingND oneHot cropResize unary reduce
divideBroadcastable floorDivBroadcastable modBroadcastable powBroadcastable asin
acos acosh atanh tan reduceLogSum logicalAnd logicalOr logicalXor logicalNot
categoricalDistribution NonMaximumSuppression loop""".split()
# What is only defined by the numbers of its case, and large ones.
LEFT_OUT = {"gather-long", "gatherND-long", "embeddingND-many",
            "gatherND-fractions"}


def main():
    mlc, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    status = 0
    for exact in (False, True):
        cases = [Case(name) for kind in KINDS for name in of_type(kind)[:4]
                 if name not in LEFT_OUT]
        model = build_model([c for c in cases if c.exact == exact], True)
        file = folder / f"exact{int(exact)}.mlmodel"
        file.write_bytes(model.SerializeToString())
        done = subprocess.run([mlc, "verify", file, "--precision=f32"],
                              text=True, capture_output=True)
        lines = done.stdout.splitlines()
        print("\n".join(line for line in lines if not line.startswith("PASS")))
        print(done.stderr, end="")
        # NaN on both sides says nothing.
        nothing = [line for line in lines if "nan" in line]
        passed = sum(line.startswith("PASS") for line in lines)
        print(f"{passed} of {len(model.description.output)} outputs agree")
        if done.returncode or nothing or \
                passed != len(model.description.output):
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
