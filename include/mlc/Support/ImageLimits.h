// How large an image feature may be. Whatever counts its bytes counts in
// int64_t and cannot overflow below these limits.
#pragma once

#include <cstdint>

namespace mlc {

/// Pixels along a side of an image feature, and in all: 8192 x 8192.
inline constexpr int64_t kMaxImageSide = 65536;
inline constexpr int64_t kMaxImagePixels = int64_t(1) << 26;

inline bool isImageSize(int64_t height, int64_t width) {
  return height >= 1 && width >= 1 && height <= kMaxImageSide &&
         width <= kMaxImageSide && height <= kMaxImagePixels / width;
}

} // namespace mlc
