// Loops as both evaluators run them.
#include "../../lib/Reference/ControlFlow.h"
#include "gtest/gtest.h"
#include <functional>
#include <limits>
#include <map>

using namespace mlc;

static Tensor number(float value) { return Tensor({1}, value); }

namespace {

/// A loop whose only state counts the iterations from 0 on.
class LoopTest : public ::testing::Test {
protected:
  using Function = std::function<llvm::Expected<Values>(Values)>;

  LoopTest() {
    loop.body = "body";
    loop.bodyStates = states;
    loop.numStates = 1;
    functions["body"] = [](Values values) {
      values[0].data[0] += 1;
      return llvm::Expected<Values>(std::move(values));
    };
  }

  llvm::Expected<Values> runOn(llvm::ArrayRef<const Tensor *> operands) {
    return runLoop(loop, operands, [&](llvm::StringRef name, Values values) {
      return functions.at(name.str())(std::move(values));
    });
  }

  /// The state at the end; `count` is read if the loop has one.
  float run(float count = 0) {
    Tensor times = number(count), start = number(0);
    llvm::SmallVector<const Tensor *> operands = {&start};
    if (loop.hasCount)
      operands.insert(operands.begin(), &times);
    llvm::Expected<Values> results = runOn(operands);
    EXPECT_TRUE(bool(results));
    EXPECT_EQ(results->size(), 1u);
    return results->front().data[0];
  }

  Loop loop;
  std::map<std::string, Function> functions;
  std::vector<int64_t> states = {0};
};

} // namespace

TEST_F(LoopTest, RunsAsOftenAsItsCountSays) {
  loop.hasCount = true;
  EXPECT_EQ(run(3), 3);
  EXPECT_EQ(run(3.9f), 3);
  EXPECT_EQ(run(0), 0);
  EXPECT_EQ(run(-2), 0);
  EXPECT_EQ(run(std::numeric_limits<float>::quiet_NaN()), 0);
}

TEST_F(LoopTest, RunsAtMostSoOften) {
  loop.maxIterations = 4;
  EXPECT_EQ(run(), 4);
}

TEST_F(LoopTest, EndsWithItsCondition) {
  functions["condition"] = [](Values values) {
    values.insert(values.begin(), number(values[0].data[0] < 5 ? 1 : 0));
    values[1].data[0] += 10; // no state that the condition gives
    return llvm::Expected<Values>(std::move(values));
  };
  loop.condition = "condition";
  EXPECT_EQ(run(), 5);
}

TEST_F(LoopTest, TakesTheStatesOfItsCondition) {
  functions["condition"] = [](Values values) {
    values[0].data[0] += 10;
    values.insert(values.begin(), number(values[0].data[0] < 25 ? 1 : 0));
    return llvm::Expected<Values>(std::move(values));
  };
  loop.condition = "condition";
  loop.conditionStates = states;
  EXPECT_EQ(run(), 32); // 10, 11, 21, 22, 32
}

TEST_F(LoopTest, BreaksWithTheStatesOfThatIteration) {
  functions["body"] = [](Values values) {
    values[0].data[0] += 1;
    values.insert(values.begin(), number(values[0].data[0] < 2 ? 1 : 0));
    return llvm::Expected<Values>(std::move(values));
  };
  loop.bodyMayBreak = true;
  EXPECT_EQ(run(), 2);
}

TEST_F(LoopTest, FailsWithItsBody) {
  functions["body"] = [](Values) {
    return llvm::Expected<Values>(llvm::createStringError("no"));
  };
  loop.maxIterations = 1;
  Tensor start = number(0);
  llvm::Expected<Values> results = runOn({&start});
  ASSERT_FALSE(bool(results));
  EXPECT_EQ(llvm::toString(results.takeError()), "no");
}
