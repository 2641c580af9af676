// Names and comments of Metal text, out of any text.
#include "mlc/Support/MetalNames.h"
#include "gtest/gtest.h"

using namespace mlc;

TEST(MetalNames, KeepsGoodNames) {
  for (const char *name : {"conv1", "x", "fc7_relu", "gridRow", "INPUT_ROW"})
    EXPECT_EQ(metalIdentifier(name), name);
}

TEST(MetalNames, MendsOthers) {
  EXPECT_EQ(metalIdentifier("conv/bias"), "conv_bias");
  EXPECT_EQ(metalIdentifier("a//b"), "a_b");
  EXPECT_EQ(metalIdentifier("__x"), "x");
  EXPECT_EQ(metalIdentifier("_Upper"), "Upper");
  EXPECT_EQ(metalIdentifier("1x1"), "v1x1");
  EXPECT_EQ(metalIdentifier(""), "v");
  EXPECT_EQ(metalIdentifier("\xe5\x8d\xb7\xe7\xa7\xaf"), "v");
  EXPECT_EQ(metalIdentifier("mlc_wait"), "vmlc_wait");
  EXPECT_EQ(metalIdentifier(std::string(1000, 'a')).size(), 64u);
}

TEST(MetalNames, LeavesReservedOnes) {
  for (const char *name :
       {"new", "and_eq", "constexpr", "co_await", "asm", "device", "half",
        "float4", "packed_half3", "half2x4", "sampler", "metal", "INFINITY",
        "sqrt", "simd_sum", "main", "wchar_t", "bfloat"})
    EXPECT_EQ(metalIdentifier(name), std::string(name) + "_");
  for (const char *name : {"float5", "half1x2", "packed_row", "floats", "news"})
    EXPECT_EQ(metalIdentifier(name), name);
}

TEST(MetalNames, CommentsStayComments) {
  EXPECT_EQ(metalComment("a\nb"), "a_b");
  EXPECT_EQ(metalComment("a\\"), "a_");
  EXPECT_EQ(metalComment("layer??/"), "layer?_/");
  EXPECT_EQ(metalComment("???"), "?_?");
  EXPECT_EQ(metalComment("\xe5\x8d\xb7\xe7\xa7\xaf/"), "__/");
  EXPECT_EQ(metalComment("\"x\""), "_x_");
  EXPECT_EQ(metalComment(std::string(81, 'a')), std::string(80, 'a') + "...");
}
