// The words of kernels.metal. What could make a compiler see another text than
// this does (trigraphs, line splices, macros) is refused here.
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace mlc {

struct KernelToken {
  enum Kind { Name, Number, Symbol, Directive, End } kind = End;
  /// A directive is its whole line.
  llvm::StringRef text;
  unsigned line = 0;

  bool is(llvm::StringRef wanted) const {
    return kind != Directive && text == wanted;
  }
};

/// Splits `text`, which must outlive the result, into words without comments.
/// The last one is of the kind End. An error is one line with the line's
/// number.
llvm::Expected<std::vector<KernelToken>> readKernelTokens(llvm::StringRef text);

/// The error that line `line` of kernels.metal has something `what`.
llvm::Error kernelTextError(unsigned line, const llvm::Twine &what);

} // namespace mlc
