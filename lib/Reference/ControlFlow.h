// What the evaluators of the two dialects share of control flow.
#pragma once

#include "Layers.h"

namespace mlc {

using Values = std::vector<Tensor>;

/// Whether a condition holds.
bool isTrue(const Tensor &flag);

Values copyOf(Operands operands);

/// Runs a function of the module by its name.
using Call =
    llvm::function_ref<llvm::Expected<Values>(llvm::StringRef, Values)>;

/// A loop over states, with what is captured behind them. Its functions are
/// called with all of these and give a flag and new states: those of the
/// numbers that are listed.
struct Loop {
  std::optional<int64_t> maxIterations;
  /// Whether the first operand is the number of iterations. It is truncated;
  /// with NaN there are none.
  bool hasCount = false;
  /// Its flag says whether to go on. None: as long as the count.
  std::optional<llvm::StringRef> condition;
  llvm::ArrayRef<int64_t> conditionStates;
  /// Only if it may break, it gives a flag.
  llvm::StringRef body;
  llvm::ArrayRef<int64_t> bodyStates;
  bool bodyMayBreak = false;
  size_t numStates = 0;
};

/// The loop of `op`, of either dialect; they differ in some names.
template <typename LoopOp>
Loop describeLoop(LoopOp op, std::optional<int64_t> maxIterations,
                  std::optional<llvm::StringRef> condition,
                  llvm::StringRef body) {
  return {maxIterations,
          bool(op.getCount()),
          condition,
          op.getConditionStates(),
          body,
          op.getBodyStates(),
          op.getBodyMayBreak(),
          op.getStates().size()};
}

/// The states at the end of `loop`.
llvm::Expected<Values> runLoop(const Loop &loop, Operands operands, Call call);

} // namespace mlc
