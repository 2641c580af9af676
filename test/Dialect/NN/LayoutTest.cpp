// The arithmetic of strided layouts.
#include "mlc/Dialect/NN/Layout.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::nn;

using Shape = SmallVector<int64_t>;

TEST(StridedLayout, Dense) {
  StridedLayout layout = StridedLayout::dense({2, 3, 4});
  EXPECT_EQ(layout.strides, Shape({12, 4, 1}));
  EXPECT_TRUE(layout.isDense());
}

TEST(StridedLayout, TransposeAndBack) {
  StridedLayout layout = StridedLayout::dense({1, 5, 6, 7});
  StridedLayout moved = layout.transpose({0, 3, 1, 2});
  EXPECT_EQ(moved.shape, Shape({1, 7, 5, 6}));
  EXPECT_EQ(moved.strides, Shape({210, 1, 42, 7}));
  EXPECT_EQ(moved.beforeTranspose({0, 3, 1, 2}), layout);
}

TEST(StridedLayout, SliceOfChannelsKeepsThePitch) {
  StridedLayout part =
      StridedLayout::dense({4, 4, 10}).slice({0, 0, 3}, {1, 1, 1}, {4, 4, 5});
  EXPECT_EQ(part.offset, 3);
  EXPECT_EQ(part.strides, Shape({40, 10, 1}));
  EXPECT_FALSE(part.isDense());
}

TEST(StridedLayout, SliceWithSteps) {
  StridedLayout part =
      StridedLayout::dense({8, 10}).slice({1, 2}, {2, 3}, {3, 2});
  EXPECT_EQ(part.offset, 12);
  EXPECT_EQ(part.strides, Shape({20, 3}));
}

TEST(StridedLayout, ReshapeOfDense) {
  auto flat = StridedLayout::dense({2, 3, 4}).reshape({24});
  ASSERT_TRUE(flat);
  EXPECT_EQ(flat->strides, Shape({1}));
  auto split = flat->reshape({4, 1, 6});
  ASSERT_TRUE(split);
  EXPECT_EQ(split->strides[0], 6);
  EXPECT_EQ(split->strides[2], 1);
}

TEST(StridedLayout, ReshapeJoinsRowsOfAPart) {
  // Rows and columns of a part of the channels are one run with gaps.
  StridedLayout part =
      StridedLayout::dense({4, 4, 10}).slice({0, 0, 3}, {1, 1, 1}, {4, 4, 5});
  auto joined = part.reshape({16, 5});
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->strides, Shape({10, 1}));
  EXPECT_EQ(joined->offset, 3);
}

TEST(StridedLayout, ReshapeAcrossAGapIsImpossible) {
  StridedLayout part =
      StridedLayout::dense({4, 4, 10}).slice({0, 0, 3}, {1, 1, 1}, {4, 4, 5});
  EXPECT_FALSE(part.reshape({80}));
  EXPECT_FALSE(StridedLayout::dense({3, 4}).transpose({1, 0}).reshape({12}));
}

TEST(StridedLayout, ReshapeIgnoresOnes) {
  auto layout = StridedLayout::dense({1, 6, 1, 5}).reshape({6, 5, 1, 1});
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->strides[0], 5);
  EXPECT_EQ(layout->strides[1], 1);
}
