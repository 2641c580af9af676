#!/usr/bin/env python3
"""check_network.py MANIFEST MOST_DISPATCHES [MOST_ARENA_MIB]: the kernels of a
generated network are few, none only moves data or applies what should have been
fused, and the arena is as small as its lower bound."""
import json
import sys

manifest = json.load(open(sys.argv[1]))
most = int(sys.argv[2])
kinds = [dispatch["kind"] for dispatch in manifest["dispatches"]]
memory = manifest["memory"]
mebibytes = memory["arenaBytes"] / 2**20
print(len(kinds), "dispatches,", f"{mebibytes:.3f} MiB,", sorted(set(kinds)))
allowed = {"preprocess", "convolution", "pooling", "reduction", "matmul",
           "softmax", "lrn", "normalization", "resize", "padding"}
assert set(kinds) <= allowed, set(kinds) - allowed
assert kinds.count("preprocess") <= 1
assert len(kinds) - kinds.count("preprocess") <= most, len(kinds)
assert memory["arenaBytes"] == memory["lowerBoundBytes"], memory
if len(sys.argv) > 3:
    assert mebibytes <= float(sys.argv[3]), mebibytes
