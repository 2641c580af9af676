// Pictures on disk.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace mlc {

/// Limits of picture files: pixels along a side and in all.
inline constexpr int64_t kMaxPictureSide = 1'000'000;
inline constexpr int64_t kMaxPicturePixels = int64_t(1) << 27;
/// What may be held at once of a picture that cannot be read row by row
/// (interlaced, progressive), in bytes.
inline constexpr int64_t kMaxWholePictureBytes = int64_t(192) << 20;

struct ImageSize {
  int64_t height = 0, width = 0;
  bool operator==(const ImageSize &other) const {
    return height == other.height && width == other.width;
  }
};

/// Rows of pixels, `channels` bytes each: 1 gray or 3 in the order R, G, B.
struct Image {
  ImageSize size;
  int64_t channels = 0;
  std::vector<uint8_t> pixels;
};

/// The size of the PNG or JPEG file `contents` as it is looked at, that is
/// after it was turned by its EXIF orientation.
llvm::Expected<ImageSize> readImageSize(llvm::StringRef contents);

/// Decodes a PNG or JPEG file into `channels` (1 or 3) bytes a pixel, turned
/// upright and resampled to `wanted`, if that is given, as `resizeImage` does.
/// It is read row by row where its form allows that, so a large picture takes
/// no more memory than what is made of it. Alpha is dropped, 16 bits are
/// rounded to 8, CMYK becomes RGB, gray is the luminance of ITU-R BT.601.
/// `notes` says what of this a user should know. Errors are one line.
llvm::Expected<Image> decodeImage(llvm::StringRef contents, int64_t channels,
                                  std::optional<ImageSize> wanted,
                                  llvm::SmallVectorImpl<std::string> &notes);

/// A note that a picture was resampled: "resized from 3x4 to 6x8 (height x
/// width)".
std::string describeResize(ImageSize from, ImageSize to);

/// Resamples with a triangle filter: bilinear where the picture grows, a
/// weighted mean of the covered area where it shrinks. Pixels beyond the border
/// are those at the border.
Image resizeImage(const Image &image, ImageSize size);

/// Applies the EXIF orientation 1 to 8 (CIPA DC-008, tag 0x0112).
Image turnUpright(Image image, unsigned orientation);

/// The orientation in an EXIF block, which begins with a TIFF header; 1 if it
/// says none.
unsigned readOrientation(llvm::ArrayRef<uint8_t> exif);

/// The bytes of a PNG file; an error is one line.
llvm::Expected<std::string> encodePng(const Image &image);

} // namespace mlc
