// The one metric by which values are compared, wherever mlc judges numbers:
// verify, its --layers and --ranges, and --precision=auto.
#pragma once

#include "mlc/Runtime/Features.h"

namespace mlc {

/// How many of some values are not finite.
struct NonFiniteCount {
  int64_t nans = 0, infinities = 0, total = 0;
  int64_t sum() const { return nans + infinities; }
  /// "3 of 10 values are NaN, 1 is infinite"; empty if all are finite.
  std::string text() const;
};
NonFiniteCount countNonFinite(llvm::ArrayRef<float> values);

/// How far values are from those of a reference. Errors are those of elements
/// that are finite on both sides; each is the largest of its kind.
struct Difference {
  double absolute = 0; ///< |got - wanted|
  /// `absolute` as a part of `range`; infinite if any element is misplaced.
  double ofRange = 0;
  double relative = 0; ///< |got - wanted| / |wanted|, where wanted is not 0
  /// The greatest less the least finite value of the reference. Of values that
  /// are equal up to rounding it is their size, and at least 2^-14 (the
  /// smallest normal number of half precision), which is the scale of zeros.
  double range = 0;
  int64_t elements = 0;
  /// Elements that are not finite on one side, and on the other finite, NaN
  /// instead of infinite, or of the other sign. NaNs have no sign.
  int64_t misplaced = 0;
  /// Elements of the reference that are not finite.
  int64_t nonFinite = 0;

  bool isWithin(double tolerance) const { return ofRange <= tolerance; }
};

/// Compares element by element. Arrays of different lengths are misplaced
/// wherever only one of them has an element.
Difference compareValues(llvm::ArrayRef<float> got,
                         llvm::ArrayRef<float> wanted);

} // namespace mlc
