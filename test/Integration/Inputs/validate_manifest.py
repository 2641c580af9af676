#!/usr/bin/env python3
"""validate_manifest.py SCHEMA MANIFEST: holds a manifest against the schema."""
import json
import sys

import jsonschema

schema, manifest = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.validate(manifest, schema)
kernels = {kernel["name"] for kernel in manifest["kernels"]}
buffers = {buffer["name"]: buffer["bytes"] for buffer in manifest["buffers"]}
for index, dispatch in enumerate(manifest["dispatches"]):
    assert dispatch["kernel"] in kernels, dispatch
    assert all(d < index for d in dispatch["dependencies"]), dispatch
    for binding in dispatch["bindings"]:
        end = binding["offset"] + binding["bytes"]
        assert end <= buffers[binding["buffer"]], binding


def run_of(steps):
    """The dispatches that the steps name, in the order of the text."""
    for step in steps:
        first, count = step.get("run", (0, 0))
        yield from range(first, first + count)
        for inner in "while", "loop", "then", "else":
            yield from run_of(step.get(inner, []))


if "steps" in manifest:
    assert (sorted(run_of(manifest["steps"]))
            == list(range(len(manifest["dispatches"]))))
print("valid:", len(manifest["dispatches"]), "dispatches")
