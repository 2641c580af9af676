// Pictures on disk.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace mlc {

/// Rows of pixels, `channels` bytes each: 1 gray or 3 in the order R, G, B.
struct Image {
  int64_t width = 0, height = 0, channels = 0;
  std::vector<uint8_t> pixels;
};

/// Decodes a PNG or JPEG into `channels` (1 or 3) bytes a pixel.
llvm::Expected<Image> decodeImage(llvm::StringRef contents, int64_t channels);

/// Resamples to `width` x `height`: bilinear, or the mean of the covered area
/// where it shrinks.
Image resizeImage(const Image &image, int64_t width, int64_t height);

/// The bytes of a PNG file.
std::string encodePng(const Image &image);

} // namespace mlc
