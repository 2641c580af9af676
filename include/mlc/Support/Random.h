// Random numbers that are the same on every machine and in every run: each one
// is a function of the seed and of its place.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace mlc {

/// The mixing function of SplitMix64.
inline uint64_t mixBits(uint64_t x) {
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

/// Number `place` of the sequence of `seed`, in [0, 1).
inline double randomUnit(int64_t seed, uint64_t place) {
  return double(mixBits(mixBits(uint64_t(seed)) ^ place) >> 11) * 0x1p-53;
}

inline std::vector<float> randomUniform(int64_t seed, int64_t count, double low,
                                        double high) {
  std::vector<float> values(count);
  for (int64_t i = 0; i < count; ++i)
    values[i] = float(low + (high - low) * randomUnit(seed, i));
  return values;
}

/// By the transform of Box and Muller.
inline std::vector<float> randomNormal(int64_t seed, int64_t count, double mean,
                                       double deviation) {
  constexpr double kFullTurn = 6.283185307179586;
  std::vector<float> values(count);
  for (int64_t i = 0; i < count; ++i) {
    double radius = std::sqrt(-2 * std::log(1 - randomUnit(seed, 2 * i)));
    double angle = kFullTurn * randomUnit(seed, 2 * i + 1);
    values[i] = float(mean + deviation * radius * std::cos(angle));
  }
  return values;
}

inline std::vector<float> randomBernoulli(int64_t seed, int64_t count,
                                          double probability) {
  std::vector<float> values(count);
  for (int64_t i = 0; i < count; ++i)
    values[i] = randomUnit(seed, i) < probability ? 1 : 0;
  return values;
}

} // namespace mlc
