// Threads over the elements of a result: lanes along the last dimension, one
// grid dimension each for the two before it, the rest in the third.
#pragma once

#include "Lowering.h"

namespace mlc {

/// The coordinates of a thread that computes up to `lanes` elements.
struct ElementThread {
  llvm::SmallVector<mlir::Value> coordinates; ///< of its first element
  mlir::Value count; ///< lanes in range, null if always all of them
};

/// The grid for a result of `shape`, `lanes` elements a thread.
Grid elementGrid(llvm::ArrayRef<int64_t> shape, int64_t lanes);

/// The coordinates of this thread in that grid, behind guards.
ElementThread elementThread(KernelBuilder &kernel,
                            llvm::ArrayRef<int64_t> shape, int64_t lanes);

/// A text such as "56x56x64" for kernel names.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

/// A float without its fraction, as an index; an index as a float.
mlir::Value floorToIndex(KernelBuilder &kernel, mlir::Value at);
mlir::Value indexToFloat(KernelBuilder &kernel, mlir::Value index);

} // namespace mlc
