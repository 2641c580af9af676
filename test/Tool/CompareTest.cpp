// The metric of verify: what agrees, what does not, and over which range.
#include "mlc/Tool/Compare.h"
#include "gtest/gtest.h"
#include <cmath>

using mlc::compareValues;
using mlc::Difference;

static const float kInfinity = INFINITY, kNaN = NAN;

static std::string describe(std::vector<float> values) {
  return mlc::countNonFinite(values).text();
}

static Difference compare(std::vector<float> got, std::vector<float> wanted) {
  return compareValues(got, wanted);
}

TEST(Compare, ErrorsAreOverTheRange) {
  Difference d = compare({0, 1, 2.5f, -2}, {0, 1, 2, -2});
  EXPECT_DOUBLE_EQ(d.absolute, 0.5);
  EXPECT_DOUBLE_EQ(d.range, 4);
  EXPECT_DOUBLE_EQ(d.ofRange, 0.125);
  EXPECT_DOUBLE_EQ(d.relative, 0.25);
  EXPECT_TRUE(d.isWithin(0.125));
  EXPECT_FALSE(d.isWithin(0.12));
}

// One infinity must not make the range infinite.
TEST(Compare, ErrorsBesideAnInfinity) {
  Difference d = compare({kInfinity, 1, 3}, {kInfinity, 1, 2});
  EXPECT_EQ(d.misplaced, 0);
  EXPECT_EQ(d.nonFinite, 1);
  EXPECT_DOUBLE_EQ(d.range, 1);
  EXPECT_DOUBLE_EQ(d.ofRange, 1);
}

TEST(Compare, NonFiniteAtTheSamePlaces) {
  Difference d = compare({kNaN, -kInfinity, 1, 2}, {kNaN, -kInfinity, 1, 2});
  EXPECT_EQ(d.nonFinite, 2);
  EXPECT_EQ(d.misplaced, 0);
  EXPECT_EQ(d.ofRange, 0);
  // The sign of a NaN means nothing.
  EXPECT_EQ(compare({-kNaN, 1}, {kNaN, 1}).misplaced, 0);
}

TEST(Compare, NonFiniteAtOtherPlaces) {
  for (auto [got, wanted] : {std::pair(kNaN, 1.0f),
                             {1.0f, kNaN},
                             {kInfinity, 1.0f},
                             {1.0f, -kInfinity},
                             {kInfinity, -kInfinity},
                             {kNaN, kInfinity},
                             {-kInfinity, kNaN}}) {
    Difference d = compare({0, got, 5}, {0, wanted, 5});
    EXPECT_EQ(d.misplaced, 1) << got << " " << wanted;
    EXPECT_EQ(d.ofRange, kInfinity);
    EXPECT_EQ(d.absolute, 0);
    EXPECT_FALSE(d.isWithin(1e30));
  }
}

TEST(Compare, NothingIsFinite) {
  Difference d = compare({kNaN, kNaN}, {kNaN, kNaN});
  EXPECT_EQ(d.nonFinite, 2);
  EXPECT_EQ(d.ofRange, 0);
  EXPECT_FALSE(compare({kNaN, 0}, {kNaN, kNaN}).isWithin(1));
}

// A constant has its own size as its range; so has one with rounding errors.
TEST(Compare, ConstantReference) {
  EXPECT_DOUBLE_EQ(compare({4.5f, 4}, {4, 4}).ofRange, 0.125);
  EXPECT_DOUBLE_EQ(compare({-4, -4}, {-4, -4}).ofRange, 0);
  float next = std::nextafter(4.0f, 5.0f);
  EXPECT_DOUBLE_EQ(compare({4.5f, 4}, {4, next}).range, next);
  EXPECT_DOUBLE_EQ(compare({7.5f}, {5}).ofRange, 0.5);
}

TEST(Compare, ReferenceOfZeros) {
  EXPECT_EQ(compare({0, 0}, {0, 0}).ofRange, 0);
  EXPECT_DOUBLE_EQ(compare({0x1p-15f, 0}, {0, 0}).ofRange, 0.5);
  EXPECT_FALSE(compare({0.01f, 0}, {0, 0}).isWithin(1));
}

TEST(Compare, Lengths) {
  EXPECT_EQ(compare({}, {}).ofRange, 0);
  EXPECT_EQ(compare({}, {}).elements, 0);
  EXPECT_EQ(compare({1, 2}, {1, 2, 3}).misplaced, 1);
  EXPECT_EQ(compare({1, 2}, {}).misplaced, 2);
  EXPECT_FALSE(compare({}, {1}).isWithin(1));
}

TEST(Compare, CountsInWords) {
  EXPECT_EQ(describe({}), "");
  EXPECT_EQ(describe({1, 2}), "");
  EXPECT_EQ(describe({1, kNaN}), "1 of 2 values is NaN");
  EXPECT_EQ(describe({-kInfinity, kInfinity}), "2 of 2 values are infinite");
  EXPECT_EQ(describe({kNaN, kNaN, 0, kInfinity}),
            "2 of 4 values are NaN, 1 is infinite");
}
