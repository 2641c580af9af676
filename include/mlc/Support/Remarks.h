// What was optimised and what was not, and why: remarks that name the layer.
#pragma once

#include "mlc/Support/Provenance.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/Twine.h"

namespace mlc {

/// Reports that `pass` did `what` to the layers of `op`.
inline void emitPassed(mlir::Operation *op, llvm::StringRef pass,
                       const llvm::Twine &what) {
  mlir::remark::passed(op->getLoc(),
                       mlir::remark::RemarkOpts::name(pass).category(pass))
      << ("layer '" + layerList(op->getLoc()) + "': " + what).str();
}

/// Reports that `pass` declined, because of `reason`.
inline void emitMissed(mlir::Operation *op, llvm::StringRef pass,
                       const llvm::Twine &reason) {
  mlir::remark::missed(op->getLoc(),
                       mlir::remark::RemarkOpts::name(pass).category(pass))
      << ("layer '" + layerList(op->getLoc()) + "': " + reason).str();
}

} // namespace mlc
