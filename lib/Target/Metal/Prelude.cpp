// The kernel library, as text. Lanes are N floats that one thread computes
// together: here N/4 float4, which a scalar GPU unrolls at no cost. A host that
// brings a native vector type defines MLC_NATIVE_LANES and the same functions.
#include "Prelude.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

static constexpr StringLiteral kLanes = R"(
// N floats that a thread computes together.
template <int N> struct lanes { float4 v[N / 4]; };

template <int N> inline lanes<N> splat(float x) {
  lanes<N> r;
  for (int i = 0; i < N / 4; ++i) r.v[i] = float4(x);
  return r;
}
)";

// Written once for each operator or function: lanes by lanes.
static constexpr StringLiteral kBinary = R"(
template <int N> inline lanes<N> $NAME(lanes<N> a, lanes<N> b) {
  for (int i = 0; i < N / 4; ++i) a.v[i] = $EXPR;
  return a;
}
)";
static constexpr StringLiteral kUnary = R"(
template <int N> inline lanes<N> $NAME(lanes<N> a) {
  for (int i = 0; i < N / 4; ++i) a.v[i] = $EXPR;
  return a;
}
)";

static constexpr StringLiteral kFma = R"(
template <int N> inline lanes<N> fma(lanes<N> a, lanes<N> b, lanes<N> c) {
  for (int i = 0; i < N / 4; ++i) c.v[i] = fma(a.v[i], b.v[i], c.v[i]);
  return c;
}
)";

static constexpr StringLiteral kMask = R"(
// What comparing lanes gives.
template <int N> struct mask { bool4 v[N / 4]; };

template <int N> inline lanes<N> select(lanes<N> no, lanes<N> yes, mask<N> m) {
  for (int i = 0; i < N / 4; ++i) no.v[i] = select(no.v[i], yes.v[i], m.v[i]);
  return no;
}
)";
static constexpr StringLiteral kCompare = R"(
template <int N> inline mask<N> operator$OP(lanes<N> a, lanes<N> b) {
  mask<N> m;
  for (int i = 0; i < N / 4; ++i) m.v[i] = a.v[i] $OP b.v[i];
  return m;
}
)";
static constexpr StringLiteral kMaskBinary = R"(
template <int N> inline mask<N> operator$OP(mask<N> a, mask<N> b) {
  for (int i = 0; i < N / 4; ++i) a.v[i] = a.v[i] $OP2 b.v[i];
  return a;
}
)";

static constexpr StringLiteral kLoad = R"(
// Loads N elements, or the first `count` of them.
template <int N> inline lanes<N> load_lanes(device const half *p) {
  device const packed_half4 *q = (device const packed_half4 *)p;
  lanes<N> r;
  for (int i = 0; i < N / 4; ++i) r.v[i] = float4(half4(q[i]));
  return r;
}

template <int N> inline lanes<N> load_lanes(device const float *p) {
  device const packed_float4 *q = (device const packed_float4 *)p;
  lanes<N> r;
  for (int i = 0; i < N / 4; ++i) r.v[i] = float4(q[i]);
  return r;
}

template <int N> inline lanes<N> load_lanes(device const uchar *p) {
  lanes<N> r;
  for (int i = 0; i < N; ++i) r.v[i / 4][i % 4] = float(p[i]);
  return r;
}

template <int N, typename T>
inline lanes<N> load_lanes(device const T *p, int count) {
  lanes<N> r = splat<N>(0.0f);
  for (int i = 0; i < N; ++i)
    if (i < count) r.v[i / 4][i % 4] = float(p[i]);
  return r;
}
)";
static constexpr StringLiteral kLoadStrided = R"(
// Loads up to N elements that are `stride` apart.
template <int N, typename T>
inline lanes<N> load_lanes_strided(device const T *p, int stride, int count) {
  lanes<N> r = splat<N>(0.0f);
  for (int i = 0; i < N; ++i)
    if (i < count) r.v[i / 4][i % 4] = float(p[i * stride]);
  return r;
}
)";
static constexpr StringLiteral kLoadCodes = R"(
// N whole numbers of 8 * M / N bits, in M bytes.
template <int N, int M>
inline lanes<N> load_codes(device const uchar *p) {
  const int bits = 8 * M / N;
  lanes<N> r;
  for (int i = 0; i < N; ++i)
    r.v[i / 4][i % 4] = float((p[i % M] >> i / M * bits) & ((1 << bits) - 1));
  return r;
}
)";
static constexpr StringLiteral kStore = R"(
// Stores all lanes, or the first `count` of them.
template <int N> inline void store_lanes(device half *p, lanes<N> x) {
  device packed_half4 *q = (device packed_half4 *)p;
  for (int i = 0; i < N / 4; ++i) q[i] = packed_half4(half4(x.v[i]));
}

template <int N> inline void store_lanes(device float *p, lanes<N> x) {
  device packed_float4 *q = (device packed_float4 *)p;
  for (int i = 0; i < N / 4; ++i) q[i] = packed_float4(x.v[i]);
}

template <int N> inline void store_lanes(device uchar *p, lanes<N> x) {
  for (int i = 0; i < N; ++i) p[i] = uchar(x.v[i / 4][i % 4]);
}

template <int N, typename T>
inline void store_lanes(device T *p, lanes<N> x, int count) {
  for (int i = 0; i < N; ++i)
    if (i < count) p[i] = T(x.v[i / 4][i % 4]);
}
)";
static constexpr StringLiteral kStoreStrided = R"(
// Stores up to N lanes `stride` apart.
template <int N, typename T>
inline void store_lanes_strided(device T *p, int stride, lanes<N> x,
                                int count) {
  for (int i = 0; i < N; ++i)
    if (i < count) p[i * stride] = T(x.v[i / 4][i % 4]);
}
)";

static constexpr StringLiteral kElements = R"(
// N consecutive elements of a buffer, to be read one by one.
template <typename T, int N> using elements = T[N];

template <typename T, int N>
inline void load_elements(thread T (&x)[N], device const T *p) {
  for (int i = 0; i < N; ++i) x[i] = p[i];
}
)";
static constexpr StringLiteral kPutElements = R"(
// Lanes as an array, to be read one by one.
template <int N> inline void put_elements(thread float (&x)[N], lanes<N> v) {
  for (int i = 0; i < N; ++i) x[i] = v.v[i / 4][i % 4];
}
)";

static constexpr StringLiteral kPutLanes = R"(
// Lanes as consecutive floats of an array, from element `at` on.
template <int N, int M>
inline void put_lanes(thread float (&x)[M], int at, lanes<N> v) {
  for (int i = 0; i < N; ++i) x[at + i] = v.v[i / 4][i % 4];
}
)";

static constexpr StringLiteral kShareLanes = R"(
// The same into memory that the threads of a group share.
template <int N, int M>
inline void share_lanes(threadgroup float (&x)[M], int at, lanes<N> v) {
  for (int i = 0; i < N; ++i) x[at + i] = v.v[i / 4][i % 4];
}
)";

static constexpr StringLiteral kGetLanes = R"(
// Consecutive floats of an array, from element `at` on.
template <int N, int M>
inline lanes<N> get_lanes(thread float (&x)[M], int at) {
  lanes<N> r;
  for (int i = 0; i < N; ++i) r.v[i / 4][i % 4] = x[at + i];
  return r;
}
)";

// Metal has no error function. This is the Chebyshev fit of erfc from Numerical
// Recipes (section 6.2), whose relative error is below 1.2e-7 everywhere.
static constexpr StringLiteral kErf = R"(
// The error function, which Metal lacks.
inline float erf(float x) {
  float a = fabs(x);
  float t = 1.0f / fma(0.5f, a, 1.0f);
  float p = 0.17087277f;
  p = fma(p, t, -0.82215223f);
  p = fma(p, t, 1.48851587f);
  p = fma(p, t, -1.13520398f);
  p = fma(p, t, 0.27886807f);
  p = fma(p, t, -0.18628806f);
  p = fma(p, t, 0.09678418f);
  p = fma(p, t, 0.37409196f);
  p = fma(p, t, 1.00002368f);
  p = fma(p, t, -1.26551223f);
  float y = 1.0f - t * exp(fma(-a, a, p));
  return x < 0.0f ? -y : y;
}
)";

static constexpr StringLiteral kSimdgroups = R"(
// The threads of a simdgroup. A host that runs one as a single thread says 1.
#ifndef MLC_SIMDGROUP_WIDTH
#define MLC_SIMDGROUP_WIDTH 32
#endif
)";

static std::string fill(StringRef text,
                        ArrayRef<std::pair<StringRef, StringRef>> holes) {
  std::string result = text.str();
  for (auto [hole, value] : holes)
    for (size_t at; (at = result.find(hole.str())) != std::string::npos;)
      result.replace(at, hole.size(), value.str());
  return result;
}

namespace {
// The functions that some text calls, or all that there are.
struct CalledFunctions {
  StringSet<> names;
  bool all = false;
  bool contains(StringRef name) const { return all || names.contains(name); }
};
} // namespace

// Names in front of a parenthesis or of template arguments.
static CalledFunctions calledFunctions(StringRef kernels) {
  CalledFunctions called;
  StringSet<> &names = called.names;
  size_t begin = 0;
  for (size_t i = 0; i < kernels.size(); ++i) {
    char c = kernels[i];
    if (isAlnum(c) || c == '_')
      continue;
    if ((c == '(' || c == '<') && begin < i)
      names.insert(kernels.slice(begin, i));
    begin = i + 1;
  }
  return called;
}

// Functions of one argument that work lane by lane through float4.
static constexpr StringLiteral kUnaryFunctions[] = {
    "exp",   "exp2",  "log",  "log2",  "sqrt", "rsqrt", "tanh",  "sinh",
    "cosh",  "sin",   "cos",  "tan",   "asin", "acos",  "atan",  "asinh",
    "acosh", "atanh", "fabs", "floor", "ceil", "rint",  "round", "trunc"};
static constexpr StringLiteral kBinaryFunctions[] = {"min", "max", "pow",
                                                     "fmod", "copysign"};

static void printLanes(const CalledFunctions &called, raw_ostream &os) {
  os << "\n#ifndef MLC_NATIVE_LANES" << kLanes;
  for (StringRef op : {"+", "-", "*", "/"})
    os << fill(kBinary, {{"$NAME", ("operator" + op).str()},
                         {"$EXPR", ("a.v[i] " + op + " b.v[i]").str()}});
  os << fill(kUnary, {{"$NAME", "operator-"}, {"$EXPR", "-a.v[i]"}});
  if (called.contains("fma"))
    os << kFma;
  for (StringRef name : kUnaryFunctions)
    if (called.contains(name))
      os << fill(kUnary,
                 {{"$NAME", name}, {"$EXPR", (name + "(a.v[i])").str()}});
  for (StringRef name : kBinaryFunctions)
    if (called.contains(name))
      os << fill(kBinary, {{"$NAME", name},
                           {"$EXPR", (name + "(a.v[i], b.v[i])").str()}});
  if (called.contains("erf"))
    os << "\ntemplate <int N> inline lanes<N> erf(lanes<N> a) {\n"
          "  for (int i = 0; i < N; ++i) a.v[i / 4][i % 4] = erf(a.v[i / 4][i "
          "% 4]);\n  return a;\n}\n";
  if (called.contains("select")) {
    os << kMask;
    for (StringRef op : {"<", ">", "<=", ">=", "==", "!="})
      os << fill(kCompare, {{"$OP", op}});
    os << fill(kMaskBinary, {{"$OP2", "&&"}, {"$OP", "&"}});
    os << fill(kMaskBinary, {{"$OP2", "||"}, {"$OP", "|"}});
  }
  if (called.contains("load_lanes"))
    os << kLoad;
  if (called.contains("load_lanes_strided"))
    os << kLoadStrided;
  if (called.contains("load_codes"))
    os << kLoadCodes;
  if (called.contains("store_lanes"))
    os << kStore;
  if (called.contains("store_lanes_strided"))
    os << kStoreStrided;
  if (called.contains("load_elements"))
    os << kElements;
  if (called.contains("put_elements"))
    os << kPutElements;
  if (called.contains("put_lanes"))
    os << kPutLanes;
  if (called.contains("share_lanes"))
    os << kShareLanes;
  if (called.contains("get_lanes"))
    os << kGetLanes;
  // Native lanes get it here: only the kernels' text has the scalar one.
  if (called.contains("erf"))
    os << "#else\ntemplate <int N> inline lanes<N> erf(lanes<N> a) {\n"
          "  for (int i = 0; i < N; ++i) a[i] = erf(float(a[i]));\n"
          "  return a;\n}\n";
  os << "#endif\n";
}

void mlc::printPrelude(StringRef kernels, raw_ostream &os) {
  os << "// Made by mlc. Compile with fast math off.\n"
        "#include <metal_stdlib>\n";
  CalledFunctions called = calledFunctions(kernels);
  bool usesMatrices = kernels.contains("simdgroup_float8x8");
  if (usesMatrices)
    os << "#include <metal_simdgroup_matrix>\n";
  os << "using namespace metal;\n";
  if (usesMatrices)
    os << kSimdgroups;
  if (called.contains("erf"))
    os << kErf;
  if (kernels.contains("lanes<") || kernels.contains("lanes_strided<") ||
      kernels.contains("load_codes<") || kernels.contains("elements"))
    printLanes(called, os);
}

// The names that C++ text declares outside of all braces and parentheses: in
// front of a parenthesis, behind struct, using and #define.
static StringSet<> declaredNames(StringRef text) {
  StringSet<> names;
  StringRef previous;
  int depth = 0;
  SmallVector<StringRef> lines;
  text.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef line : lines) {
    if (line.starts_with("//"))
      continue;
    while (!line.empty()) {
      StringRef word =
          line.take_while([](char c) { return isAlnum(c) || c == '_'; });
      line = line.drop_front(std::max<size_t>(word.size(), 1));
      if (word.empty()) {
        char c = *(line.data() - 1);
        depth += c == '{' || c == '(';
        depth -= c == '}' || c == ')';
        continue;
      }
      bool isNamed = is_contained({"struct", "using", "define"}, previous);
      if (depth == 0 && (isNamed || line.starts_with("(")))
        names.insert(word);
      previous = word;
    }
  }
  return names;
}

bool mlc::isPreludeName(StringRef name) {
  static const StringSet<> names = [] {
    std::string text;
    raw_string_ostream os(text);
    CalledFunctions all;
    all.all = true;
    os << kSimdgroups << kErf;
    printLanes(all, os);
    return declaredNames(text);
  }();
  return names.contains(name);
}
