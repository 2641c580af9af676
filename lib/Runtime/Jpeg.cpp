// JPEG files, by libjpeg-turbo. Its errors are jumps, so each method that calls
// it has no objects with destructors of its own.
#include "PictureReader.h"

#include "llvm/ADT/StringExtras.h"
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <jerror.h>
#include <jpeglib.h>

using namespace llvm;
using namespace mlc;

// A scan of a few bytes can touch the whole picture; encoders write about 10.
static constexpr int kMaxScans = 64;

namespace {

class JpegReader : public PictureReader {
public:
  explicit JpegReader(StringRef contents) : contents(contents) {
    jpeg.err = jpeg_std_error(&errors);
    jpeg.client_data = this;
    errors.error_exit = onError;
    errors.emit_message = onMessage;
    progress.progress_monitor = onProgress;
  }
  ~JpegReader() override {
    // It is safe to call on what was never created.
    jpeg_destroy_decompress(&jpeg);
  }

  bool readHeader() override {
    if (setjmp(jump))
      return false;
    jpeg_create_decompress(&jpeg);
    jpeg.progress = &progress;
    jpeg_mem_src(&jpeg,
                 reinterpret_cast<const unsigned char *>(contents.data()),
                 contents.size());
    constexpr unsigned kMaxMarkerBytes = 65535;
    jpeg_save_markers(&jpeg, JPEG_APP0 + 1, kMaxMarkerBytes);
    jpeg_read_header(&jpeg, TRUE);
    size = {jpeg.image_height, jpeg.image_width};
    orientation = findOrientation();
    return true;
  }

  bool start(int64_t channels) override {
    wanted = channels;
    if (setjmp(jump))
      return false;
    if (jpeg_has_multiple_scans(&jpeg) && wholeBytes() > kMaxWholePictureBytes)
      return fail("it is progressive, and too large to be held in memory");
    bool isInk =
        jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
    // Luminance is what the file stores of pictures in YCbCr.
    bool isGray = channels == 1 && (jpeg.jpeg_color_space == JCS_YCbCr ||
                                    jpeg.jpeg_color_space == JCS_GRAYSCALE);
    jpeg.out_color_space = isInk ? JCS_CMYK : isGray ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&jpeg);
    return allocate();
  }

  bool readRow(uint8_t *to) override {
    if (setjmp(jump))
      return false;
    JSAMPROW from = row.data();
    jpeg_read_scanlines(&jpeg, &from, 1);
    convert(to);
    return true;
  }

private:
  bool fail(const char *what) {
    problem = what;
    return false;
  }

  bool allocate() {
    row.resize(size_t(jpeg.output_width) * jpeg.output_components);
    return true;
  }

  // The coefficients of all blocks.
  int64_t wholeBytes() const {
    int64_t bytes = 0;
    for (int i = 0; i < jpeg.num_components; ++i)
      bytes += int64_t(jpeg.comp_info[i].width_in_blocks) *
               jpeg.comp_info[i].height_in_blocks * sizeof(JBLOCK);
    return bytes;
  }

  // The red, green and blue of a pixel of four inks. Adobe stores how much
  // light is left, others how much ink there is.
  void mixInks(const uint8_t *inks, unsigned *colours) const {
    auto light = [&](unsigned ink) {
      return jpeg.saw_Adobe_marker ? ink : 255 - ink;
    };
    for (unsigned c = 0; c < 3; ++c)
      colours[c] = (light(inks[c]) * light(inks[3]) + 127) / 255;
  }

  void convert(uint8_t *to) const {
    int64_t stored = jpeg.output_components;
    if (stored == wanted) {
      std::memcpy(to, row.data(), row.size());
      return;
    }
    for (int64_t x = 0; x < size.width; ++x) {
      const uint8_t *from = row.data() + x * stored;
      unsigned colours[3];
      if (stored == 4)
        mixInks(from, colours);
      else
        std::copy_n(from, 3, colours);
      if (wanted == 1)
        to[x] = luminance(colours[0], colours[1], colours[2]);
      else
        std::copy_n(colours, 3, to + 3 * x);
    }
  }

  unsigned findOrientation() const {
    const StringRef kExif("Exif\0\0", 6);
    for (auto *marker = jpeg.marker_list; marker; marker = marker->next) {
      StringRef data(reinterpret_cast<const char *>(marker->data),
                     marker->data_length);
      if (data.consume_front(kExif))
        return readOrientation(arrayRefFromStringRef(data));
    }
    return 1;
  }

  static JpegReader &self(j_common_ptr common) {
    return *static_cast<JpegReader *>(common->client_data);
  }

  [[noreturn]] static void onError(j_common_ptr common) {
    char message[JMSG_LENGTH_MAX];
    common->err->format_message(common, message);
    self(common).stop(message);
  }

  [[noreturn]] void stop(const char *why) {
    problem = why;
    longjmp(jump, 1);
  }

  // A negative level is a fault in the data that can be read over.
  static void onMessage(j_common_ptr common, int level) {
    if (level >= 0)
      return;
    if (common->err->msg_code == JWRN_JPEG_EOF)
      self(common).stop("it ends too early");
    if (!self(common).warning.empty())
      return;
    char message[JMSG_LENGTH_MAX];
    common->err->format_message(common, message);
    self(common).warning = message;
  }

  static void onProgress(j_common_ptr common) {
    JpegReader &reader = self(common);
    if (reader.jpeg.input_scan_number > kMaxScans)
      reader.stop("it has too many scans");
  }

  StringRef contents;
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf jump;
  int64_t wanted = 0; ///< channels of a row that is given out
  std::vector<uint8_t> row;
};

} // namespace

std::unique_ptr<PictureReader> mlc::createJpegReader(StringRef contents) {
  return std::make_unique<JpegReader>(contents);
}
