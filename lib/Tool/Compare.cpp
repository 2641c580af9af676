#include "mlc/Tool/Compare.h"

#include <cmath>

using namespace mlc;

Difference mlc::compareValues(llvm::ArrayRef<float> got,
                              llvm::ArrayRef<float> wanted) {
  Difference difference;
  double low = INFINITY, high = -INFINITY;
  for (auto [a, b] : llvm::zip(got, wanted)) {
    low = std::min(low, double(b));
    high = std::max(high, double(b));
    // Equal infinities agree; a NaN on one side never does.
    double error = a == b || (std::isnan(a) && std::isnan(b))
                       ? 0
                       : std::fabs(double(a) - double(b));
    if (std::isnan(error))
      error = INFINITY;
    difference.absolute = std::max(difference.absolute, error);
    if (error > 0 && b != 0)
      difference.relative =
          std::max(difference.relative, error / std::fabs(double(b)));
  }
  // A constant output has its own size as its range.
  double range = high > low ? high - low : std::max(std::fabs(high), 1e-30);
  difference.ofRange = difference.absolute / range;
  return difference;
}
