// The threads of a threadgroup that compute one result together: each has a
// share of the terms, and partial results meet in threadgroup memory. What they
// do is right for groups of any size up to the one that is wanted, so a host
// may run groups of one thread.
#pragma once

#include "KernelBuilder.h"

namespace mlc {

class ThreadTeam {
public:
  /// A team of `most` threads along x; of one, which is no cooperation at all.
  ThreadTeam(KernelBuilder &k, int64_t most);

  int64_t getMost() const { return most; }
  /// The thread's number, and how many there are.
  mlir::Value getThread() const { return thread; }
  mlir::Value getSize() const { return size; }

  /// What `combine` makes of the partial results of all threads, for each of
  /// `partials`: a tree in threadgroup memory. All threads get the results.
  llvm::SmallVector<mlir::Value>
  join(llvm::ArrayRef<mlir::Value> partials,
       llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> combine,
       llvm::StringRef name);

  /// Runs `body` in the first thread only.
  void onFirst(llvm::function_ref<void()> body);

private:
  KernelBuilder &k;
  int64_t most;
  mlir::Value thread, size;
};

} // namespace mlc
