// What the evaluators of the two dialects share of control flow.
#pragma once

#include "Layers.h"

namespace mlc {

using Values = std::vector<Tensor>;

/// Whether a condition holds.
bool isTrue(const Tensor &flag);

Values copyOf(Operands operands);

/// A loop over states, with what is captured behind them. A function is called
/// with all of these; the new states that it gives are those of the numbers.
struct Loop {
  using Function = llvm::function_ref<llvm::Expected<Values>(Values)>;

  std::optional<int64_t> maxIterations;
  /// Whether the first operand is the number of iterations. It is truncated;
  /// with NaN there are none.
  bool hasCount;
  /// Gives whether to go on, then states. None: as long as the count.
  Function condition = nullptr;
  llvm::ArrayRef<int64_t> conditionStates;
  /// Gives states; before them whether to go on, if it may break.
  Function body;
  llvm::ArrayRef<int64_t> bodyStates;
  bool bodyMayBreak;
  size_t numStates;
};

/// The states at the end of `loop`.
llvm::Expected<Values> runLoop(const Loop &loop, Operands operands);

} // namespace mlc
