// What was optimised and what was not, and why: remarks that name the layer
// and the function. Nothing is made of them unless somebody listens.
#pragma once

#include "mlc/Support/Provenance.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/Twine.h"
#include <string>

namespace mlc {

/// Makes the words of a remark, when they are wanted.
using RemarkText = llvm::function_ref<std::string()>;

/// Reports that `pass` did `what` to the layers of `op`.
void emitPassed(mlir::Operation *op, llvm::StringRef pass,
                const llvm::Twine &what);
void emitPassed(mlir::Operation *op, llvm::StringRef pass, RemarkText what);

/// Reports that `pass` declined, because of `reason`.
void emitMissed(mlir::Operation *op, llvm::StringRef pass,
                const llvm::Twine &reason);
void emitMissed(mlir::Operation *op, llvm::StringRef pass, RemarkText reason);

} // namespace mlc
