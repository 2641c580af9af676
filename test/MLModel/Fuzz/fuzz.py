#!/usr/bin/env python3
"""Gives mlc models that are wrong in ways nobody thought of.

    fuzz.py bytes BIN       bits, lengths and ends of binary files
    fuzz.py fields BIN      values, fields and layers of otherwise sound models
    fuzz.py export BIN      the same, exported again

Starts from the cases of test/Integration/layers, mutates them by a fixed seed,
and demands that mlc-translate says status 0, or 1 with one line of error: no
signal, no endless run, no more memory than --memory. What `fields` gives and
mlc-translate takes is compiled by mlc-opt under the same rules; what `export`
gives and mlc-translate takes has to come out equal.

On a failure the model is kept in the folder --keep; --seed and --count look
further than the test does.
"""
import argparse
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "test" / "Integration" / "layers"))

from google.protobuf import text_format  # noqa: E402

import layer_cases  # noqa: E402, F401
from case import CUSTOM, REGISTRY, Case, build_model, pb  # noqa: E402

SPLIT = "\n# // -----\n"
IR_SPLIT = "\n// -----\n"
# What a model that was taken has.
MAIN = "func.func @main"
# Only against hangs; a model takes a few hundredths of a second.
SECONDS = 120


class Runner:
    """Runs a tool with bounded memory and time."""

    def __init__(self, tools, gigabytes):
        self.tools, self.bytes = tools, int(gigabytes * 2**30)

    def limit(self):
        resource.setrlimit(resource.RLIMIT_AS, (self.bytes, self.bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def run(self, tool, *arguments):
        """Status, output and errors; the status is None after a hang."""
        command = [str(self.tools / tool), *map(str, arguments)]
        try:
            done = subprocess.run(command, capture_output=True,
                                  preexec_fn=self.limit, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return None, "", ""
        return (done.returncode, done.stdout.decode(errors="replace"),
                done.stderr.decode(errors="replace"))


def errors_in(text):
    return re.findall(r"^.*\berror: .*$", text, flags=re.M)


def find_fault(status, output, errors, models, mark):
    """What is wrong with how a tool treated `models` models, or None.

    `mark` counts the models in the output: those that were taken. Each other
    one has to have its line of error. Layers that are not supported have a
    line each.
    """
    if status is None:
        return f"ran longer than {SECONDS} s"
    if status not in (0, 1):
        return f"status {status}: {errors.strip()[-300:]}"
    lines = errors_in(errors)
    if (status == 1) != bool(lines):
        return f"status {status}, but {len(lines)} lines of error"
    refused = models - output.count(mark)
    if len(lines) < refused:
        return f"{refused} models refused by {len(lines)} lines of error"
    lines = [line for line in lines if "which is not supported" not in line]
    if len(lines) > refused:
        return (f"{len(lines)} lines of error for {refused} models: "
                + lines[-1][:300])
    return None


# ---------------------------------------------------------------------------
# Bytes
# ---------------------------------------------------------------------------


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def mutate_bytes(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        at = rng.randrange(len(data)) if data else 0
        kind = rng.randrange(7)
        if kind == 0:
            data[at:at + 1] = bytes([(data[at] if data else 0)
                                     ^ 1 << rng.randrange(8)])
        elif kind == 1:
            del data[at:]
        elif kind == 2:
            data[at:at + 1] = varint(2**rng.choice((7, 31, 32, 63)) - 1)
        elif kind == 3:
            data[at:at + 1] = b"\xff" * rng.randrange(1, 12)
        elif kind == 4:
            length = rng.randrange(1, 40)
            data[at:at] = data[at:at + length] * rng.choice((1, 2, 50))
        elif kind == 5:
            del data[at:at + rng.randrange(1, 20)]
        else:
            # A message in a message in a message, of any field.
            field = varint(rng.choice((1, 2, 5, 100, 200, 500)) << 3 | 2)
            nested = b""
            for _ in range(rng.choice((3, 200))):
                nested = field + varint(len(nested)) + nested
            data[at:at] = nested
    return bytes(data)


def check_bytes(runner, models, count, seed, keep):
    def one(index):
        rng = random.Random(f"{seed} bytes {index}")
        data = mutate_bytes(rng.choice(models).SerializeToString(), rng)
        with tempfile.NamedTemporaryFile(suffix=".mlmodel") as file:
            file.write(data)
            file.flush()
            fault = find_fault(*runner.run("mlc-translate", "--import-mlmodel", CUSTOM,
                                           "--mlir-elide-elementsattrs-if-larger=4",
                                           file.name), 1, MAIN)
        if fault:
            path = keep / f"bytes-{seed}-{index}.mlmodel"
            path.write_bytes(data)
            return f"{path}: {fault}"
        return None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [fault for fault in pool.map(one, range(count)) if fault]


# ---------------------------------------------------------------------------
# Fields
# ---------------------------------------------------------------------------

INTEGERS = [0, 1, 2, 3, 5, 7, 100, 65536, 2**31 - 1, 2**31, 2**62, 2**63 - 1]
NUMBERS = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-30, 1e30, 3e9, float("inf"),
           float("-inf"), float("nan")]


def places(message, found):
    """All (message, field) pairs of a message and those in it, but for maps."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type and field.message_type.GetOptions().map_entry:
            continue
        found.append((message, field))
        if field.message_type is None:
            continue
        value = getattr(message, field.name)
        if field.label == field.LABEL_REPEATED:
            for part in value:
                places(part, found)
        elif message.HasField(field.name):
            places(value, found)
    return found


def any_scalar(field, rng, names):
    kinds = type(field)
    if field.cpp_type == kinds.CPPTYPE_BOOL:
        return rng.random() < 0.5
    if field.cpp_type == kinds.CPPTYPE_STRING:
        if field.type == kinds.TYPE_BYTES:
            return bytes(rng.randrange(256) for _ in range(rng.randrange(9)))
        return rng.choice(names + ["", "x", "\n\"", "a" * 300])
    if field.cpp_type == kinds.CPPTYPE_ENUM:
        return rng.choice([value.number for value in field.enum_type.values]
                          + [99])
    if field.cpp_type in (kinds.CPPTYPE_FLOAT, kinds.CPPTYPE_DOUBLE):
        return rng.choice(NUMBERS)
    signed = field.cpp_type in (kinds.CPPTYPE_INT32, kinds.CPPTYPE_INT64)
    value = rng.choice(INTEGERS)
    if field.cpp_type in (kinds.CPPTYPE_INT32, kinds.CPPTYPE_UINT32):
        value = min(value, 2**31 - 1)
    elif not signed and rng.random() < 0.1:
        value = 2**64 - 1
    return -value if signed and rng.random() < 0.4 else value


def change_field(message, field, rng, names):
    """Sets, clears, grows or shrinks one field."""
    if field.label == field.LABEL_REPEATED:
        values = getattr(message, field.name)
        action = rng.randrange(5)
        if not values or action == 0:
            if field.message_type:
                values.add()
            else:
                values.extend(any_scalar(field, rng, names)
                              for _ in range(rng.choice((1, 1, 2, 3, 6))))
        elif action == 1:
            del values[rng.randrange(len(values))]
        elif action == 2:
            again = values[rng.randrange(len(values))]
            for _ in range(rng.choice((1, 1, 5))):
                if field.message_type:
                    values.add().CopyFrom(again)
                else:
                    values.append(again)
        elif action == 3:
            message.ClearField(field.name)
        elif not field.message_type:
            values[rng.randrange(len(values))] = any_scalar(field, rng, names)
        elif len(values) > 1:
            first, second = rng.sample(range(len(values)), 2)
            kept = type(values[0])()
            kept.CopyFrom(values[first])
            values[first].CopyFrom(values[second])
            values[second].CopyFrom(kept)
    elif field.message_type:
        if message.HasField(field.name) and rng.random() < 0.7:
            message.ClearField(field.name)
        else:
            getattr(message, field.name).SetInParent()
    elif rng.random() < 0.2:
        message.ClearField(field.name)
    else:
        setattr(message, field.name, any_scalar(field, rng, names))


def mutate_fields(model, rng):
    model = type(model).FromString(model.SerializeToString())
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        network = model.neuralNetwork
        names = [name for layer in network.layers
                 for name in (*layer.input, *layer.output)]
        where = rng.random()
        # Mostly the layers; their parameters more than their names.
        if where < 0.15 or not network.layers:
            found = places(model.description, [])
        elif where < 0.25:
            found = [place for place in places(model, [])
                     if place[0] in (model, network)]
        else:
            layer = rng.choice(network.layers)
            kind = layer.WhichOneof("layer")
            params = getattr(layer, kind) if kind else None
            found = places(params, []) if params and rng.random() < 0.8 else \
                places(layer, [])
        if found:
            change_field(*rng.choice(found), rng, names)
    return model


def bisect(texts, is_bad):
    """The first text that fails on its own, or all of them."""
    for text in texts:
        if is_bad([text]):
            return [text]
    return texts


def compile_models(runner, texts):
    """A fault of the import, or else of the compilation, of some models."""
    with tempfile.TemporaryDirectory() as folder:
        source, imported = (pathlib.Path(folder, name) for name in "si")
        source.write_text(SPLIT.join(texts))
        status, output, errors = runner.run(
            "mlc-translate", "--import-mlmodel", CUSTOM, "--split-input-file",
            f"--output-split-marker={IR_SPLIT}", source)
        fault = find_fault(status, output, errors, len(texts), MAIN)
        if fault or MAIN not in output:
            return fault and f"import: {fault}"
        imported.write_text(output)
        status, compiled, errors = runner.run(
            "mlc-opt", "--split-input-file", "--mlc-compile",
            "--mlir-elide-elementsattrs-if-larger=4", imported)
        fault = find_fault(status, compiled, errors, output.count(MAIN), MAIN)
        return fault and f"compilation: {fault}"


def export_models(runner, texts):
    """A fault of the export of models, each of which should come out equal."""
    with tempfile.TemporaryDirectory() as folder:
        source, imported = (pathlib.Path(folder, name) for name in "si")
        source.write_text(SPLIT.join(texts))
        _, output, _ = runner.run(
            "mlc-translate", "--import-mlmodel", "--keep-file-form", CUSTOM,
            "--mlir-print-debuginfo", "--split-input-file",
            f"--output-split-marker={IR_SPLIT}", source)
        pieces = output.split(IR_SPLIT)
        if len(pieces) != len(texts):
            return None  # compile_models finds what is wrong
        taken = [(text, piece) for text, piece in zip(texts, pieces)
                 if MAIN in piece]
        if not taken:
            return None
        imported.write_text(IR_SPLIT.join(piece for _, piece in taken))
        status, output, errors = runner.run(
            "mlc-translate", "--export-mlmodel-text", "--split-input-file",
            f"--output-split-marker={IR_SPLIT}", imported)
        if status != 0:
            return f"export: status {status}: {errors.strip()[-300:]}"
        for (text, _), exported in zip(taken, output.split(IR_SPLIT)):
            before, after = (text_format.Parse(one, pb.Model()).SerializeToString(
                deterministic=True) for one in (text, exported))
            if before != after:
                return "export: another model came out"
    return None


def check_fields(runner, models, count, seed, keep, treat):
    def batch(index):
        rng = random.Random(f"{seed} fields {index}")
        texts = [text_format.MessageToString(mutate_fields(model, rng))
                 for model in rng.sample(models, min(BATCH, len(models)))]
        fault = treat(runner, texts)
        if not fault:
            return None
        guilty = bisect(texts, lambda some: treat(runner, some))
        path = keep / f"fields-{seed}-{index}.textproto"
        path.write_text(SPLIT.join(guilty))
        return f"{path}: {treat(runner, guilty) or fault}"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        batches = range((count + BATCH - 1) // BATCH)
        return [fault for fault in pool.map(batch, batches) if fault]


# How many models one process gets.
BATCH = 25


def small_models():
    """One-layer models, but for those with many weights."""
    models = [build_model([Case(name)], False) for name in REGISTRY]
    return [model for model in models if model.ByteSize() < 4000]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["bytes", "fields", "export"])
    parser.add_argument("tools", type=pathlib.Path, metavar="BIN")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--memory", type=float, default=4, metavar="GIB")
    parser.add_argument("--keep", type=pathlib.Path, metavar="DIR",
                        default=pathlib.Path(tempfile.gettempdir()))
    options = parser.parse_args()
    runner = Runner(options.tools, options.memory)
    options.keep.mkdir(parents=True, exist_ok=True)
    arguments = (runner, small_models(), options.count, options.seed,
                 options.keep)
    if options.what == "bytes":
        faults = check_bytes(*arguments)
    else:
        faults = check_fields(*arguments, compile_models
                              if options.what == "fields" else export_models)
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    print(f"{options.count} models, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
