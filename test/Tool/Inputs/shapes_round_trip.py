#!/usr/bin/env python3
"""shapes_round_trip.py MLC FOLDER MODEL...: runs each model on arrays of the
shapes that `mlc inspect --json` shows, and chooses these by --input-shape."""
import json
import pathlib
import subprocess
import sys

import numpy as np

mlc, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def run(*arguments):
    return subprocess.run([mlc, *map(str, arguments)], text=True,
                          capture_output=True, timeout=120)


bad = 0
for model in sys.argv[3:]:
    options, shapes = [], []
    for feature in json.loads(run("inspect", model, "--json").stdout)["inputs"]:
        if "shape" not in feature:
            feature["shape"] = []
        file = folder / f"{len(options)}.npy"
        isImage = feature["type"] == "image"
        channels = [3] if feature.get("colorSpace") in ("RGB", "BGR") else []
        np.save(file, np.zeros(feature["shape"] + (channels if isImage else []),
                               np.uint8 if isImage else np.float32))
        options += ["-i", f"{feature['name']}={file}"]
        if feature["shape"]:
            text = "x".join(map(str, feature["shape"]))
            shapes += ["--input-shape", f"{feature['name']}={text}"]
    for arguments in (options, options + shapes):
        done = run("run", model, *arguments)
        if done.returncode:
            bad += 1
            print(f"FAIL {model}: {done.stderr.strip()}")
print(f"{len(sys.argv) - 3} models, {bad} failures")
sys.exit(1 if bad else 0)
