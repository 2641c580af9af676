// Arrays in numpy's format, also from hands that mean harm.
#include "mlc/Runtime/Npy.h"
#include "gtest/gtest.h"

using namespace mlc;

static std::string message(llvm::StringRef contents) {
  auto array = parseNpy(contents);
  return array ? "" : llvm::toString(array.takeError());
}

// A version 1 file with `header` and `data`.
static std::string file(std::string header, std::string data) {
  std::string text("\x93NUMPY\x01\x00", 8);
  text += char(header.size() & 255);
  text += char(header.size() >> 8);
  return text + header + data;
}

TEST(Npy, RoundTrip) {
  std::vector<float> values = {1, 2.5f, -3, 4, 5, 6};
  std::string text = formatNpy({2, 3}, values);
  EXPECT_EQ((text.size() - sizeof(float) * 6) % 64, 0u);
  auto array = parseNpy(text);
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->shape, (llvm::SmallVector<int64_t>{2, 3}));
  EXPECT_EQ(array->values(), values);
}

TEST(Npy, FortranOrder) {
  auto array = parseNpy(
      file("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }",
           std::string("\1\4\2\5\3\6", 6)));
  ASSERT_TRUE(bool(array));
  EXPECT_TRUE(array->isBytes());
  EXPECT_EQ(array->values(), (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST(Npy, Types) {
  auto array =
      parseNpy(file("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }",
                    std::string("\xff\xff\x00\x01", 4)));
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->values(), (std::vector<float>{-1, 256}));
  array =
      parseNpy(file("{'descr': '<f2', 'fortran_order': False, 'shape': (1,), }",
                    std::string("\x00\x3c", 2)));
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->values().front(), 1);
}

TEST(Npy, BigEndian) {
  auto array =
      parseNpy(file("{'descr': '>i2', 'fortran_order': False, 'shape': (2,), }",
                    std::string("\xff\xfe\x01\x00", 4)));
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->values(), (std::vector<float>{-2, 256}));
}

TEST(Npy, FortranOrderOfManyDimensions) {
  // Element (i, j, k) of 2x3x4 is 100 i + 10 j + k.
  std::string data;
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i)
        data += char(100 * i + 10 * j + k);
  auto array = parseNpy(file("{'descr': '|u1', 'fortran_order': True, 'shape': "
                             "(2, 1, 3, 1, 1, 4), }",
                             data));
  ASSERT_TRUE(bool(array));
  std::vector<uint8_t> bytes = array->bytes();
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k)
        EXPECT_EQ(bytes[(i * 3 + j) * 4 + k], 100 * i + 10 * j + k);
}

TEST(Npy, Hostile) {
  auto shaped = [](const std::string &shape) {
    return message(file(
        "{'descr': '|u1', 'fortran_order': True, 'shape': " + shape + ", }",
        std::string(64, 'x')));
  };
  EXPECT_NE(shaped("(0,)").find("no elements"), std::string::npos);
  EXPECT_NE(shaped("(3, 0, 4)").find("no elements"), std::string::npos);
  EXPECT_NE(shaped("(-1,)").find("'-1'"), std::string::npos);
  EXPECT_NE(shaped("(4").find("tuple"), std::string::npos);
  EXPECT_EQ(shaped("(4, \n5x)").find('\n'), std::string::npos);
  std::string ones;
  for (size_t i = 0; i < kMaxNpyRank; ++i)
    ones += "1,";
  EXPECT_EQ(shaped("(" + ones + ")"), "");
  EXPECT_NE(shaped("(" + ones + "1,)").find("dimensions"), std::string::npos);
  EXPECT_NE(shaped("(9223372036854775807, 9223372036854775807)"), "");
}

TEST(Npy, Scalar) {
  auto array =
      parseNpy(file("{'descr': '|u1', 'fortran_order': False, 'shape': (), }",
                    std::string("\7", 1)));
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->values(), (std::vector<float>{7}));
}

TEST(Npy, NoArray) {
  EXPECT_NE(message("").find("magic"), std::string::npos);
  EXPECT_NE(message("PNG and so on").find("magic"), std::string::npos);
  EXPECT_NE(
      message(std::string("\x93NUMPY\x09\x00\x00\x00\x00", 11)).find("version"),
      std::string::npos);
}

TEST(Npy, EndsTooEarly) {
  std::string whole = formatNpy({4}, {1, 2, 3, 4});
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(message(llvm::StringRef(whole).take_front(size)).empty());
}

TEST(Npy, EnormousShape) {
  EXPECT_NE(message(file("{'descr': '<f4', 'fortran_order': False, 'shape': "
                         "(4294967296, 4294967296), }",
                         "")),
            "");
}

TEST(Npy, NotNumbers) {
  EXPECT_NE(message(file("{'descr': '|O', 'fortran_order': False, 'shape': "
                         "(1,), }",
                         "xxxxxxxx")),
            "");
}
