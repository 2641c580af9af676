// The grammar of kernels.metal: what a compiler would do more with than compute
// does not pass.
#include "../../lib/Runtime/Host/KernelText.h"
#include "gtest/gtest.h"

using namespace mlc;

static std::string faultOf(llvm::StringRef text) {
  auto kernels = checkKernelText(text);
  return kernels ? "" : llvm::toString(kernels.takeError());
}

#define EXPECT_PASSES(text) EXPECT_EQ(faultOf(text), "")
#define EXPECT_REFUSED(text) EXPECT_NE(faultOf(text), "")

static std::string inBody(llvm::StringRef statements) {
  return ("struct S { int a; };\n"
          "template <int N> struct lanes { float4 v[N / 4]; };\n"
          "template <int N> inline lanes<N> splat(float x) {\n"
          "  lanes<N> r;\n  return r;\n}\n"
          "kernel void k(device float *x [[buffer(0)]]) {\n" +
          statements + "\n}\n")
      .str();
}

TEST(KernelText, CountsBuffers) {
  auto kernels = checkKernelText(
      "// Made by mlc.\n#include <metal_stdlib>\nusing namespace metal;\n"
      "kernel void k(device const half *a [[buffer(0)]],\n"
      "    device float *b [[buffer(1)]],\n"
      "    uint3 p [[thread_position_in_grid]]) {\n"
      "  int i = int(p.x);\n  if (i >= 4) return;\n"
      "  b[i] = float(a[i * 2 + 1]);\n}\n");
  ASSERT_TRUE(bool(kernels)) << llvm::toString(kernels.takeError());
  EXPECT_EQ(kernels->lookup("k"), 2u);
}

TEST(KernelText, TakesWhatKernelsSay) {
  for (const char *statements :
       {"float y = -1.5e-3f, z[2][3] = {{1, 2, 3}, {4}};",
        "const int bits = 8; constexpr int ROW = 3;",
        "threadgroup float shared[256];\n"
        "threadgroup_barrier(mem_flags::mem_threadgroup);",
        "#pragma unroll\nfor (int i = 0; i < 4; i += 2) { x[i] = 0.0f; }",
        "lanes<16> a = splat<16>(0.0f); a.v[0] = float4(1.0f);",
        "device const packed_half4 *q = (device const packed_half4 *)x;",
        "x[0] = x[1] < 2.0f && x[2] > 1.0f ? INFINITY : -NAN;",
        "x[0] = float((int(x[1]) >> 2) & ((1 << 3) - 1));",
        "S s = S{1}; s.a = S{2}.a; ++s.a;", "while (x[0] > 0) x[0] -= 1;",
        "if (x[0] == 1) { return; } else x[0] = (float)3;"})
    EXPECT_PASSES(inBody(statements)) << statements;
}

TEST(KernelText, TakesCustomLayers) {
  EXPECT_PASSES(
      "\nnamespace custom_A_1x2_code {\nstruct Position { int s, n; };\n"
      "constant constexpr float slope = -0.5f;\n"
      "struct x_ {\n  device const half *data;\n  enum { S = 1, N = -2 };\n"
      "  float operator()(Position p) const { return float(data[p.n * 3]); }\n"
      "};\nstruct Inputs { x_ x; };\nstruct Output {\n  enum { S = 1 };\n};\n"
      "#line 1 \"A.metal\"\n"
      "float element(Inputs in, Position at) { return in.x(at) * Output::S; }\n"
      "#line 1 \"kernels.metal, after A.metal\"\n}\n"
      "kernel void custom_A_1x2(device float *y [[buffer(0)]]) {\n"
      "  y[0] = custom_A_1x2_code::element(custom_A_1x2_code::Inputs{{y + 1}}, "
      "custom_A_1x2_code::Position{0, 1});\n}\n");
}

TEST(KernelText, RefusesDirectives) {
  for (const char *text :
       {"#include \"/etc/passwd\"\n", "#include </etc/passwd>\n",
        "#include __FILE__\n", "#embed \"x\"\n", "# include <metal_stdlib>\n",
        "#define x y\n", "#if __has_include(<x>)\n#endif\n", "#pragma weak x\n",
        "#pragma clang diagnostic push\n", "#import <metal_stdlib>\n",
        "#line 1 \"a\" \"b\"\n", "#undef kernel\n", "%:include <x>\n",
        "??=include <x>\n", "int x; #include <metal_stdlib>\n",
        "#include <metal_stdlib> \\\n", "_Pragma(\"weak x\")"})
    EXPECT_REFUSED(text) << text;
}

TEST(KernelText, RefusesHiddenText) {
  for (const char *text :
       {"// a \\\nint f();\n", "// a ??/\nint f();\n", "// a\rint f();\n",
        "/* a", "struct\x0bS { int a; };", "struct S\xc3\xa9 { int a; };",
        "struct S <% int a; %>;"})
    EXPECT_REFUSED(text) << text;
}

TEST(KernelText, RefusesWhatRunsOrLinks) {
  for (const char *text :
       {"static int boom = f();",
        "int boom = f();",
        "int boom;",
        "constant int boom = f();",
        "constant S s = {1};",
        "constant float4 v = float4(1);",
        "extern \"C\" int puts(const char *);",
        "int system(int c);",
        "namespace std { inline int f() { return 1; } }",
        "namespace a_code { int g(int x); }",
        "asm(\"nop\");",
        "struct S { S() { } };",
        "struct S { ~S() { } };",
        "struct S { virtual int f() { return 1; } };",
        "struct S { static int f() { return 1; } };",
        "struct S { int a = f(); };",
        "struct S : T { int a; };",
        "template <> struct lanes<4> { int a; };",
        "inline void *operator new(size_t n) { return 0; }",
        "[[gnu::constructor]] inline void f() { }",
        "inline __attribute__((constructor)) void f() { }",
        "typedef int (*F)(int);",
        "using namespace std;",
        "union U { int a; };",
        "kernel void k(device float *x [[clang::annotate(1)]]) { }",
        "inline float _Z4expf(float x) { return x; }",
        "inline int main() { return 1; }"})
    EXPECT_REFUSED(text) << text;
}

TEST(KernelText, RefusesInBodies) {
  for (const char *statements : {"asm(\"nop\");",
                                 "__asm__(\"nop\");",
                                 "__builtin_trap();",
                                 "static float y = 0;",
                                 "int f(int);",
                                 "int a = 1, f(int);",
                                 "S f(S);",
                                 "S *f(S);",
                                 "extern int f;",
                                 "x[0] = 'a';",
                                 "f(\"text\");",
                                 "new S;",
                                 "delete x;",
                                 "throw 1;",
                                 "try { } catch (...) { }",
                                 "goto a;",
                                 "auto l = [](int i) { return i; };",
                                 "x[0] = sizeof(S);",
                                 "mlc_wait = 0;",
                                 "std::abort();",
                                 "::abort();",
                                 "llvm::sys::f();",
                                 "[[unlikely]] x[0] = 1;",
                                 "int i = __LINE__;",
                                 "float if = 1;",
                                 "#pragma weak x\n",
                                 "struct T { int a; };",
                                 "using T = int;",
                                 "reinterpret_cast<S *>(x);",
                                 "x[0] = 1.0_km;",
                                 "x[0] = 1'000;"})
    EXPECT_REFUSED(inBody(statements)) << statements;
}

TEST(KernelText, NamesTheLine) {
  EXPECT_NE(faultOf("\n\nint x;\n").find("kernels.metal:3: "),
            std::string::npos);
}

TEST(KernelText, BoundsNesting) {
  EXPECT_REFUSED(inBody("x[0] = " + std::string(100000, '(') + "1;"));
  EXPECT_REFUSED(inBody(std::string(100000, '{')));
  EXPECT_REFUSED(inBody("x[0] = " + std::string(100000, '[')));
  std::string text = "x[0] = 1";
  for (int i = 0; i < 10000; ++i)
    text += " + 1";
  EXPECT_PASSES(inBody(text + ";"));
}
