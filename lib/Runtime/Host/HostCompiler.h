// Kernels of a bundle as a shared library for this machine.
#pragma once

#include "mlc/Runtime/Bundle.h"

namespace mlc {

/// Paths of the shared libraries that hold the bundle's kernels, compiled now
/// or taken from the cache. Kernel K is the function `mlc_run_K`.
llvm::Expected<llvm::SmallVector<std::string>>
compileForHost(const Bundle &bundle);

/// Runs a part of a grid: threads [begin, end) in order of x, y, z, or, for
/// cooperative kernels, threadgroups of one thread.
using HostKernel = void (*)(void *const *buffers, const uint32_t *extents,
                            uint64_t begin, uint64_t end);

} // namespace mlc
