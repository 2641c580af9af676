// What a model says that can hardly be meant: seen in the layers alone, before
// anything is compiled or run.
#pragma once

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace mlc {

/// A line about a model. Warnings are about numbers that cannot be right.
struct Finding {
  bool isWarning = false;
  std::string text;
};

/// Looks at a network of the coreml dialect, as imported.
std::vector<Finding> findIn(mlir::ModuleOp network);

/// What `mlc optimize` has left as it was, in its result. `before` is how many
/// weights were stored in half in front of it.
std::vector<Finding> findInOptimized(mlir::ModuleOp network, bool halfWeights,
                                     int64_t before);
/// The weights that a network stores in half precision.
int64_t countHalfWeights(mlir::ModuleOp network);

/// Prints `mlc: warning: ...` and `mlc: note: ...` on standard error.
void printFindings(llvm::ArrayRef<Finding> findings);

/// A list of objects with `severity` (warning or remark) and `text`.
llvm::json::Array findingsAsJson(llvm::ArrayRef<Finding> findings);

} // namespace mlc
