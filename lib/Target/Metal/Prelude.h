// The helpers that emitted kernels are written over.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace mlc {

/// Prints the parts of the kernel library that `kernels` uses.
void printPrelude(llvm::StringRef kernels, llvm::raw_ostream &os);

/// Whether some part of the kernel library declares `name`: a function, a type
/// or a macro.
bool isPreludeName(llvm::StringRef name);

} // namespace mlc
