// Weights that stay as few bits as they were trained to, decoded in the kernel.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace mlc {

/// Weights as codes of 8 bits: `scale * code + shift`, with a scale and a shift
/// for each output channel.
struct PackedWeights {
  std::vector<uint8_t> codes;
  std::vector<float> scales, shifts;
};

/// `filter` is [taps, channels]. Nothing unless the weights of each channel lie
/// on a grid of at most 256 steps, as linear quantisation leaves them: whatever
/// form the file has them in, and also when a batch norm has been folded into
/// them since, which scales a channel's grid.
std::optional<PackedWeights> packWeights(llvm::ArrayRef<float> filter,
                                         int64_t channels);

/// How many bits each of `codes` needs so that `lanes` of them fill whole
/// bytes: 1, 2, 4 or 8.
unsigned bitsFor(llvm::ArrayRef<uint8_t> codes, int64_t lanes);

/// `lanes` codes side by side in as many bytes as they need, as
/// `metal.load_codes` reads them.
std::vector<uint8_t> joinCodes(llvm::ArrayRef<uint8_t> codes, int64_t lanes,
                               unsigned bits);

} // namespace mlc
