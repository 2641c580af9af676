// Kernels of a bundle as a shared library for this machine.
#pragma once

#include "CacheFolder.h"
#include "CompilerProcess.h"
#include "mlc/Runtime/Bundle.h"

namespace mlc {

/// Whether the threads of a kernel ask for their simdgroup, which is one thread
/// here. Such a kernel needs all simdgroups of its groups.
bool usesSimdgroups(const BundleKernel &kernel);

/// Shared libraries that hold a bundle's kernels.
struct CompiledKernels {
  llvm::SmallVector<std::string> libraries; ///< their paths
  /// Where they are: they may go with it, once they are loaded.
  std::unique_ptr<CacheFolder> folder;
};

/// Compiles the bundle's kernels, or takes them from the cache. Kernel K is the
/// function `mlc_run_K`. With `groups`, cooperative kernels are HostThreads,
/// and the libraries have a function `mlc_set_wait` that takes what their
/// barriers call. With `limits` the text is somebody else's.
llvm::Expected<CompiledKernels>
compileForHost(const Bundle &bundle, bool groups,
               const CompilerLimits *limits = nullptr);

/// Runs a part of a grid: threads [begin, end) in order of x, y, z, or, for
/// cooperative kernels, threadgroups of one thread.
using HostKernel = void (*)(void *const *buffers, const uint32_t *extents,
                            uint64_t begin, uint64_t end);

/// Runs one thread of a group: the group's place in the grid, the thread's in
/// the group, and the size of the group.
using HostThread = void (*)(void *const *buffers, const uint32_t *group,
                            const uint32_t *thread, const uint32_t *size);

} // namespace mlc
