#!/usr/bin/env python3
"""bundle_seeds.py MLC OUT MODEL...: compiles the models and writes, for each, its
manifest, a zero byte and its kernels: seeds of BundleFuzzer."""
import pathlib
import subprocess
import sys
import tempfile

mlc, out, *models = sys.argv[1:]
pathlib.Path(out).mkdir(parents=True, exist_ok=True)
for index, model in enumerate(models):
    with tempfile.TemporaryDirectory() as folder:
        bundle = pathlib.Path(folder) / "b.mlcbundle"
        if subprocess.run([mlc, "compile", model, "-o", str(bundle)],
                          stderr=subprocess.DEVNULL).returncode:
            continue
        seed = pathlib.Path(out) / f"{index}-{pathlib.Path(model).stem}"
        seed.write_bytes((bundle / "manifest.json").read_bytes() + b"\0"
                         + (bundle / "kernels.metal").read_bytes())
