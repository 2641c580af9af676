// Pictures: which library reads a file, what it is turned and resampled to.
#include "mlc/Runtime/Image.h"

#include "PictureReader.h"
#include "RowResizer.h"

using namespace llvm;
using namespace mlc;

//===----------------------------------------------------------------------===//
// Orientation
//===----------------------------------------------------------------------===//

static bool swapsSides(unsigned orientation) { return orientation >= 5; }

static ImageSize upright(ImageSize size, unsigned orientation) {
  return swapsSides(orientation) ? ImageSize{size.width, size.height} : size;
}

unsigned mlc::readOrientation(ArrayRef<uint8_t> exif) {
  constexpr unsigned kOrientationTag = 0x0112, kShort = 3;
  constexpr size_t kEntryBytes = 12;
  if (exif.size() < 8 || (exif[0] != 'I' && exif[0] != 'M'))
    return 1;
  bool isLittle = exif[0] == 'I';
  // An unsigned number of `bytes` bytes; 0 beyond the end.
  auto number = [&](size_t at, unsigned bytes) {
    size_t value = 0;
    for (unsigned i = 0; i < bytes && at + bytes <= exif.size(); ++i)
      value |= size_t(exif[at + i]) << 8 * (isLittle ? i : bytes - 1 - i);
    return value;
  };
  size_t directory = number(4, 4);
  size_t entries = number(directory, 2);
  for (size_t i = 0; i < entries; ++i) {
    size_t entry = directory + 2 + i * kEntryBytes;
    if (entry + kEntryBytes > exif.size())
      break;
    if (number(entry, 2) != kOrientationTag || number(entry + 2, 2) != kShort)
      continue;
    size_t value = number(entry + 8, 2);
    return value >= 1 && value <= 8 ? unsigned(value) : 1;
  }
  return 1;
}

Image mlc::turnUpright(Image image, unsigned orientation) {
  if (orientation <= 1 || orientation > 8)
    return image;
  auto [height, width] = image.size;
  Image result{upright(image.size, orientation), image.channels, {}};
  result.pixels.reserve(image.pixels.size());
  bool fromBottom = orientation == 3 || orientation == 4 || orientation == 6 ||
                    orientation == 7;
  bool fromRight = orientation == 2 || orientation == 3 || orientation == 7 ||
                   orientation == 8;
  for (int64_t y = 0; y < result.size.height; ++y)
    for (int64_t x = 0; x < result.size.width; ++x) {
      int64_t row = swapsSides(orientation) ? x : y,
              column = swapsSides(orientation) ? y : x;
      if (fromBottom)
        row = height - 1 - row;
      if (fromRight)
        column = width - 1 - column;
      const uint8_t *pixel =
          image.pixels.data() + (row * width + column) * image.channels;
      result.pixels.insert(result.pixels.end(), pixel, pixel + image.channels);
    }
  return result;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

static Error unusable(const Twine &why) {
  return createStringError("not a usable PNG or JPEG file: " + why);
}

// A reader that has read what comes before the pixels.
static Expected<std::unique_ptr<PictureReader>> open(StringRef contents) {
  std::unique_ptr<PictureReader> reader;
  if (contents.starts_with("\x89PNG\r\n\x1a\n"))
    reader = createPngReader(contents);
  else if (contents.starts_with("\xff\xd8"))
    reader = createJpegReader(contents);
  else
    return unusable("it begins as neither of them");
  if (!reader->readHeader())
    return unusable(reader->problem);
  auto [height, width] = reader->size;
  if (height < 1 || width < 1 || height > kMaxPictureSide ||
      width > kMaxPictureSide || height > kMaxPicturePixels / width)
    return unusable("its size, " + Twine(height) + "x" + Twine(width) +
                    ", is not between 1 and " + Twine(kMaxPictureSide) +
                    " a side and " + Twine(kMaxPicturePixels) + " in all");
  return std::move(reader);
}

Expected<ImageSize> mlc::readImageSize(StringRef contents) {
  auto reader = open(contents);
  if (!reader)
    return reader.takeError();
  return upright((*reader)->size, (*reader)->orientation);
}

std::string mlc::describeResize(ImageSize from, ImageSize to) {
  auto text = [](ImageSize size) {
    return std::to_string(size.height) + "x" + std::to_string(size.width);
  };
  return "resized from " + text(from) + " to " + text(to) + " (height x width)";
}

Expected<Image> mlc::decodeImage(StringRef contents, int64_t channels,
                                 std::optional<ImageSize> wanted,
                                 SmallVectorImpl<std::string> &notes) {
  auto opened = open(contents);
  if (!opened)
    return opened.takeError();
  PictureReader &reader = **opened;
  if (!reader.start(channels))
    return unusable(reader.problem);
  ImageSize stored =
      wanted ? upright(*wanted, reader.orientation) : reader.size;
  RowResizer resizer(reader.size, stored, channels);
  std::vector<uint8_t> row(reader.size.width * channels);
  for (int64_t y = 0; y < reader.size.height; ++y) {
    if (!reader.readRow(row.data()))
      return unusable(reader.problem);
    resizer.add(row.data());
  }
  ImageSize found = upright(reader.size, reader.orientation);
  if (wanted && !(*wanted == found))
    notes.push_back(describeResize(found, *wanted));
  if (!reader.warning.empty())
    notes.push_back("may be damaged: " + reader.warning);
  if (reader.orientation != 1)
    notes.push_back("turned as its EXIF orientation " +
                    std::to_string(reader.orientation) + " says");
  if (reader.hasAlpha)
    notes.push_back("is used without its alpha channel");
  return turnUpright(resizer.take(), reader.orientation);
}

Image mlc::resizeImage(const Image &image, ImageSize size) {
  RowResizer resizer(image.size, size, image.channels);
  int64_t rowBytes = image.size.width * image.channels;
  for (int64_t y = 0; y < image.size.height; ++y)
    resizer.add(image.pixels.data() + y * rowBytes);
  return resizer.take();
}
