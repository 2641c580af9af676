// Compilers that run side by side, each in a process of its own that ends with
// this one.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace mlc {

/// What a compiler may do with text from elsewhere.
struct CompilerLimits {
  unsigned seconds = 0; ///< of waiting, and of a core's time; 0: any
  /// Files and folders that it may read, besides those of the system's
  /// programs; enforced where the kernel has Landlock.
  std::vector<std::string> readable;
};

/// Runs each of `commands`, the first word of which is a path, in `folder`,
/// where what they print becomes `log.txt` and temporary files go. True if all
/// succeed. With `limits`, they can read only what these say and write only in
/// `folder`, with bounded time, memory and file sizes.
llvm::Expected<bool>
runCompilers(llvm::ArrayRef<std::vector<std::string>> commands,
             const std::string &folder, const CompilerLimits *limits);

} // namespace mlc
