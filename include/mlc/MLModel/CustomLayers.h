// The folder of `--custom-layers`: what developers say of classes of layers
// that are not part of the format (docs/custom-layers.md).
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mlir {
class MLIRContext;
} // namespace mlir

namespace mlc {

/// Reads the descriptions in `folder` for all imports into `context` from now
/// on. The first folder counts; an error is one line that names the file.
llvm::Error useCustomLayers(llvm::StringRef folder, mlir::MLIRContext *context);

} // namespace mlc
