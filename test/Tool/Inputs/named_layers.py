#!/usr/bin/env python3
"""named_layers.py FOLDER: writes models whose layers have names that Metal text
cannot have: one layer of each name, in chains of prefix sums and softmaxes, whose
kernels use the names of their layers. NAMES is C++17, C++20, alternative tokens,
Metal's words, types and functions, mlc's own, and forms that C++ reserves."""
import pathlib
import sys

NAMES = """
alignas alignof and and_eq asm auto bitand bitor bool break case catch char
char16_t char32_t class compl const constexpr const_cast continue decltype default
delete do double dynamic_cast else enum explicit export extern false float for
friend goto if inline int long mutable namespace new noexcept not not_eq nullptr
operator or or_eq private protected public register reinterpret_cast return short
signed sizeof static static_assert static_cast struct switch template this
thread_local throw true try typedef typeid typename union unsigned using virtual
void volatile wchar_t while xor xor_eq char8_t concept consteval constinit co_await
co_return co_yield requires main std
device constant thread threadgroup kernel vertex fragment half uchar ushort uint
ulong size_t metal sampler texture2d atomic_int bfloat float2 float4 half3 uint3
packed_float4 float4x4 half2x3 simdgroup_float8x8 INFINITY NAN M_PI_F
exp sqrt min max fma select abs clamp erf tanh pow floor simd_sum
threadgroup_barrier mem_flags simdgroup_load
lanes mask splat load_lanes store_lanes load_lanes_strided store_lanes_strided
load_codes elements load_elements put_elements put_lanes share_lanes get_lanes
MLC_NATIVE_LANES MLC_SIMDGROUP_WIDTH MLC_GROUPS mlc_wait mlc_any
gridPosition groupPosition groupIndex threadsPerGroup simdgroupIndex
_x _Upper __double a__b x_ linux unix errno
""".split() + [
    "卷积/", r"a\n\n/", "layer??/", r"layer\\", "??=", "*/", "/*", r"a\"b", "a'b",
    "%s", " ", "é"]


def network(names):
    layers, previous = [], "x"
    for index, name in enumerate(names):
        kind = ("cumSum { axis: 1 }", "softmaxND { axis: -1 }")[index % 2]
        last = index == len(names) - 1
        blob = "y" if last else f"blob{index}"
        layers.append(f'  layers {{ name: "{name}" input: "{previous}" '
                      f'output: "{blob}" {kind} }}\n')
        previous = blob
    return ("specificationVersion: 4\ndescription {\n"
            '  input { name: "x" type { multiArrayType { shape: [3, 4, 5] '
            "dataType: FLOAT32 } } }\n"
            '  output { name: "y" type { multiArrayType { dataType: FLOAT32 } } }\n'
            "}\nneuralNetwork {\n"
            "  arrayInputShapeMapping: EXACT_ARRAY_MAPPING\n"
            + "".join(layers) + "}\n")


folder = pathlib.Path(sys.argv[1])
# Each name once in front, where its kernel is a prefix sum, and once behind.
(folder / "a.textproto").write_text(network(NAMES))
(folder / "b.textproto").write_text(network(["first"] + NAMES))
