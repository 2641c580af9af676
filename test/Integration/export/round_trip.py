"""Imports model files, exports them, and compares the two as messages.

    round_trip.py FOLDER FILE...

FOLDER has the tools. A FILE is a binary .mlmodel, or a test of the importer
with several models in text form; those that are not meant to be imported are
left out. Equal means equal fields, known or not: only their order in the file,
and that of the entries of a map, may differ.

With --operations FOLDER FILE... nothing but the operations is kept, and what is
compared is what an import makes of the exported file.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3]
                       / "examples" / "networks"))
import schema  # noqa: E402

from google.protobuf import text_format  # noqa: E402

# Described are the classes of the cases and of the corpus.
CUSTOM = "--custom-layers=" + str(pathlib.Path(__file__).resolve().parents[3]
                                  / "examples" / "custom-layers")


def models(path, folder):
    """Each model of a file: what to call it, and where it is."""
    if path.suffix == ".mlmodel":
        yield path.name, path
        return
    for index, text in enumerate(path.read_text().split("# // -----\n")):
        piece = folder / f"{path.stem}.{index}.textproto"
        piece.write_text(text)
        yield f"{path.name} model {index}", piece


def parse(path):
    if path.suffix == ".mlmodel":
        return schema.read_model(path)
    return text_format.Parse(path.read_text(), schema.load().Model())


def canonical(model):
    """Bytes that are equal where models are."""
    return model.SerializeToString(deterministic=True)


def difference(before, after):
    """The first line of text that differs, for people."""
    first = text_format.MessageToString(before).splitlines()
    second = text_format.MessageToString(after).splitlines()
    for number, (a, b) in enumerate(zip(first, second)):
        if a != b:
            around = " / ".join(line.strip() for line in
                                first[max(0, number - 4):number])
            return f"after '{around[:200]}': '{a[:80]}' became '{b[:80]}'"
    if len(first) != len(second):
        return f"{len(first)} lines of text became {len(second)}"
    return "only unknown fields differ"


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def check_operations(tools, name, path, folder):
    """Whether the operations alone say all that matters."""
    translate = tools / "mlc-translate"
    first, out = folder / "first.mlir", folder / "out.mlmodel"
    second = folder / "second.mlir"
    command = [translate, "--import-mlmodel", "--mlir-print-debuginfo", CUSTOM]
    if run(*command, path, "-o", first).returncode:
        return None
    for step in ([translate, "--export-mlmodel", first, "-o", out],
                 [*command, out, "-o", second]):
        done = run(*step)
        if done.returncode:
            print(f"{name}: {done.stderr.splitlines()[0]}")
            return False
    # Weights that were quantised are floats in the file.
    before = re.sub(r'coreml\.\w+_encoding = "[^"]*"(, )?', "",
                    first.read_text())
    after = second.read_text()
    if before == after:
        return True
    for a, b in zip(before.splitlines(), after.splitlines()):
        if a != b:
            print(f"{name}: '{a[:300]}' became '{b[:300]}'")
            break
    return False


def check(tools, name, path, folder):
    """Whether a model survives; None where it cannot be imported."""
    translate = tools / "mlc-translate"
    ir, out = folder / "model.mlir", folder / "out.mlmodel"
    imported = subprocess.run(
        [translate, "--import-mlmodel", "--keep-file-form",
         "--mlir-print-debuginfo", CUSTOM, path, "-o",
         ir], capture_output=True, text=True)
    if imported.returncode:
        return None
    exported = subprocess.run([translate, "--export-mlmodel", ir, "-o", out],
                              capture_output=True, text=True)
    if exported.returncode:
        print(f"{name}: {exported.stderr.splitlines()[0]}")
        return False
    before, after = parse(path), schema.read_model(out)
    if canonical(before) == canonical(after):
        return True
    print(f"{name}: {difference(before, after)}")
    return False


def main():
    arguments = sys.argv[1:]
    compare = check
    if arguments[0] == "--operations":
        compare = check_operations
        arguments.pop(0)
    tools = pathlib.Path(arguments.pop(0))
    equal = failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for argument in arguments:
            for name, path in models(pathlib.Path(argument), folder):
                result = compare(tools, name, path, folder)
                equal += result is True
                failed += result is False
    print(f"{equal} equal, {failed} not")
    return 1 if failed or not equal else 0


if __name__ == "__main__":
    sys.exit(main())
