// Kernels of a bundle as a shared library for this machine.
#pragma once

#include "mlc/Runtime/Bundle.h"

namespace mlc {

/// Whether the threads of a kernel ask for their simdgroup, which is one thread
/// here. Such a kernel needs all simdgroups of its groups.
bool usesSimdgroups(const BundleKernel &kernel);

/// Paths of the shared libraries that hold the bundle's kernels, compiled now
/// or taken from the cache. Kernel K is the function `mlc_run_K`. With
/// `groups`, cooperative kernels are HostThreads, and the libraries have a
/// function `mlc_set_wait` that takes what their barriers call.
llvm::Expected<llvm::SmallVector<std::string>>
compileForHost(const Bundle &bundle, bool groups);

/// Runs a part of a grid: threads [begin, end) in order of x, y, z, or, for
/// cooperative kernels, threadgroups of one thread.
using HostKernel = void (*)(void *const *buffers, const uint32_t *extents,
                            uint64_t begin, uint64_t end);

/// Runs one thread of a group: the group's place in the grid, the thread's in
/// the group, and the size of the group.
using HostThread = void (*)(void *const *buffers, const uint32_t *group,
                            const uint32_t *thread, const uint32_t *size);

} // namespace mlc
