#!/usr/bin/env python3
"""change_manifest.py BUNDLE STATEMENT: runs a Python statement on the manifest `m`
of a bundle and writes it back. The hashes are then those of the files as they
are, unless the statement changes them."""
import json
import pathlib
import subprocess
import sys

bundle = pathlib.Path(sys.argv[1])
path = bundle / "manifest.json"
m = json.loads(path.read_text())
for name in ("kernels.metal", "weights.bin"):
    file = bundle / name
    if file.is_file():
        xxh3 = subprocess.run(["xxhsum", "-H2", str(file)], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.split()[0]
        m["files"][name] = {"bytes": file.stat().st_size, "xxh3": xxh3}
exec(sys.argv[2])
path.write_text(json.dumps(m))
