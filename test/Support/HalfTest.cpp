// Half precision in both directions, against the compiler's own type.
#include "mlc/Support/Constants.h"
#include "gtest/gtest.h"
#include <cmath>
#include <cstring>
#include <random>

static uint16_t compilerHalf(float value) {
  _Float16 half = _Float16(value);
  uint16_t bits;
  std::memcpy(&bits, &half, sizeof bits);
  return bits;
}

TEST(Half, EveryHalfSurvives) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    float value = mlc::fromHalf(bits);
    if (std::isnan(value))
      continue;
    EXPECT_EQ(mlc::toHalf(value), bits);
  }
}

TEST(Half, RoundsToNearestEven) {
  std::mt19937 random(3);
  for (int i = 0; i < 200000; ++i) {
    uint32_t bits = random();
    float value;
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isnan(value))
      ASSERT_EQ(mlc::toHalf(value), compilerHalf(value)) << value;
    // And where halves are dense.
    value = float(int(bits % 200001) - 100000) / 1024.0f;
    ASSERT_EQ(mlc::toHalf(value), compilerHalf(value)) << value;
  }
}

TEST(Half, OutOfRange) {
  EXPECT_EQ(mlc::toHalf(65519.0f), 0x7bff);
  EXPECT_EQ(mlc::toHalf(65520.0f), 0x7c00);
  EXPECT_EQ(mlc::toHalf(-1e30f), 0xfc00);
  EXPECT_EQ(mlc::toHalf(1e-9f), 0);
}
