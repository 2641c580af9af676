// Weights that are codes of few bits in the bundle and numbers when it is
// loaded: for kernels that read each of them so often that decoding would cost
// more than reading.
#pragma once

#include "Lowering.h"
#include <optional>

namespace mlc {

/// Numbers as codes. With `isTable` a code is an index into a table of
/// `entries` numbers; else a number is `scale * code + shift`.
struct EncodedWeights {
  unsigned bits = 0;
  bool isTable = false;
  /// The codes of 8 numbers are `bits` bytes, the first in the lowest bits.
  /// Where codes cross bytes there is one more behind the last, which may be
  /// read.
  std::vector<uint8_t> codes;
  /// The table, or scale and shift, of each channel.
  std::vector<float> values;
  int64_t entries = 0;
  /// Element i is of channel i / `block` * `lanes` + i % `lanes`. 0: there is
  /// one table or grid for all.
  int64_t block = 0, lanes = 0;
};

/// `data` is [blocks, taps, lanes] with blocks * lanes channels. Nothing unless
/// it has few different numbers, or each channel has or lies on a grid, and
/// codes take much less than numbers of `storedBits`.
std::optional<EncodedWeights> encodeWeights(llvm::ArrayRef<float> data,
                                            int64_t blocks, int64_t lanes,
                                            unsigned storedBits);

/// A constant of type `type` that is decoded when the bundle is loaded.
mlir::Value decodeWhenLoaded(Lowering &lowering, mlir::Location loc,
                             mlir::MemRefType type,
                             const EncodedWeights &encoded);

} // namespace mlc
