// Finds the grid that quantised weights lie on.
#include "PackedWeights.h"

#include <algorithm>
#include <cmath>

using namespace mlc;

namespace {
struct Grid {
  float scale = 0, shift = 0;
};
} // namespace

static constexpr int kMaxCodes = 256;
// Enough values of a channel to meet two codes that are neighbours.
static constexpr size_t kSamples = 512;
// Of the largest weight: a few roundings of a float.
static constexpr double kTolerance = 1e-6;

// The smallest distance between values that are not the same, or 0 if there are
// too many of them.
static double smallestStep(std::vector<float> values, double tolerance) {
  std::sort(values.begin(), values.end());
  double step = 0, last = values.front();
  int distinct = 1;
  for (double value : values) {
    if (value - last <= tolerance)
      continue;
    if (++distinct > kMaxCodes)
      return 0;
    if (step == 0 || value - last < step)
      step = value - last;
    last = value;
  }
  return distinct == 1 ? 1 : step;
}

static std::optional<Grid> findGrid(llvm::ArrayRef<float> values) {
  // What is no number has no order.
  if (!llvm::all_of(values, [](float value) { return std::isfinite(value); }))
    return std::nullopt;
  auto [low, high] = std::minmax_element(values.begin(), values.end());
  double least = *low, range = double(*high) - *low;
  double size = std::max(std::fabs(*low), std::fabs(*high));
  double tolerance = kTolerance * size;
  if (range <= tolerance)
    return Grid{0, *low};
  size_t count = std::min(values.size(), kSamples);
  double step =
      smallestStep({values.begin(), values.begin() + count}, tolerance);
  // Few values may have no two neighbours among them.
  for (int part = 1; step != 0 && part <= 4; ++part) {
    double steps = std::round(range * part / step);
    if (steps > kMaxCodes - 1)
      break;
    // The whole range knows the step better than one of them.
    double scale = range / steps, inverse = steps / range;
    if (llvm::all_of(values, [&](float value) {
          int code = int((value - least) * inverse + 0.5);
          return std::fabs(least + code * scale - value) <= 2 * tolerance;
        }))
      return Grid{float(scale), float(least)};
  }
  return std::nullopt;
}

std::optional<PackedWeights> mlc::packWeights(llvm::ArrayRef<float> filter,
                                              int64_t channels) {
  int64_t taps = filter.size() / channels;
  PackedWeights packed;
  packed.codes.resize(filter.size());
  std::vector<float> values(taps);
  for (int64_t c = 0; c < channels; ++c) {
    for (int64_t tap = 0; tap < taps; ++tap)
      values[tap] = filter[tap * channels + c];
    std::optional<Grid> grid = findGrid(values);
    if (!grid)
      return std::nullopt;
    packed.scales.push_back(grid->scale);
    packed.shifts.push_back(grid->shift);
    double inverse = grid->scale == 0 ? 0 : 1 / double(grid->scale);
    for (int64_t tap = 0; tap < taps; ++tap)
      packed.codes[tap * channels + c] =
          uint8_t((double(values[tap]) - grid->shift) * inverse + 0.5);
  }
  return packed;
}

unsigned mlc::bitsFor(llvm::ArrayRef<uint8_t> codes, int64_t lanes) {
  uint8_t all = 0;
  for (uint8_t code : codes)
    all |= code;
  for (unsigned bits : {1, 2, 4})
    if (all < 1 << bits && lanes * bits % 8 == 0)
      return bits;
  return 8;
}

std::vector<uint8_t> mlc::joinCodes(llvm::ArrayRef<uint8_t> codes,
                                    int64_t lanes, unsigned bits) {
  int64_t bytes = lanes * bits / 8;
  std::vector<uint8_t> joined(codes.size() / lanes * bytes, 0);
  for (size_t i = 0; i < codes.size(); ++i) {
    int64_t lane = int64_t(i) % lanes;
    joined[int64_t(i) / lanes * bytes + lane % bytes] |= codes[i]
                                                         << lane / bytes * bits;
  }
  return joined;
}
