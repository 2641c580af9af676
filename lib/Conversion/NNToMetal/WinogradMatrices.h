// The matrices of Winograd's algorithm F(tile, taps), which computes `tile`
// neighbouring outputs of a filter with `taps` taps by tile + taps - 1
// multiplications: y = A^T ((G g) * (B^T d)).
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace mlc {

/// A matrix, row by row.
struct Matrix {
  int64_t rows = 0, columns = 0;
  llvm::SmallVector<double> values;

  Matrix(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), values(rows * columns, 0.0) {}
  double &at(int64_t row, int64_t column) {
    return values[row * columns + column];
  }
  llvm::ArrayRef<double> row(int64_t row) const {
    return llvm::ArrayRef<double>(values).slice(row * columns, columns);
  }
  /// How many elements are not zero.
  int64_t count() const;
};

struct WinogradMatrices {
  int64_t tile, taps, points;
  Matrix input;  ///< B^T, points x points
  Matrix filter; ///< G, points x taps
  Matrix output; ///< A^T, tile x points

  /// `tile + taps - 1` is at most `kMaxPoints`. With one tap and a tile of one
  /// all are the identity.
  WinogradMatrices(int64_t tile, int64_t taps);

  static constexpr int64_t kMaxPoints = 10;
};

} // namespace mlc
