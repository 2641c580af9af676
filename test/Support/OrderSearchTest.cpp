// Orders are right, and as good as trying all of them finds.
#include "mlc/Support/OrderSearch.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <numeric>
#include <random>

using namespace mlc;
using llvm::SmallVector;

// Whether every step is done once, behind what it waits for, and fixed ones
// where they were.
static bool isRight(const OrderProblem &problem,
                    llvm::ArrayRef<unsigned> order) {
  std::vector<bool> done(problem.steps.size());
  for (size_t i = 0; i < order.size(); ++i) {
    if (done[order[i]] || (problem.steps[order[i]].isFixed && order[i] != i))
      return false;
    for (unsigned other : problem.steps[order[i]].after)
      if (!done[other])
        return false;
    done[order[i]] = true;
  }
  return order.size() == problem.steps.size();
}

// The least peak of all orders.
static int64_t bestOf(const OrderProblem &problem) {
  SmallVector<unsigned> order(problem.steps.size());
  std::iota(order.begin(), order.end(), 0);
  int64_t best = INT64_MAX;
  do {
    if (isRight(problem, order))
      best = std::min(best, peakOfOrder(problem, order));
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(OrderSearch, Nothing) { EXPECT_TRUE(findOrder({}).empty()); }

TEST(OrderSearch, SmallBranchWaits) {
  // A large value is made small by one branch; the other one's large value
  // should come only then.
  OrderProblem problem;
  problem.bytes = {1, 100, 1, 100, 1};
  problem.steps = {{{}, {0}},     {{0}, {0, 1}}, {{0}, {0, 3}},
                   {{1}, {1, 2}}, {{2}, {3, 4}}, {{3, 4}, {2, 4}}};
  SmallVector<unsigned> given = {0, 1, 2, 3, 4, 5};
  EXPECT_EQ(peakOfOrder(problem, given), 201);
  SmallVector<unsigned> order = findOrder(problem);
  EXPECT_TRUE(isRight(problem, order));
  EXPECT_EQ(peakOfOrder(problem, order), 102);
}

TEST(OrderSearch, FixedStepsStay) {
  OrderProblem problem;
  problem.bytes = {1, 100, 1, 100, 1};
  problem.steps = {{{}, {0}},     {{0}, {0, 1}}, {{0}, {0, 3}},
                   {{1}, {1, 2}}, {{2}, {3, 4}}, {{3, 4}, {2, 4}}};
  problem.steps[2].isFixed = true;
  EXPECT_TRUE(isRight(problem, findOrder(problem)));
}

TEST(OrderSearch, AsGoodAsAllOrders) {
  std::mt19937 random(1);
  auto draw = [&](unsigned most) { return unsigned(random() % most); };
  unsigned better = 0;
  for (int round = 0; round < 200; ++round) {
    OrderProblem problem;
    unsigned count = 3 + draw(6);
    for (unsigned i = 0; i < count; ++i) {
      // A step writes a buffer of its own, or a part of an earlier one that
      // nobody reads before all parts are there.
      OrderProblem::Step step;
      problem.bytes.push_back(1 + draw(50));
      step.buffers = {i};
      for (unsigned k = 0; i > 0 && k < 1 + draw(2); ++k) {
        unsigned other = draw(i);
        if (llvm::is_contained(step.after, other))
          continue;
        step.after.push_back(other);
        step.buffers.push_back(other);
      }
      if (i > 0 && draw(8) == 0)
        step.after.clear();
      problem.steps.push_back(step);
    }
    SmallVector<unsigned> given(count);
    std::iota(given.begin(), given.end(), 0);
    SmallVector<unsigned> order = findOrder(problem);
    ASSERT_TRUE(isRight(problem, order));
    int64_t before = peakOfOrder(problem, given),
            after = peakOfOrder(problem, order), best = bestOf(problem);
    // Steps between two that all wait for, or that wait for all, stay there,
    // which may cost something where a branch ends early.
    EXPECT_LE(after, before);
    EXPECT_GE(after, best);
    better += after < before;
  }
  EXPECT_GT(better, 20u);
}

TEST(OrderSearch, OptimalBetweenTwoSteps) {
  // All branches begin at the first step and end at the last.
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    OrderProblem problem;
    problem.steps.push_back({{}, {0}});
    problem.bytes.push_back(10);
    OrderProblem::Step last;
    for (int branch = 0; branch < 3; ++branch) {
      unsigned from = 0;
      for (int i = 0; i < 2; ++i) {
        unsigned step = problem.steps.size();
        problem.bytes.push_back(1 + random() % 100);
        problem.steps.push_back({{from}, {from, step}});
        from = step;
      }
      last.after.push_back(from);
      last.buffers.push_back(from);
    }
    problem.steps.push_back(last);
    SmallVector<unsigned> order = findOrder(problem);
    ASSERT_TRUE(isRight(problem, order));
    EXPECT_EQ(peakOfOrder(problem, order), bestOf(problem));
  }
}

TEST(OrderSearch, LargePartsEnd) {
  // A thousand branches of two steps that share one buffer at their ends.
  OrderProblem problem;
  problem.steps.push_back({{}, {0}});
  problem.bytes = {8, 1000};
  OrderProblem::Step last{{}, {1}};
  for (unsigned branch = 0; branch < 1000; ++branch)
    problem.steps.push_back({{0}, {0, branch + 2}});
  for (unsigned branch = 0; branch < 1000; ++branch) {
    problem.bytes.push_back(100);
    last.after.push_back(problem.steps.size());
    problem.steps.push_back({{branch + 1}, {branch + 2, 1}});
  }
  problem.steps.push_back(last);
  SmallVector<unsigned> order = findOrder(problem);
  EXPECT_TRUE(isRight(problem, order));
}
