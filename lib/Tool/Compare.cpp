// A NaN or infinity says nothing about size: it must be where the reference has
// the same, and counts neither as an error nor for the range.
#include "mlc/Tool/Compare.h"

#include <cmath>

using namespace mlc;

NonFiniteCount mlc::countNonFinite(llvm::ArrayRef<float> values) {
  NonFiniteCount count;
  count.total = values.size();
  for (float value : values) {
    count.nans += std::isnan(value);
    count.infinities += std::isinf(value);
  }
  return count;
}

std::string NonFiniteCount::text() const {
  auto some = [](int64_t number, const char *what) {
    return (number == 1 ? " is " : " are ") + std::string(what);
  };
  std::string of =
      " of " + std::to_string(total) + (total == 1 ? " value" : " values");
  if (nans && infinities)
    return std::to_string(nans) + of + some(nans, "NaN") + ", " +
           std::to_string(infinities) + some(infinities, "infinite");
  if (nans)
    return std::to_string(nans) + of + some(nans, "NaN");
  if (infinities)
    return std::to_string(infinities) + of + some(infinities, "infinite");
  return "";
}

static bool isSameNonFinite(float a, float b) {
  return (std::isnan(a) && std::isnan(b)) || a == b;
}

// The scale of errors, from the least and greatest finite value.
static double rangeOf(double low, double high) {
  constexpr double kRounding = 0x1p-21, kLeast = 0x1p-14;
  if (low > high)
    return kLeast; // nothing is finite
  double size = std::max(std::fabs(low), std::fabs(high));
  if (high - low > kRounding * size)
    return high - low;
  return std::max(size, kLeast);
}

Difference mlc::compareValues(llvm::ArrayRef<float> got,
                              llvm::ArrayRef<float> wanted) {
  Difference difference;
  size_t common = std::min(got.size(), wanted.size());
  difference.elements = std::max(got.size(), wanted.size());
  difference.misplaced = difference.elements - common;
  double low = INFINITY, high = -INFINITY;
  for (float value : wanted) {
    if (!std::isfinite(value)) {
      ++difference.nonFinite;
      continue;
    }
    low = std::min(low, double(value));
    high = std::max(high, double(value));
  }
  for (size_t i = 0; i < common; ++i) {
    float a = got[i], b = wanted[i];
    if (!std::isfinite(a) || !std::isfinite(b)) {
      difference.misplaced += !isSameNonFinite(a, b);
      continue;
    }
    double error = std::fabs(double(a) - double(b));
    difference.absolute = std::max(difference.absolute, error);
    if (error > 0 && b != 0)
      difference.relative =
          std::max(difference.relative, error / std::fabs(double(b)));
  }
  difference.range = rangeOf(low, high);
  difference.ofRange =
      difference.misplaced ? INFINITY : difference.absolute / difference.range;
  return difference;
}
