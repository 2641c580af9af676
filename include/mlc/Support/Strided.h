// Walking the elements of a tensor in an order other than that of memory.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Parallel.h"
#include <algorithm>
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

/// How many rows along its last dimension a tensor of `shape` has.
inline int64_t countRows(llvm::ArrayRef<int64_t> shape) {
  int64_t rows = 1;
  for (int64_t extent : shape.drop_back(shape.empty() ? 0 : 1))
    rows *= extent;
  return rows;
}

/// Calls `visit(offset)` for each element of rows `begin` to `end` of a tensor
/// of `shape`, the last dimension fastest, where a step along dimension `i`
/// moves by `strides[i]`.
template <typename Visit>
void forEachOffset(llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<int64_t> strides, int64_t first,
                   int64_t begin, int64_t end, Visit visit) {
  size_t rank = shape.size();
  int64_t inner = rank ? shape.back() : 1, step = rank ? strides.back() : 1;
  llvm::SmallVector<int64_t> at(rank, 0);
  int64_t offset = first, rest = begin;
  for (size_t i = rank ? rank - 1 : 0; i-- > 0; rest /= shape[i]) {
    at[i] = rest % shape[i];
    offset += at[i] * strides[i];
  }
  for (int64_t row = begin; row < end; ++row) {
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

/// The same for all elements.
template <typename Visit>
void forEachOffset(llvm::ArrayRef<int64_t> shape,
                   llvm::ArrayRef<int64_t> strides, int64_t first,
                   Visit visit) {
  forEachOffset(shape, strides, first, 0, countRows(shape), visit);
}

/// `values` of a row-major tensor of `shape`, in the order that they have after
/// a transpose whose dimension `i` is dimension `permutation[i]`. Large tensors
/// keep all cores busy.
template <typename T>
std::vector<T> permuteElements(llvm::ArrayRef<T> values,
                               llvm::ArrayRef<int64_t> shape,
                               llvm::ArrayRef<int64_t> permutation) {
  llvm::SmallVector<int64_t> own = denseStrides(shape), extents, strides;
  for (int64_t axis : permutation) {
    extents.push_back(shape[axis]);
    strides.push_back(own[axis]);
  }
  constexpr int64_t kElementsOfPart = 1 << 16;
  std::vector<T> result(values.size());
  int64_t inner = extents.empty() ? 1 : extents.back();
  int64_t rows = values.empty() ? 0 : countRows(extents);
  int64_t rowsOfPart =
      std::max<int64_t>(1, kElementsOfPart / std::max<int64_t>(1, inner));
  llvm::parallelFor(0, llvm::divideCeil(rows, rowsOfPart), [&](size_t part) {
    int64_t begin = part * rowsOfPart;
    T *to = result.data() + begin * inner;
    forEachOffset(extents, strides, 0, begin,
                  std::min(rows, begin + rowsOfPart),
                  [&](int64_t at) { *to++ = values[at]; });
  });
  return result;
}

} // namespace mlc
