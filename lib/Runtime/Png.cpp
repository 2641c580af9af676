// PNG files, by libpng. Its errors are jumps, so each method that calls it has
// no objects with destructors of its own.
#include "PictureReader.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include <csetjmp>
#include <cstring>
#include <png.h>

using namespace llvm;
using namespace mlc;

namespace {

class PngReader : public PictureReader {
public:
  explicit PngReader(StringRef contents)
      : contents(contents), rest(contents),
        png(png_create_read_struct(PNG_LIBPNG_VER_STRING, this, onError,
                                   onWarning)),
        info(png ? png_create_info_struct(png) : nullptr) {}
  ~PngReader() override { png_destroy_read_struct(&png, &info, nullptr); }

  bool readHeader() override {
    if (!info)
      return fail("out of memory");
    orientation = findOrientation();
    if (setjmp(png_jmpbuf(png)))
      return false;
    // Only what pixels are made of is read: text, profiles and the like can
    // be large, and faults in them do not matter.
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
    // Sizes are checked by who calls, for both formats.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_read_fn(png, this, onRead);
    png_read_info(png, info);
    size = {png_get_image_height(png, info), png_get_image_width(png, info)};
    return true;
  }

  bool start(int64_t channels) override {
    wanted = channels;
    if (setjmp(png_jmpbuf(png)))
      return false;
    hasAlpha = (png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) ||
               png_get_valid(png, info, PNG_INFO_tRNS);
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_strip_alpha(png);
    bool isInterlaced = png_get_interlace_type(png, info) != PNG_INTERLACE_NONE;
    passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    stored = png_get_channels(png, info);
    rowBytes = png_get_rowbytes(png, info);
    if (rowBytes != size_t(size.width) * stored || (stored != 1 && stored != 3))
      return fail("its pixels are neither gray nor colours of 8 bits");
    if (!isInterlaced)
      return allocate(1);
    if (size.height > kMaxWholePictureBytes / int64_t(rowBytes))
      return fail("it is interlaced, and too large to be held in memory");
    return allocate(size.height) && readAll();
  }

  bool readRow(uint8_t *row) override {
    if (passes > 1) {
      convert(rows.data() + rowBytes * next++, row);
      return true;
    }
    if (setjmp(png_jmpbuf(png)))
      return false;
    png_read_row(png, rows.data(), nullptr);
    convert(rows.data(), row);
    return true;
  }

private:
  bool fail(const char *what) {
    problem = what;
    return false;
  }

  bool allocate(int64_t count) {
    rows.resize(rowBytes * count);
    return true;
  }

  // Each pass adds pixels to what those before it have left.
  bool readAll() {
    if (setjmp(png_jmpbuf(png)))
      return false;
    for (int pass = 0; pass < passes; ++pass)
      for (int64_t y = 0; y < size.height; ++y)
        png_read_row(png, rows.data() + rowBytes * y, nullptr);
    return true;
  }

  void convert(const uint8_t *from, uint8_t *to) const {
    if (stored == wanted) {
      std::memcpy(to, from, rowBytes);
      return;
    }
    for (int64_t x = 0; x < size.width; ++x)
      if (wanted == 1)
        to[x] = luminance(from[3 * x], from[3 * x + 1], from[3 * x + 2]);
      else
        std::memset(to + 3 * x, from[x], 3);
  }

  // The eXIf chunk may come behind the pixels, which are resampled by then, so
  // it is looked for first.
  unsigned findOrientation() const {
    constexpr size_t kSignature = 8, kAround = 12; // length, type, checksum
    StringRef chunks = contents.drop_front(kSignature);
    while (chunks.size() >= kAround) {
      size_t length = support::endian::read32be(chunks.data());
      if (length > chunks.size() - kAround)
        break;
      if (chunks.substr(4, 4) == "eXIf")
        return readOrientation(arrayRefFromStringRef(chunks.substr(8, length)));
      chunks = chunks.drop_front(kAround + length);
    }
    return 1;
  }

  static void onRead(png_structp png, png_bytep to, size_t count) {
    auto &self = *static_cast<PngReader *>(png_get_io_ptr(png));
    if (count > self.rest.size())
      png_error(png, "it ends too early");
    std::memcpy(to, self.rest.data(), count);
    self.rest = self.rest.drop_front(count);
  }

  static void onError(png_structp png, png_const_charp message) {
    static_cast<PngReader *>(png_get_error_ptr(png))->problem = message;
    png_longjmp(png, 1);
  }

  static void onWarning(png_structp png, png_const_charp message) {
    std::string &warning =
        static_cast<PngReader *>(png_get_error_ptr(png))->warning;
    if (warning.empty())
      warning = message;
  }

  StringRef contents, rest;
  png_structp png;
  png_infop info;
  int64_t wanted = 0; ///< channels of a row that is given out
  int64_t stored = 0; ///< channels that the file has, less alpha
  size_t rowBytes = 0;
  int passes = 1;
  int64_t next = 0; ///< the next row, if all are held
  std::vector<uint8_t> rows;
};

} // namespace

std::unique_ptr<PictureReader> mlc::createPngReader(StringRef contents) {
  return std::make_unique<PngReader>(contents);
}

Expected<std::string> mlc::encodePng(const Image &image) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = png_uint_32(image.size.width);
  png.height = png_uint_32(image.size.height);
  png.format = image.channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
  std::string result(size, '\0');
  if (!png_image_write_to_memory(&png, result.data(), &size,
                                 /*convert_to_8bit=*/0, image.pixels.data(),
                                 /*row_stride=*/0, /*colormap=*/nullptr))
    return createStringError(Twine("cannot write a PNG file: ") + png.message);
  result.resize(size);
  return result;
}
