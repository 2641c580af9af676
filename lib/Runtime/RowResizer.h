// Resampling while rows come in, so that a picture is never in memory as a
// whole.
#pragma once

#include "mlc/Runtime/Image.h"
#include <deque>

namespace mlc {

/// What each output element along one dimension takes of the inputs: a triangle
/// of one input's width on each side, or of one output's width where that is
/// more, around its centre (o + 1/2) * inputs / outputs; the weights have the
/// sum 1.
class FilterTaps {
public:
  FilterTaps(int64_t inputs, int64_t outputs);
  /// The first input of output `o`, and one weight for each input from there.
  int64_t begin(int64_t o) const { return begins[o]; }
  int64_t end(int64_t o) const { return begins[o] + weights(o).size(); }
  llvm::ArrayRef<float> weights(int64_t o) const {
    return llvm::ArrayRef(all).slice(offsets[o], offsets[o + 1] - offsets[o]);
  }

private:
  std::vector<int64_t> begins;
  std::vector<size_t> offsets;
  std::vector<float> all;
};

/// Resamples rows of `channels` (1 or 3) bytes a pixel from one size to
/// another.
class RowResizer {
public:
  RowResizer(ImageSize from, ImageSize to, int64_t channels);
  /// The next row, from the top.
  void add(const uint8_t *row);
  /// What has come out; all rows must have been added.
  Image take() { return std::move(result); }

private:
  FilterTaps across, down;
  Image result;
  int64_t rows = 0;           ///< that have come in
  int64_t done = 0;           ///< that have come out
  std::vector<float> resized; ///< the row that came in, at its new width
  std::deque<std::vector<float>> sums; ///< of rows from `done` on
};

} // namespace mlc
