// The matrices compute what a filter does, whatever the size of the tile.
#include "../../../lib/Conversion/NNToMetal/WinogradMatrices.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlc;

static std::vector<double> multiply(const Matrix &m,
                                    const std::vector<double> &v) {
  std::vector<double> result(m.rows);
  for (int64_t i = 0; i < m.rows; ++i)
    for (int64_t j = 0; j < m.columns; ++j)
      result[i] += m.row(i)[j] * v[j];
  return result;
}

TEST(WinogradMatrices, ComputeTheFilter) {
  for (int64_t taps = 1; taps <= 7; ++taps)
    for (int64_t tile = 1; tile + taps - 1 <= WinogradMatrices::kMaxPoints;
         ++tile) {
      WinogradMatrices m(tile, taps);
      std::vector<double> filter, input;
      for (int64_t i = 0; i < taps; ++i)
        filter.push_back(std::sin(double(3 * i + 1)));
      for (int64_t i = 0; i < m.points; ++i)
        input.push_back(std::cos(double(2 * i + 1)));
      std::vector<double> left = multiply(m.filter, filter);
      std::vector<double> right = multiply(m.input, input);
      for (int64_t i = 0; i < m.points; ++i)
        left[i] *= right[i];
      std::vector<double> output = multiply(m.output, left);
      for (int64_t i = 0; i < tile; ++i) {
        double expected = 0;
        for (int64_t j = 0; j < taps; ++j)
          expected += filter[j] * input[i + j];
        EXPECT_NEAR(output[i], expected, 1e-9) << tile << " of " << taps;
      }
    }
}

// Lavin and Gray's F(4, 3).
TEST(WinogradMatrices, AreTheKnownOnes) {
  WinogradMatrices m(4, 3);
  const double first[] = {4, 0, -5, 0, 1, 0}, last[] = {0, 4, 0, -5, 0, 1};
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(m.input.row(0)[i], first[i]);
    EXPECT_EQ(m.input.row(5)[i], last[i]);
  }
  EXPECT_EQ(m.filter.row(0)[0], 0.25);
  EXPECT_EQ(m.output.row(3)[3], 8);
}

TEST(WinogradMatrices, OneTapIsTheIdentity) {
  WinogradMatrices m(1, 1);
  EXPECT_EQ(m.input.row(0)[0], 1);
  EXPECT_EQ(m.filter.row(0)[0], 1);
  EXPECT_EQ(m.output.row(0)[0], 1);
  EXPECT_EQ(m.input.count(), 1);
}
