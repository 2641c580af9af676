// How far two sets of values are from each other.
#pragma once

#include "mlc/Runtime/Features.h"

namespace mlc {

/// The largest error: absolute, as a part of the range of the values wanted,
/// and relative to the element.
struct Difference {
  double absolute = 0, ofRange = 0, relative = 0;
};

Difference compareValues(llvm::ArrayRef<float> got,
                         llvm::ArrayRef<float> wanted);

} // namespace mlc
