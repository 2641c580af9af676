// Pictures: resampling against its formula, orientations against their meaning.
#include "mlc/Runtime/Image.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace mlc;

static Image makeImage(int64_t height, int64_t width, int64_t channels) {
  Image image{{height, width}, channels, {}};
  for (int64_t i = 0; i < height * width * channels; ++i)
    image.pixels.push_back(uint8_t(i * i * 7 + i * 31));
  return image;
}

// The weight of input `i` for output `o`, without what lies beyond the border.
static double triangle(int64_t i, int64_t o, int64_t inputs, int64_t outputs) {
  double step = double(inputs) / outputs, radius = std::max(1.0, step);
  double centre = (o + 0.5) * step - 0.5;
  return std::max(0.0, 1 - std::fabs(i - centre) / radius);
}

// All inputs from far before the border to far behind it, for one output.
static double resample(const Image &image, ImageSize to, int64_t y, int64_t x,
                       int64_t c) {
  auto [height, width] = image.size;
  double sum = 0, weights = 0;
  for (int64_t i = -2 * height; i < 3 * height; ++i)
    for (int64_t j = -2 * width; j < 3 * width; ++j) {
      double weight =
          triangle(i, y, height, to.height) * triangle(j, x, width, to.width);
      int64_t row = std::clamp<int64_t>(i, 0, height - 1),
              column = std::clamp<int64_t>(j, 0, width - 1);
      sum += weight * image.pixels[(row * width + column) * image.channels + c];
      weights += weight;
    }
  return sum / weights;
}

TEST(Image, ResizeIsATriangleFilter) {
  Image image = makeImage(7, 5, 3);
  for (ImageSize to : {ImageSize{7, 5}, {3, 2}, {20, 9}, {1, 1}, {4, 30}}) {
    Image resized = resizeImage(image, to);
    ASSERT_EQ(resized.pixels.size(), size_t(to.height * to.width * 3));
    for (int64_t y = 0; y < to.height; ++y)
      for (int64_t x = 0; x < to.width; ++x)
        for (int64_t c = 0; c < 3; ++c)
          EXPECT_NEAR(resized.pixels[(y * to.width + x) * 3 + c],
                      resample(image, to, y, x, c), 0.501);
  }
}

TEST(Image, SameSizeIsTheSamePicture) {
  Image image = makeImage(9, 4, 1);
  EXPECT_EQ(resizeImage(image, {9, 4}).pixels, image.pixels);
}

// The pixels of "abc/def" after it was turned upright.
static std::string turn(unsigned orientation, ImageSize size) {
  Image image{{2, 3}, 1, {'a', 'b', 'c', 'd', 'e', 'f'}};
  Image turned = turnUpright(image, orientation);
  EXPECT_TRUE(turned.size == size);
  return std::string(turned.pixels.begin(), turned.pixels.end());
}

TEST(Image, Orientations) {
  // Where row 0 and column 0 of what is stored are, by CIPA DC-008.
  EXPECT_EQ(turn(1, {2, 3}), "abcdef"); // top, left
  EXPECT_EQ(turn(2, {2, 3}), "cbafed"); // top, right
  EXPECT_EQ(turn(3, {2, 3}), "fedcba"); // bottom, right
  EXPECT_EQ(turn(4, {2, 3}), "defabc"); // bottom, left
  EXPECT_EQ(turn(5, {3, 2}), "adbecf"); // left, top
  EXPECT_EQ(turn(6, {3, 2}), "daebfc"); // right, top
  EXPECT_EQ(turn(7, {3, 2}), "fcebda"); // right, bottom
  EXPECT_EQ(turn(8, {3, 2}), "cfbead"); // left, bottom
}

TEST(Image, OrientationOfExif) {
  std::vector<uint8_t> little = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12,
                                 1,   3,   0,  1, 0, 0, 0, 6, 0, 0, 0};
  std::vector<uint8_t> big = {'M',  'M', 0, 42, 0, 0, 0, 8, 0, 1, 1,
                              0x12, 0,   3, 0,  0, 0, 1, 0, 8, 0, 0};
  EXPECT_EQ(readOrientation(little), 6u);
  EXPECT_EQ(readOrientation(big), 8u);
  // Cut off anywhere, with a number that is none, or far away.
  for (size_t size = 0; size < little.size(); ++size)
    EXPECT_EQ(readOrientation(llvm::ArrayRef(little).take_front(size)), 1u);
  little[18] = 9;
  EXPECT_EQ(readOrientation(little), 1u);
  little[4] = little[5] = little[6] = little[7] = 0xff;
  EXPECT_EQ(readOrientation(little), 1u);
}

TEST(Image, PngComesBack) {
  for (int64_t channels : {1, 3}) {
    Image image = makeImage(11, 6, channels);
    auto file = encodePng(image);
    ASSERT_TRUE(bool(file));
    llvm::SmallVector<std::string> notes;
    auto again = decodeImage(*file, channels, std::nullopt, notes);
    ASSERT_TRUE(bool(again));
    EXPECT_EQ(again->pixels, image.pixels);
    EXPECT_TRUE(notes.empty());
    auto size = readImageSize(*file);
    ASSERT_TRUE(bool(size));
    EXPECT_TRUE(*size == image.size);
    // Cut off anywhere before its end chunk it is an error of one line.
    constexpr size_t kEndChunk = 12;
    for (size_t length = 0; length < file->size() - kEndChunk - 4; ++length) {
      auto cut = decodeImage(llvm::StringRef(*file).take_front(length),
                             channels, std::nullopt, notes);
      ASSERT_FALSE(bool(cut)) << length;
      EXPECT_EQ(llvm::toString(cut.takeError()).find('\n'), std::string::npos);
    }
  }
}
