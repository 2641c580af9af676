#!/usr/bin/env python3
"""Says for every layer type of the format what mlc makes of it and what tests it.

    coverage.py BIN -o layers.md      the table that is kept as docs/layers.md
    coverage.py BIN                   only the gaps

Layer types come from the format's own descriptor, so none can be left out. The
operations come from compiling the cases of this folder, the tests from reading
the test files. Status 1 if a layer type lacks a test.
"""
import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from google.protobuf import text_format  # noqa: E402

import layer_cases  # noqa: E402, F401
from case import CUSTOM, REGISTRY, ROOT, Case, build_model, pb  # noqa: E402
from schema import PROTO_FOLDER  # noqa: E402

TESTS = ROOT / "test"
IMPORTED = ["Layers", "Interface"]
REFUSED = ["Layers", "Errors"]

# How a case is called, if not by its layer type.
KINDS = {"deconvolution": "convolution"}
# Layers that say how another goes on, and have no operation of their own.
PARTS = {"loopBreak": "loop", "loopContinue": "loop"}

HEAD = """\
# Layers

Every layer type of the format, in the order of its fields. The table is made by
`test/Integration/layers/coverage.py` (target `mlc-docs`) from the format's
descriptor, from what the compiler does with the cases in `test/Integration/layers`,
and from the test files; a test compares, and fails if a layer type lacks one of
the four tests:

- *import*: the layer as text, imported into its operation;
- *refused*: the layer with something wrong, and the error that says so;
- *lowering*: what the operation becomes in `nn`;
- *numbers*: at least three choices of parameters, compared with numpy, as kernels
  in float32 and float16, and in the reference evaluator.

*Since* is the version of the specification that brought the layer. *Lowering* are
the operations of `nn` that compute, or else that only move; *constant* means that it
is known before the model runs, *-* that it is the value itself.

| layer | since | operation | lowering | import | refused | lowered | numbers |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def layer_fields():
    oneof = pb.NeuralNetworkLayer.DESCRIPTOR.oneofs_by_name["layer"]
    return [field.name for field in sorted(oneof.fields,
                                           key=lambda field: field.number)]


def versions():
    """The version of each layer type, from the headings in our .proto file."""
    text = (PROTO_FOLDER / "NeuralNetwork.proto").read_text()
    text = text[text.index("oneof layer {"):]
    found, version = {}, None
    for line in text[:text.index("\n  }")].splitlines():
        heading = re.match(r"\s*// Since specification version (\d+)", line)
        field = re.match(r"\s*\w+ (\w+) = \d+;", line)
        if heading:
            version = int(heading[1])
        elif field:
            found[field[1]] = version
    return found


# ---------------------------------------------------------------------------
# What the compiler does with the cases
# ---------------------------------------------------------------------------


def all_layers(network):
    """The layers of a network and of the networks within its layers."""
    for layer in network.layers:
        yield layer
        kind = layer.WhichOneof("layer")
        if kind is None:
            continue
        for field, value in getattr(layer, kind).ListFields():
            if field.message_type and field.message_type.name == "NeuralNetwork":
                yield from all_layers(value)


def add_operations(text, dialect, kinds, found):
    """Adds the operations of a dialect to those of the layer type they are from.

    `kinds` has the type of each layer by its name, which is the location. An
    operation with a region has its location behind the region.
    """
    opened = []
    for line in text.splitlines():
        operation = re.search(rf"\b({dialect}\.\w+|arith\.constant)", line)
        name = operation[0] if operation else None
        begins, ends = line.rstrip().endswith("{"), line.lstrip()[:1] == "}"
        if begins and ends:
            continue
        if begins:
            opened.append(name)
            continue
        if ends and opened:
            name = opened.pop()
        if not name or name.endswith(".yield"):
            continue
        for place in re.findall(r'"([^"]*)"', line[line.rfind("loc("):]):
            if place in kinds and name not in found[kinds[place]]:
                found[kinds[place]].append(name)


def run(*command):
    return subprocess.run([str(part) for part in command], check=True,
                          capture_output=True, text=True).stdout


def operations_of_cases(tools):
    """What each layer type of the cases is in coreml and in nn."""
    coreml, nn = (collections.defaultdict(list) for _ in range(2))
    everything = [Case(name) for name in REGISTRY]
    printed = ["--mlir-print-debuginfo", "--mlir-print-local-scope",
               "--mlir-elide-elementsattrs-if-larger=4"]
    with tempfile.TemporaryDirectory() as folder:
        # One model has one mapping of arrays.
        for exact in (False, True):
            model = build_model([case for case in everything
                                 if case.exact == exact], True)
            kinds = {layer.name: layer.WhichOneof("layer")
                     for layer in all_layers(model.neuralNetwork)}
            file, text = (pathlib.Path(folder, name) for name in "mt")
            file.write_bytes(model.SerializeToString())
            run(tools / "mlc-translate", "--import-mlmodel", file, CUSTOM,
                "--mlir-print-debuginfo", "-o", text)
            for passes, dialect, found in (
                    ([], "coreml", coreml),
                    (["--convert-coreml-to-nn"], "nn", nn)):
                add_operations(run(tools / "mlc-opt", text, *passes, *printed),
                               dialect, kinds, found)
    # A constant beside another operation only helps it.
    for kind, names in coreml.items():
        helpers = {"arith.constant", "coreml.load_constant_nd"}
        coreml[kind] = [name for name in names if name not in helpers] or names
    return coreml, nn


def describe_lowering(operations):
    others = {"nn.reshape", "nn.transpose", "arith.constant"}
    computing = [name for name in operations if name not in others]
    if computing:
        return computing
    moves = sorted(set(operations) - {"arith.constant"})
    return ["constant"] if "arith.constant" in operations else moves or ["-"]


def is_read(tools, kind):
    """Whether the importer knows a layer type at all."""
    text = (f"neuralNetwork {{ layers {{ name: 'l' input: 'x' output: 'y' {kind}"
            " {} } } description {"
            " input { name: 'x' type { multiArrayType { shape: 8 } } }"
            " output { name: 'y' type { multiArrayType {} } } }")
    done = subprocess.run([tools / "mlc-translate", "--import-mlmodel"],
                          input=text, capture_output=True, text=True)
    return "which is not supported" not in done.stderr


# ---------------------------------------------------------------------------
# What the tests contain
# ---------------------------------------------------------------------------


def types_in(network):
    return {layer.WhichOneof("layer") for layer in all_layers(network)} - {None}


def sections(file, separator):
    return re.split(rf"^{separator}$", file.read_text(), flags=re.M)


def import_tests(operations):
    """Files that import a layer type, and files that say what is wrong in one."""
    good, bad = (collections.defaultdict(list) for _ in range(2))
    for folder in dict.fromkeys(IMPORTED + REFUSED):
        for file in sorted((TESTS / "MLModel" / folder).glob("*.textproto")):
            for section in sections(file, "# // -----"):
                model = text_format.Parse(section, pb.Model())
                kind = model.WhichOneof("Type")
                if not kind or not kind.startswith("neuralNetwork"):
                    continue
                types = types_in(getattr(model, kind))
                errors = re.findall(r"expected-error.*", section)
                if not errors and folder in IMPORTED:
                    checks = re.findall(r"CHECK.*?:.*", section)
                    for one in types:
                        if any(re.search(rf"\b{re.escape(name)}\b", check)
                               for name in operations[one]
                               for check in checks):
                            good[one].append(file)
                elif errors and folder in REFUSED:
                    note_blame(types, errors, folder, file, bad)
    return good, bad


def note_blame(types, errors, folder, file, bad):
    """The layer that a test of a wrong model is about.

    It is the only one, or the only one beside constants and copies; models of
    Errors/ may be about something else, so there the error has to name the
    layer's type.
    """
    types = types - {"loadConstantND", "loadConstant", "copy"} or types
    for one in types:
        named = any(re.search(rf"\b{one}\b", error) for error in errors)
        if named or (len(types) == 1 and folder == "Layers"):
            bad[one].append(file)


def lowering_tests(operations):
    """Files that check what an operation becomes in nn."""
    by_operation = collections.defaultdict(list)
    for kind in operations:
        for name in operations[kind]:
            by_operation[name].append(kind)
    found = collections.defaultdict(list)
    for file in sorted((TESTS / "Conversion" / "CoreMLToNN").glob("*.mlir")):
        for section in sections(file, "// -----"):
            # Only the operations themselves count, not what is looked for.
            checks = re.findall(r"^// CHECK.*", section, flags=re.M)
            code = re.sub(r"//.*", "", section)
            if not any(re.search(r"\b(nn\.|arith\.constant)", check)
                       for check in checks):
                continue
            for name in set(re.findall(r"coreml\.\w+", code)):
                for kind in by_operation[name]:
                    found[kind].append(file)
    return found


def numeric_test(kind):
    return TESTS / "Integration" / "layers" / f"{kind}.test"


def has_numeric_test(kind):
    """Whether lit compares the cases of a kind, kernels and evaluator alike."""
    file = numeric_test(kind)
    if not file.exists():
        return False
    runs = re.findall(rf"RUN: .*check.py %tools/mlc --type {kind}(.*)",
                      file.read_text())
    return all(any(mode in line or not line.strip() for line in runs)
               for mode in ("--precision=f32", "--precision=f16", "--reference"))


# ---------------------------------------------------------------------------
# The table
# ---------------------------------------------------------------------------


def link(file, folder):
    return f"[{file.stem}]({os.path.relpath(file, folder)})"


def collect(tools):
    """One row of the table for each layer type, and what is missing."""
    coreml, nn = operations_of_cases(tools)
    cases = collections.defaultdict(list)
    for name, (kind, _, _) in REGISTRY.items():
        cases[KINDS.get(kind, kind)].append(name)
    operations = {kind: coreml.get(PARTS.get(kind, kind), [])
                  for kind in layer_fields()}
    good, bad = import_tests(operations)
    lowered = lowering_tests(operations)
    since = versions()
    docs = ROOT / "docs"
    rows, gaps = [], []
    for kind in layer_fields():
        kinds = [kind] + [own for own in KINDS if KINDS[own] == kind]
        choices = {repr(REGISTRY[name][1:]) for name in cases[kind]}
        if not since.get(kind):
            gaps.append(f"{kind}: the .proto says no specification version")
        if not operations[kind] and not is_read(tools, kind):
            rows.append([kind, since.get(kind), "not read", *"-----"])
            if not bad[kind]:
                gaps.append(f"{kind}: no test that it is refused")
            continue
        if not operations[kind]:
            gaps.append(f"{kind}: no case gives an operation")
        for what, files in (("importer test from text", good),
                            ("test of a wrong one", bad),
                            ("lowering test", lowered)):
            if not files[kind]:
                gaps.append(f"{kind}: no {what}")
        if len(choices) < 3:
            gaps.append(f"{kind}: {len(choices)} choices of parameters "
                        "in numeric tests instead of 3")
        for own in kinds:
            if not has_numeric_test(own):
                gaps.append(f"{own}: {own}.test does not run all its cases")
        tests = [link(files[kind][0], docs) if files[kind] else "-"
                 for files in (good, bad, lowered)]
        rows.append([kind, since.get(kind), ", ".join(operations[kind]),
                     ", ".join(describe_lowering(nn[PARTS.get(kind, kind)])),
                     *tests,
                     ", ".join(link(numeric_test(own), docs)
                               for own in kinds)])
    return rows, gaps


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("tools", type=pathlib.Path, metavar="BIN",
                        help="folder of mlc-translate and mlc-opt")
    parser.add_argument("-o", metavar="FILE", help="where to write the table")
    options = parser.parse_args()
    rows, gaps = collect(options.tools)
    if options.o:
        lines = [f"| {' | '.join(str(cell) for cell in row)} |\n"
                 for row in rows]
        pathlib.Path(options.o).write_text(HEAD + "".join(lines))
    for gap in gaps:
        print(f"error: {gap}", file=sys.stderr)
    print(f"{len(rows)} layer types, {len(gaps)} gaps")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
