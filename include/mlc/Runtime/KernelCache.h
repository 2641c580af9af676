// Where compiled kernels are kept between runs. A folder of this user alone,
// since what is in it is loaded and run; of bounded size.
#pragma once

#include "llvm/Support/Error.h"
#include <string>

namespace mlc {

/// The folder to use instead of `MLC_CACHE`, `MLC_CACHE_DIR` and the system's
/// place for caches (`~/.cache/mlc`).
void setKernelCacheFolder(llvm::StringRef path);

struct KernelCacheState {
  std::string path;
  unsigned entries = 0; ///< bundles whose kernels are there
  uint64_t bytes = 0, limit = 0;
};

/// What is there; an error if the folder cannot be used.
llvm::Expected<KernelCacheState> inspectKernelCache();

/// Removes all that is not just being made.
llvm::Error clearKernelCache();

} // namespace mlc
