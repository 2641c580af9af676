"""Takes the version away from the IR of models, and compares that of the export.

    versions.py FOLDER

FOLDER has the tools. There is a model of each layer type; the headings in
NeuralNetwork.proto say which version it needs.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "layers"))
from coverage import KINDS, versions  # noqa: E402
from case import CUSTOM, REGISTRY, Case, build_model, pb  # noqa: E402

import layer_cases  # noqa: E402, F401

# Of arrays by their own ranks.
SINCE_MAPPING = 4


def run(*command, text=None):
    return subprocess.run([str(part) for part in command], check=True,
                          input=text, capture_output=True).stdout


def exported(tool, model, folder):
    file = folder / "model.mlmodel"
    file.write_bytes(model.SerializeToString())
    text = run(tool, "--import-mlmodel", CUSTOM, "--mlir-print-debuginfo", file)
    text, count = re.subn(rb"coreml\.specificationVersion = \d+ : i64", b"",
                          text, count=1)
    assert count == 1
    text = text.replace(b", }", b"}").replace(b", ,", b",")
    return pb.Model.FromString(run(tool, "--export-mlmodel", text=text))


def main():
    tool = pathlib.Path(sys.argv[1]) / "mlc-translate"
    since, found = versions(), {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (kind, _, _) in REGISTRY.items():
            kind, case = KINDS.get(kind, kind), Case(name)
            needed = max(since[kind], SINCE_MAPPING if case.exact else 1)
            # A case may use what came later than its layer type.
            if needed not in found.setdefault(kind, []):
                model = build_model([case], False)
                found[kind].append(exported(tool, model, pathlib.Path(
                    folder)).specificationVersion)
                if found[kind][-1] < needed:
                    sys.exit(f"{name}: {found[kind][-1]} instead of {needed}")
    wrong = [kind for kind, given in found.items()
             if not {since[kind], SINCE_MAPPING} & set(given)]
    print(*wrong, f"{len(found)} layer types, {len(wrong)} wrong", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
