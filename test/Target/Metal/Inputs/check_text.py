#!/usr/bin/env python3
"""check_text.py FILE: looks for what Metal does not have in emitted kernels."""
import re
import sys

text = open(sys.argv[1]).read()
code = re.sub(r"//[^\n]*", "", text)
forbidden = ["double", "new", "delete", "virtual", "throw", "try", "catch",
             "goto", "std", "static", "asm", "dynamic_cast", "typeid", "long",
             "malloc", "printf", "union", "extern"]
for word in forbidden:
    assert not re.search(rf"\b{word}\b", code), word
assert "float16_t" not in code and "#include <" in code
headers = ["metal_stdlib"]
if "simdgroup_float8x8" in code:
    headers.append("metal_simdgroup_matrix")
assert re.findall(r"#include <([^>]*)>", code) == headers
kernels = re.findall(r"kernel void (\w+)\(([^{]*)\) \{", code)
names = [name for name, _ in kernels]
assert len(set(names)) == len(names), "kernel names repeat"
for name, parameters in kernels:
    buffers = re.findall(r"\[\[buffer\((\d+)\)\]\]", parameters)
    assert [int(b) for b in buffers] == list(range(len(buffers))), name
    assert len(buffers) <= 31, name
    for parameter in parameters.split(","):
        if "*" in parameter:
            assert parameter.strip().startswith("device "), parameter
    # No kernel calls a kernel: no recursion.
    body = code.split(f"kernel void {name}(", 1)[1].split("\n}\n", 1)[0]
    for other in names:
        assert f"{other}(" not in body, (name, other)
print(len(kernels), "kernels, strict")
