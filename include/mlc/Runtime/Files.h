// Files that are written whole.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mlc {

/// Writes `contents` to the file at `path`; an error names it.
llvm::Error writeFile(llvm::StringRef path, llvm::StringRef contents);

} // namespace mlc
