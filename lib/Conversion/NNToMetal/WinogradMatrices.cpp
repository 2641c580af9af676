// Cook and Toom's construction: polynomials are multiplied through their values
// at some points and infinity, and the algorithm is the transposed of that.
// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv
// 1509.09308; Winograd, "Arithmetic Complexity of Computations", 1980.
#include "WinogradMatrices.h"

#include "llvm/ADT/STLExtras.h"
#include <cassert>

using namespace llvm;
using namespace mlc;

// In the order in which they are taken. Small fractions keep the digits of
// floats; what remains of them was tried in numpy for 128 channels, as a part
// of the output's range: F(2x2,3x3) 2e-7, F(4x4,3x3) 5e-6, F(6x6,3x3) 7e-6,
// F(2,7) 5e-7, F(4,7) 4e-6, where sums of products have 3e-7.
static constexpr double kPoints[] = {0, 1, -1, 2, -2, .5, -.5, .75, -.75};

int64_t Matrix::count() const {
  return count_if(values, [](double value) { return value != 0; });
}

// The coefficients of the product of (x - point) over all points but one,
// lowest first.
static SmallVector<double> polynomial(ArrayRef<double> points,
                                      int64_t without) {
  SmallVector<double> result = {1};
  for (auto [index, point] : enumerate(points)) {
    if (int64_t(index) == without)
      continue;
    result.insert(result.begin(), 0.0);
    for (size_t i = 0; i + 1 < result.size(); ++i)
      result[i] -= point * result[i + 1];
  }
  return result;
}

WinogradMatrices::WinogradMatrices(int64_t tile, int64_t taps)
    : tile(tile), taps(taps), points(tile + taps - 1), input(points, points),
      filter(points, taps), output(tile, points) {
  assert(points <= kMaxPoints && "no points for it");
  ArrayRef<double> finite = ArrayRef(kPoints).take_front(points - 1);
  for (auto [index, point] : enumerate(finite)) {
    double scale = 1, power = 1;
    for (auto [other, value] : enumerate(finite))
      if (other != index)
        scale *= point - value;
    for (int64_t i = 0; i < std::max(tile, taps); ++i, power *= point) {
      if (i < tile)
        output.at(i, index) = power;
      if (i < taps)
        filter.at(index, i) = power / scale;
    }
    for (auto [i, value] : enumerate(polynomial(finite, index)))
      input.at(index, i) = value;
  }
  // Infinity.
  output.at(tile - 1, points - 1) = 1;
  filter.at(points - 1, taps - 1) = 1;
  for (auto [i, value] : enumerate(polynomial(finite, /*without=*/-1)))
    input.at(points - 1, i) = value;
}
