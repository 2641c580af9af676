// Grids are found where there are some, whatever they start from.
#include "../../../lib/Conversion/NNToMetal/PackedWeights.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlc;

// 4 taps of 2 channels on grids of their own.
static std::vector<float> onGrids(float scale, float shift) {
  std::vector<float> filter;
  for (int code : {3, 0, 255, 17}) {
    filter.push_back(scale * float(code) + shift);
    filter.push_back(-2 * scale * float(255 - code) + 1);
  }
  return filter;
}

TEST(PackedWeights, DecodesToWhatItWas) {
  std::vector<float> filter = onGrids(0.013f, -1.5f);
  auto packed = packWeights(filter, 2);
  ASSERT_TRUE(packed);
  for (size_t i = 0; i < filter.size(); ++i)
    EXPECT_NEAR(packed->codes[i] * packed->scales[i % 2] +
                    packed->shifts[i % 2],
                filter[i], 1e-5 * std::fabs(filter[i]) + 1e-5);
}

TEST(PackedWeights, RefusesWhatIsOnNoGrid) {
  std::vector<float> filter;
  for (int i = 0; i < 300; ++i)
    filter.push_back(std::sin(float(i)));
  EXPECT_FALSE(packWeights(filter, 1));
}

TEST(PackedWeights, RefusesMoreSteps) {
  // Two values in a grid of 1000 steps are on a coarser one; three need it.
  EXPECT_TRUE(packWeights({0.0f, 999.0f}, 1));
  EXPECT_FALSE(packWeights({0.0f, 1.0f, 999.0f}, 1));
}

TEST(PackedWeights, KeepsAConstantChannel) {
  auto packed = packWeights({0.25f, 0.25f, 0.25f}, 1);
  ASSERT_TRUE(packed);
  EXPECT_EQ(packed->shifts[0], 0.25f);
  EXPECT_EQ(packed->scales[0], 0.0f);
}

TEST(PackedWeights, RefusesInfinities) {
  EXPECT_FALSE(packWeights({INFINITY, 1.0f}, 1));
}

TEST(PackedWeights, NeedsWholeBytes) {
  EXPECT_EQ(bitsFor({0, 1, 1, 0}, 8), 1u);
  EXPECT_EQ(bitsFor({0, 1, 1, 0}, 4), 2u);
  EXPECT_EQ(bitsFor({0, 3}, 16), 2u);
  EXPECT_EQ(bitsFor({4, 0}, 16), 4u);
  EXPECT_EQ(bitsFor({16, 0}, 16), 8u);
  EXPECT_EQ(bitsFor({1, 0}, 1), 8u);
}

TEST(PackedWeights, JoinsWhatIsReadTogether) {
  // Two runs of four codes: the later halves are above the earlier ones.
  std::vector<uint8_t> joined = joinCodes({1, 2, 3, 4, 5, 6, 7, 8}, 4, 4);
  EXPECT_EQ(joined, (std::vector<uint8_t>{0x31, 0x42, 0x75, 0x86}));
  EXPECT_EQ(joinCodes({1, 0, 3, 2}, 4, 2), (std::vector<uint8_t>{0xb1}));
  EXPECT_EQ(joinCodes({9, 200}, 2, 8), (std::vector<uint8_t>{9, 200}));
}
