// What PNG and JPEG files have in common for those who read them.
#pragma once

#include "mlc/Runtime/Image.h"
#include <memory>

namespace mlc {

/// A picture file that is read row by row. No method throws; after one has
/// returned false, `problem` says in a few words why.
class PictureReader {
public:
  virtual ~PictureReader() = default;
  /// Reads what comes before the pixels.
  virtual bool readHeader() = 0;
  /// The bytes that a file of this size and form has at least.
  virtual int64_t leastBytes() const = 0;
  /// Prepares for `readRow` in `channels` (1 or 3) bytes a pixel.
  virtual bool start(int64_t channels) = 0;
  /// Reads the next row, `size.width * channels` bytes.
  virtual bool readRow(uint8_t *row) = 0;

  ImageSize size; ///< as stored
  unsigned orientation = 1;
  bool hasAlpha = false;
  std::string problem;
  /// The first thing that is wrong and does not keep the file from being read.
  std::string warning;
};

/// `contents` must outlive the reader.
std::unique_ptr<PictureReader> createPngReader(llvm::StringRef contents);
std::unique_ptr<PictureReader> createJpegReader(llvm::StringRef contents);

/// Luminance by ITU-R BT.601, rounded.
inline uint8_t luminance(unsigned red, unsigned green, unsigned blue) {
  return uint8_t((red * 19595 + green * 38470 + blue * 7471 + 32768) >> 16);
}

} // namespace mlc
