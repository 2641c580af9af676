#!/usr/bin/env python3
"""Writes the seeds of the fuzz target `import`: the models of all layer cases.

    seeds.py OUT
"""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "MLModel"
                       / "Fuzz"))

from google.protobuf import text_format  # noqa: E402

from fuzz import small_models  # noqa: E402


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for number, model in enumerate(small_models()):
        (out / f"case-{number}").write_bytes(model.SerializeToString())
        if number % 20 == 0:
            (out / f"text-{number}").write_text(
                text_format.MessageToString(model))


if __name__ == "__main__":
    main()
