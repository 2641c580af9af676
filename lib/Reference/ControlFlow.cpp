#include "ControlFlow.h"

#include "mlc/Support/Truth.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlc;

bool mlc::isTrue(const Tensor &flag) {
  return std::fabs(flag.data[0]) > kTruthThreshold;
}

Values mlc::copyOf(Operands operands) {
  Values values;
  for (const Tensor *operand : operands)
    values.push_back(*operand);
  return values;
}

llvm::Expected<Values> mlc::runLoop(const Loop &loop, Operands operands,
                                    Call call) {
  double limit = std::numeric_limits<double>::infinity();
  if (loop.maxIterations)
    limit = double(*loop.maxIterations);
  if (loop.hasCount) {
    limit = std::trunc(operands[0]->data[0]);
    operands = operands.drop_front();
  }
  Values all = copyOf(operands);
  auto update = [&](Values &results, size_t first, ArrayRef<int64_t> numbers) {
    for (auto [i, number] : llvm::enumerate(numbers))
      all[number] = std::move(results[first + i]);
  };
  for (double i = 0;; ++i) {
    if (loop.condition) {
      llvm::Expected<Values> results = call(*loop.condition, all);
      if (!results)
        return results.takeError();
      bool goesOn = isTrue(results->front());
      update(*results, 1, loop.conditionStates);
      if (!goesOn)
        break;
    }
    if (!(i < limit))
      break;
    llvm::Expected<Values> results = call(loop.body, all);
    if (!results)
      return results.takeError();
    bool goesOn = !loop.bodyMayBreak || isTrue(results->front());
    update(*results, loop.bodyMayBreak, loop.bodyStates);
    if (!goesOn)
      break;
  }
  all.resize(loop.numStates);
  return all;
}
