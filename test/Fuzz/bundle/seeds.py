#!/usr/bin/env python3
"""Writes the seeds of the fuzz target `bundle`: a manifest, a zero byte, kernels.

    seeds.py OUT

The first is a bundle that is accepted; each of the others has a further part of
the format.
"""
import copy
import json
import pathlib
import sys

KERNELS = """// Made by mlc. Compile with fast math off.
#include <metal_stdlib>
using namespace metal;

#ifndef MLC_NATIVE_LANES
template <int N> struct lanes { float4 v[N / 4]; };
template <int N> inline lanes<N> splat(float x) {
  lanes<N> r;
  for (int i = 0; i < N / 4; ++i) r.v[i] = float4(x);
  return r;
}
template <int N, typename T>
inline lanes<N> load_lanes(device const T *p, int count) {
  lanes<N> r = splat<N>(0.0f);
  for (int i = 0; i < N; ++i)
    if (i < count) r.v[i / 4][i % 4] = float(p[i]);
  return r;
}
#endif

namespace k_code {
struct Position { int s, n, c, h, w; };
constant constexpr float slope = -0.5f;
struct x_ {
  device const half *data;
  enum { S = 1, C = 3 };
  float operator()(Position p) const { return float(data[p.c * 2]); }
};
struct Inputs { x_ x; };
#line 1 "k.metal"
float element(Inputs in, Position at) {
  at.c += 1;
  return max(in.x(at), 0.0f) * slope;
}
#line 1 "kernels.metal, after k.metal"
}

// layer
kernel void k(
    device const float *x [[buffer(0)]],
    device float *y [[buffer(1)]],
    uint3 gridPosition [[thread_position_in_grid]]) {
  constexpr int ROW = 3;
  int i = int(gridPosition.x);
  if (i >= 3) return;
  threadgroup float shared[32];
  float sum = 0.0f;
  #pragma unroll
  for (int j = 0; j < 3; j += 1) {
    sum = x[j * ROW] > 0.0f ? sum + x[j] : -sum;
  }
  threadgroup_barrier(mem_flags::mem_threadgroup);
  shared[i] = sum;
  y[i] = shared[i] * 0.5e-3f;
}
"""


def dispatch(**changes):
    return {"kernel": "k", "kind": "elementwise", "threads": [3, 1, 1],
            "threadgroups": [1, 1, 1], "threadsPerThreadgroup": [32, 1, 1],
            "bindings": [
                {"index": 0, "buffer": "x", "offset": 0, "bytes": 12,
                 "access": "read"},
                {"index": 1, "buffer": "y", "offset": 0, "bytes": 12,
                 "access": "write"}],
            "dependencies": [], "barrierBefore": False, "origin": ["layer"],
            "flops": 6, "bytes": 24, **changes}


MANIFEST = {
    "version": 1, "generator": "mlc", "precision": "f32",
    "floatingPoint": {"fastMath": False}, "model": {},
    "files": {name: {"bytes": 0, "xxh3": "0" * 32}
              for name in ("kernels.metal", "weights.bin")},
    "inputs": [{"name": "x", "type": "multiArray", "dataType": "float32",
                "shape": [3], "buffer": "x", "isOptional": True,
                "floatDefaultValue": "-Infinity", "state": "y"}],
    "outputs": [{"name": "y", "type": "multiArray", "dataType": "float32",
                 "shape": [3], "buffer": "y"}],
    "classifier": {"labels": ["a", "b", 3], "probabilities": "y",
                   "predictedFeatureName": "label"},
    "buffers": [{"name": "arena", "kind": "arena", "bytes": 64},
                {"name": "weights", "kind": "weights", "bytes": 64},
                {"name": "x", "kind": "input", "bytes": 12},
                {"name": "y", "kind": "output", "bytes": 12}],
    "weights": [], "memory": {},
    "kernels": [{"name": "k", "kind": "elementwise",
                 "positions": ["thread_position_in_grid"],
                 "threadgroupMemoryBytes": 128, "cooperative": False,
                 "arguments": [
                     {"index": 0, "name": "x", "access": "read",
                      "dataType": "float32", "bytes": 12},
                     {"index": 1, "name": "y", "access": "write",
                      "dataType": "float32", "bytes": 12}]}],
    "dispatches": [dispatch()],
}


def seeds():
    yield MANIFEST
    m = copy.deepcopy(MANIFEST)
    flag = {"buffer": "arena", "offset": 4, "dataType": "float32"}
    m["steps"] = [{"loop": [{"run": [0, 1]}, {"exitUnless": flag}],
                   "while": [{"exitUnless": flag}], "limit": 3, "count": flag},
                  {"if": flag, "then": [{"run": [0, 1]}], "else": []}]
    yield m
    m = copy.deepcopy(MANIFEST)
    m["variants"] = [{key: copy.deepcopy(m[key]) for key in
                      ("inputs", "outputs", "buffers", "dispatches", "memory")}]
    yield m
    m = copy.deepcopy(MANIFEST)
    m["buffers"].append({"name": "decoded", "kind": "decoded", "bytes": 12})
    decode = dispatch()
    decode["bindings"][0]["buffer"] = "weights"
    decode["bindings"][1]["buffer"] = "decoded"
    m["decode"] = [decode]
    m["dispatches"][0]["alternativeThreadsPerThreadgroup"] = [[8, 4, 1]]
    yield m
    m = copy.deepcopy(MANIFEST)
    m["inputs"][0].update(type="image", colorSpace="RGB", dataType="uint8",
                          shape=[1, 2, 2, 3])
    yield m


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for number, manifest in enumerate(seeds()):
        (out / f"bundle-{number}").write_bytes(
            json.dumps(manifest).encode() + b"\0" + KERNELS.encode())


if __name__ == "__main__":
    main()
