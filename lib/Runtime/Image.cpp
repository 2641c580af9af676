// Pictures, by the stb libraries.
#include "mlc/Runtime/Image.h"

#include <algorithm>
#include <cmath>

#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_MAX_DIMENSIONS 16384
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <stb/stb_image.h>
#include <stb/stb_image_resize.h>
#include <stb/stb_image_write.h>
#pragma clang diagnostic pop

using namespace llvm;
using namespace mlc;

Expected<Image> mlc::decodeImage(StringRef contents, int64_t channels) {
  int width, height, found;
  stbi_uc *pixels =
      stbi_load_from_memory(reinterpret_cast<const stbi_uc *>(contents.data()),
                            int(std::min<size_t>(contents.size(), INT32_MAX)),
                            &width, &height, &found, int(channels));
  if (!pixels)
    return createStringError(std::string("not a usable PNG or JPEG file: ") +
                             stbi_failure_reason());
  Image image{width, height, channels, {}};
  image.pixels.assign(pixels, pixels + size_t(width) * height * channels);
  stbi_image_free(pixels);
  return image;
}

Image mlc::resizeImage(const Image &image, int64_t width, int64_t height) {
  Image result{width, height, image.channels, {}};
  result.pixels.resize(width * height * image.channels);
  stbir_resize_uint8_generic(
      image.pixels.data(), int(image.width), int(image.height), 0,
      result.pixels.data(), int(width), int(height), 0, int(image.channels),
      STBIR_ALPHA_CHANNEL_NONE, 0, STBIR_EDGE_CLAMP, STBIR_FILTER_TRIANGLE,
      STBIR_COLORSPACE_LINEAR, nullptr);
  return result;
}

std::string mlc::encodePng(const Image &image) {
  std::string result;
  auto append = [](void *context, void *data, int size) {
    static_cast<std::string *>(context)->append(static_cast<char *>(data),
                                                size);
  };
  stbi_write_png_to_func(append, &result, int(image.width), int(image.height),
                         int(image.channels), image.pixels.data(), 0);
  return result;
}
