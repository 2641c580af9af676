// Whether a kernels.metal is what mlc emits. It is compiled as C++ on the host,
// where text can do far more than compute: read files while it is compiled, run
// code when it is loaded, call any function of the process. So a bundle's text
// is held against a grammar of what mlc emits, and nothing else passes.
#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace mlc {

/// Parses `text` by the grammar of KernelText.cpp. The result has for each
/// kernel the number of its buffers; an error is one line that begins with
/// `kernels.metal:LINE:`.
///
/// Allowed: the two Metal headers, `using namespace metal`, mlc's own macro
/// block, `#pragma unroll`, `#line`; templates over ints and types; structs
/// without constructors; functions with their bodies, kernels with Metal's
/// attributes on parameters; constants of arithmetic types with literal values;
/// statements and expressions over these. Hence no other directives, literals
/// of text, attributes, asm, declarations of functions that are elsewhere,
/// variables with code that initialises them, or names that the compiler keeps.
llvm::Expected<llvm::StringMap<unsigned>> checkKernelText(llvm::StringRef text);

} // namespace mlc
