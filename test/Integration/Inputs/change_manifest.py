#!/usr/bin/env python3
"""change_manifest.py BUNDLE STATEMENT: runs a Python statement on the manifest `m`
of a bundle and writes it back."""
import json
import pathlib
import sys

path = pathlib.Path(sys.argv[1]) / "manifest.json"
m = json.loads(path.read_text())
exec(sys.argv[2])
path.write_text(json.dumps(m))
