// Kernels that are run once, when the bundle is loaded: they make constants of
// smaller ones. All sizes but those that shape the text are in a buffer, so
// that the layers of a network share kernels.
#pragma once

#include "Lowering.h"

namespace mlc {

class LoadTimeKernel {
public:
  /// Its parameters are constants of any length with elements of these types,
  /// then its sizes and the result.
  LoadTimeKernel(Lowering &lowering, mlir::Location loc, llvm::StringRef kind,
                 llvm::StringRef name, llvm::ArrayRef<mlir::Type> elements,
                 llvm::ArrayRef<llvm::StringRef> names, mlir::Type result);

  KernelBuilder &operator*() { return k; }
  mlir::Value param(unsigned index) { return k.param(index); }
  mlir::Value result() { return k.param(numConstants + 1); }
  /// The index of the thread, below the number of threads: others have left.
  mlir::Value thread(llvm::StringRef name);
  /// A size that the dispatch gives; size 0 is the number of threads.
  mlir::Value size(int64_t which, llvm::StringRef name);

  /// Ends the kernel; the constant of type `type` that it makes. `sizes` are
  /// those from 1 on; the kernel reads all of them as floats.
  mlir::Value run(mlir::MemRefType type, int64_t threads,
                  llvm::ArrayRef<mlir::Value> constants,
                  llvm::ArrayRef<int64_t> sizes);

  /// The most threads, and the largest size: floats count further, but not in
  /// steps of one.
  static constexpr int64_t kMaxThreads = 1 << 24;

private:
  Lowering &lowering;
  unsigned numConstants;
  KernelBuilder k;
};

} // namespace mlc
