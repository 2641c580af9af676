// What half precision loses of weights. Halves have 11 significant bits from
// 2^-14 to 65504, less below and nothing above, and GPUs store weights as
// halves: a rewrite that moves weights out of that range changes the network.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace mlc {

uint16_t toHalf(float value);
float fromHalf(uint16_t bits);

/// Adds up, channel by channel, what rounding weights to half loses because it
/// lies outside of the range of normal halves.
class HalfLoss {
public:
  explicit HalfLoss(int64_t channels) : size(channels), lost(channels) {}

  void add(int64_t channel, double weight) {
    constexpr double kSmallestNormal = 0x1p-14, kLargest = 65504;
    size[channel] += weight * weight;
    double magnitude = std::fabs(weight);
    if (magnitude == 0 ||
        (magnitude >= kSmallestNormal && magnitude <= kLargest))
      return;
    double error = double(fromHalf(toHalf(float(weight)))) - weight;
    lost[channel] += error * error;
  }

  /// The loss of a channel as a part of its weights: the ratio of the roots of
  /// the sums of squares. 0 if all that the channel can give to a result is
  /// nothing in half precision.
  double of(int64_t channel) const {
    // Times the largest half, that is less than half of the smallest one.
    constexpr double kNegligible = 0x1p-41;
    if (size[channel] <= kNegligible * kNegligible)
      return 0;
    return std::sqrt(lost[channel] / size[channel]);
  }

  /// Whether no channel loses more than twice what rounding normal halves does,
  /// or than it lost in `before`.
  bool isAcceptable() const { return isAcceptable(*this, 0); }
  bool isAcceptable(const HalfLoss &before) const {
    return isAcceptable(before, kTolerated);
  }

private:
  static constexpr double kMaxLost = 0x1p-10, kTolerated = 2;

  bool isAcceptable(const HalfLoss &before, double tolerated) const {
    for (size_t c = 0; c < size.size(); ++c)
      if (!(of(c) <= std::max(kMaxLost, tolerated * before.of(c))))
        return false;
    return true;
  }

  std::vector<double> size, lost;
};

} // namespace mlc
