// Plans never overlap what is in use at once, and are as small as they can be.
#include "mlc/Support/MemoryPlanner.h"
#include "gtest/gtest.h"
#include <random>

using namespace mlc;

// Whether any two buffers in use at one step share bytes.
static bool overlaps(llvm::ArrayRef<PlannedBuffer> buffers,
                     const MemoryPlan &plan) {
  for (size_t i = 0; i < buffers.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      if (buffers[i].last < buffers[j].first ||
          buffers[j].last < buffers[i].first)
        continue;
      if (plan.offsets[i] < plan.offsets[j] + buffers[j].bytes &&
          plan.offsets[j] < plan.offsets[i] + buffers[i].bytes)
        return true;
    }
  return false;
}

TEST(MemoryPlanner, Nothing) {
  MemoryPlan plan = planMemory({}, 256);
  EXPECT_EQ(plan.bytes, 0);
  EXPECT_EQ(plan.lowerBound, 0);
}

TEST(MemoryPlanner, ChainReusesMemory) {
  // Each buffer is read by the next step: two are in use at a time.
  std::vector<PlannedBuffer> buffers = {
      {1024, 0, 1}, {2048, 1, 2}, {1024, 2, 3}, {512, 3, 4}};
  MemoryPlan plan = planMemory(buffers, 256);
  EXPECT_EQ(plan.bytes, 3072);
  EXPECT_EQ(plan.lowerBound, 3072);
  EXPECT_FALSE(overlaps(buffers, plan));
}

TEST(MemoryPlanner, ResidualKeepsItsInput) {
  std::vector<PlannedBuffer> buffers = {
      {1000, 0, 3}, {500, 1, 2}, {500, 2, 3}, {1000, 3, 4}};
  MemoryPlan plan = planMemory(buffers, 1);
  EXPECT_EQ(plan.bytes, plan.lowerBound);
  EXPECT_FALSE(overlaps(buffers, plan));
}

TEST(MemoryPlanner, OffsetsAreAligned) {
  std::vector<PlannedBuffer> buffers = {{1, 0, 1}, {300, 0, 1}, {5, 0, 1}};
  MemoryPlan plan = planMemory(buffers, 256);
  for (int64_t offset : plan.offsets)
    EXPECT_EQ(offset % 256, 0);
  EXPECT_EQ(plan.bytes, 1024);
}

TEST(MemoryPlanner, EmptyBuffersTakeNoPlace) {
  std::vector<PlannedBuffer> buffers = {{0, 0, 9}, {256, 0, 9}};
  EXPECT_EQ(planMemory(buffers, 256).bytes, 256);
}

// No order by size, area, length or time reaches the bound here.
TEST(MemoryPlanner, ImprovesWhatGreedyOrdersMiss) {
  std::vector<PlannedBuffer> buffers = {{2, 0, 3}, {6, 0, 2}, {1, 4, 5},
                                        {4, 5, 6}, {4, 2, 5}, {4, 3, 6}};
  MemoryPlan plan = planMemory(buffers, 1);
  EXPECT_EQ(plan.bytes, plan.lowerBound);
  EXPECT_FALSE(overlaps(buffers, plan));
}

TEST(MemoryPlanner, RandomPlansAreValid) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<PlannedBuffer> buffers;
    for (int i = 0; i < 60; ++i) {
      int64_t first = random() % 50;
      buffers.push_back(
          {int64_t(random() % 5000), first, first + int64_t(random() % 6)});
    }
    MemoryPlan plan = planMemory(buffers, 16);
    EXPECT_FALSE(overlaps(buffers, plan));
    EXPECT_GE(plan.bytes, plan.lowerBound);
  }
}
