// The files of a bundle, and what must hold between its parts before anything
// of it is run.
#pragma once

#include "mlc/Runtime/Bundle.h"
#include "mlc/Support/BundleFileNames.h"

namespace mlc {

/// Limits of what a bundle may ask for. Metal has 31 buffers and 1,024 threads
/// a threadgroup.
constexpr int64_t kMaxBufferBytes = int64_t(1) << 40;
constexpr int64_t kMaxImageSide = 1 << 16, kMaxImagePixels = 1 << 28;
constexpr int64_t kMaxThreadsPerGroup = 1024;
constexpr size_t kMaxArguments = 31, kMaxName = 200;

/// Maps the file `name` of the bundle `folder`; an error if it is no ordinary
/// file or too large for its kind.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readBundleFile(llvm::StringRef folder, llvm::StringRef name);

/// Holds the parts of a bundle against each other: what dispatches bind against
/// what their kernels touch, grids and groups, loops, memory in all. An error
/// names the part.
llvm::Error checkConsistency(const Bundle &bundle);

} // namespace mlc
