// The names that Metal and C++ keep. Names of layers and of custom classes end
// up in Metal text, so the lists are whole: Metal Shading Language 3.2
// (chapters 1, 2, 4 to 6), C++17 with the keywords of C++20.
#include "mlc/Support/MetalNames.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

static constexpr size_t kMaxIdentifier = 64, kMaxComment = 80;

// Words that are separated by blanks.
static StringSet<> wordSet(StringRef text) {
  StringSet<> words;
  SmallVector<StringRef> list;
  SplitString(text, list);
  for (StringRef word : list)
    words.insert(word);
  return words;
}

static constexpr StringLiteral kKeywords = R"(
alignas alignof and and_eq asm auto bitand bitor bool break case catch char
char8_t char16_t char32_t class co_await co_return co_yield compl concept const
const_cast consteval constexpr constinit continue decltype default delete do
double dynamic_cast else enum explicit export extern false final float for friend
goto if import inline int long module mutable namespace new noexcept not not_eq
nullptr operator or or_eq override private protected public register
reinterpret_cast requires return short signed sizeof static static_assert
static_cast struct switch template this thread_local throw true try typedef typeid
typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq
restrict main std assert offsetof errno

kernel vertex fragment mesh object visible stitchable intersection device constant
thread threadgroup threadgroup_imageblock ray_data object_data coherent half bfloat
uchar ushort uint ulong size_t ptrdiff_t int8_t uint8_t int16_t uint16_t int32_t
uint32_t int64_t uint64_t intptr_t uintptr_t nullptr_t bool8 atomic atomic_int
atomic_uint atomic_bool atomic_float atomic_ulong memory_order memory_order_relaxed
mem_flags thread_scope sampler sampler_state access depth2d depth2d_array
depth2d_ms depth2d_ms_array depthcube depthcube_array texture texture1d
texture1d_array texture2d texture2d_array texture2d_ms texture2d_ms_array texture3d
texturecube texturecube_array texture_buffer imageblock array array_ref
simdgroup_matrix simdgroup_half8x8 simdgroup_float8x8 simdgroup_bfloat8x8
simdgroup_event matrix vec packed_vec patch_control_point render_command
compute_command command_buffer visible_function_table intersection_function_table
acceleration_structure primitive_acceleration_structure
instance_acceleration_structure intersector intersection_result intersection_query
intersection_params ray primitive_data rasterization_rate_map_data
rasterization_rate_map_decoder interpolant mesh_grid_properties compute_pipeline_state
render_pipeline_state depth_stencil_state function_handle buffer
metal simd raytracing fast precise

INFINITY NAN HUGE_VAL HUGE_VALF HUGE_VALH MAXFLOAT MAXHALF MAXBFLOAT NULL
FLT_DIG FLT_MANT_DIG FLT_MAX_10_EXP FLT_MAX_EXP FLT_MIN_10_EXP FLT_MIN_EXP
FLT_RADIX FLT_MAX FLT_MIN FLT_EPSILON FP_ILOGB0 FP_ILOGBNAN HALF_DIG HALF_MANT_DIG
HALF_MAX_10_EXP HALF_MAX_EXP HALF_MIN_10_EXP HALF_MIN_EXP HALF_RADIX HALF_MAX
HALF_MIN HALF_EPSILON BFLT_DIG BFLT_MANT_DIG BFLT_MAX BFLT_MIN BFLT_EPSILON
CHAR_BIT CHAR_MAX CHAR_MIN SCHAR_MAX SCHAR_MIN UCHAR_MAX SHRT_MAX SHRT_MIN USHRT_MAX
INT_MAX INT_MIN UINT_MAX LONG_MAX LONG_MIN ULONG_MAX
M_E_F M_LOG2E_F M_LOG10E_F M_LN2_F M_LN10_F M_PI_F M_PI_2_F M_PI_4_F M_1_PI_F
M_2_PI_F M_2_SQRTPI_F M_SQRT2_F M_SQRT1_2_F M_E_H M_LOG2E_H M_LOG10E_H M_LN2_H
M_LN10_H M_PI_H M_PI_2_H M_PI_4_H M_1_PI_H M_2_PI_H M_2_SQRTPI_H M_SQRT2_H
M_SQRT1_2_H linux unix
)";

static constexpr StringLiteral kFunctions = R"(
abs absdiff acos acosh addsat all any as_type asin asinh atan atan2 atan2pi atanh
atomic_compare_exchange_weak_explicit atomic_exchange_explicit
atomic_fetch_add_explicit atomic_fetch_and_explicit atomic_fetch_max_explicit
atomic_fetch_min_explicit atomic_fetch_or_explicit atomic_fetch_sub_explicit
atomic_fetch_xor_explicit atomic_load_explicit atomic_store_explicit
atomic_thread_fence bfloat ceil clamp clz copysign cos cosh cospi cross ctz
degrees determinant dfdx dfdy discard_fragment distance distance_squared dot erf
exp exp10 exp2 extract_bits fabs faceforward fdim floor fma fmax fmax3 fmedian3
fmin fmin3 fmod fract frexp fwidth get_num_samples get_sample_position hadd ilogb
insert_bits is_function_constant_defined isfinite isinf isnan isnormal isordered
isunordered ldexp length length_squared log log10 log2 mad24 madhi madsat
make_filled_simdgroup_matrix make_uniform max max3 median3 min min3 mix modf mul24
mulhi nan_value nextafter normalize pack_float_to_snorm2x16
pack_float_to_srgb_unorm4x8 pack_float_to_unorm10a2 pack_float_to_unorm2x16
pack_float_to_unorm4x8 popcount pow powr quad_all quad_any quad_ballot
quad_broadcast quad_shuffle quad_sum radians reflect refract reverse_bits rhadd
rint rotate round rsqrt saturate select sign signbit simd_active_threads_mask
simd_all simd_and simd_any simd_ballot simd_broadcast simd_broadcast_first
simd_is_first simd_is_helper_thread simd_max simd_min simd_or simd_prefix_exclusive_product
simd_prefix_exclusive_sum simd_prefix_inclusive_product simd_prefix_inclusive_sum
simd_product simd_shuffle simd_shuffle_and_fill_down simd_shuffle_and_fill_up
simd_shuffle_down simd_shuffle_rotate_down simd_shuffle_rotate_up simd_shuffle_up
simd_shuffle_xor simd_sum simd_vote simd_xor simdgroup_async_copy
simdgroup_barrier simdgroup_load simdgroup_multiply
simdgroup_multiply_accumulate simdgroup_store sin sincos sinh sinpi smoothstep sqrt
step subsat tan tanh tanpi threadgroup_barrier transpose trunc
unpack_snorm2x16_to_float unpack_snorm4x8_to_float unpack_srgb_unorm4x8_to_float
unpack_unorm10a2_to_float unpack_unorm2x16_to_float unpack_unorm4x8_to_float
wait_events
)";

// float4, packed_half3, float2x4, and the element types alone.
static bool isVectorOrMatrix(StringRef name) {
  name.consume_front("packed_");
  static const StringSet<> elements = wordSet(
      "bool char uchar short ushort int uint long ulong half float bfloat "
      "double r8unorm r8snorm r16unorm r16snorm rg8unorm rg8snorm rg16unorm "
      "rg16snorm rgba8unorm srgba8unorm rgba8snorm rgba16unorm rgba16snorm "
      "rgb10a2 rg11b10f rgb9e5");
  auto consumeExtent = [&] {
    if (name.empty() || !StringRef("2348").contains(name.back()))
      return false;
    name = name.drop_back();
    return true;
  };
  if (elements.contains(name))
    return true;
  if (!consumeExtent())
    return false;
  if (elements.contains(name))
    return true;
  return name.consume_back("x") && consumeExtent() && elements.contains(name);
}

bool mlc::isMetalKeyword(StringRef name) {
  static const StringSet<> words = wordSet(kKeywords);
  return words.contains(name) || isVectorOrMatrix(name) ||
         name.starts_with("_") || name.contains("__") ||
         name.starts_with_insensitive("mlc_");
}

bool mlc::isMetalFunction(StringRef name) {
  static const StringSet<> words = wordSet(kFunctions);
  return words.contains(name);
}

std::string mlc::metalIdentifier(StringRef wanted) {
  std::string name;
  for (char c : wanted) {
    if (name.size() == kMaxIdentifier)
      break;
    if (isAlnum(c))
      name += c;
    else if (name.empty() || name.back() != '_')
      name += '_';
  }
  StringRef rest = StringRef(name).ltrim('_');
  if (rest.empty() || isDigit(rest.front()) ||
      rest.starts_with_insensitive("mlc_"))
    name = ("v" + rest).str();
  else
    name = rest.str();
  if (isMetalKeyword(name) || isMetalFunction(name))
    name += "_";
  return name;
}

std::string mlc::metalComment(StringRef text) {
  std::string comment;
  for (unsigned char c : text) {
    if ((c & 0xC0) == 0x80)
      continue; // a further byte of a character
    if (comment.size() == kMaxComment)
      return comment + "...";
    bool isPlain = isPrint(c) && c != '\\' && c != '"' &&
                   !(c == '?' && StringRef(comment).ends_with("?"));
    comment += isPlain ? char(c) : '_';
  }
  return comment;
}
