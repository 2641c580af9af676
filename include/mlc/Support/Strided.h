// Walking the elements of a tensor in an order other than that of memory.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <vector>

namespace mlc {

/// Strides, in elements, of a row-major tensor of `shape`.
inline llvm::SmallVector<int64_t> denseStrides(llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t> strides(shape.size(), 1);
  for (size_t i = shape.size(); i-- > 1;)
    strides[i - 1] = strides[i] * shape[i];
  return strides;
}

/// Calls `visit(offset)` for each element of a tensor of `shape`, the last
/// dimension fastest, where a step along dimension `i` moves by `strides[i]`.
template <typename Visit>
void forEachOffset(llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<int64_t> strides, int64_t first,
                   Visit visit) {
  size_t rank = shape.size();
  int64_t inner = rank ? shape.back() : 1, step = rank ? strides.back() : 1;
  int64_t rows = 1;
  for (int64_t extent : shape.drop_back(rank ? 1 : 0))
    rows *= extent;
  llvm::SmallVector<int64_t> at(rank, 0);
  int64_t offset = first;
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < inner; ++i)
      visit(offset + i * step);
    for (size_t i = rank ? rank - 1 : 0; i-- > 0;) {
      offset += strides[i];
      if (++at[i] < shape[i])
        break;
      offset -= strides[i] * shape[i];
      at[i] = 0;
    }
  }
}

/// `values` of a row-major tensor of `shape`, in the order that they have after
/// a transpose whose dimension `i` is dimension `permutation[i]`.
template <typename T>
std::vector<T> permuteElements(llvm::ArrayRef<T> values,
                               llvm::ArrayRef<int64_t> shape,
                               llvm::ArrayRef<int64_t> permutation) {
  llvm::SmallVector<int64_t> own = denseStrides(shape), extents, strides;
  for (int64_t axis : permutation) {
    extents.push_back(shape[axis]);
    strides.push_back(own[axis]);
  }
  std::vector<T> result;
  result.reserve(values.size());
  forEachOffset(extents, strides, 0,
                [&](int64_t at) { result.push_back(values[at]); });
  return result;
}

} // namespace mlc
