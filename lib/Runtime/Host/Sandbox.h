// Kernels of a bundle that was made elsewhere, in a process that reaches
// nothing but their memory.
//
// The process is forked before the libraries are loaded and shares the memory
// of inputs and outputs with this one. Nothing of the libraries runs when they
// are loaded (checked in their ELF files), and before anything of them is
// called, the process gives up all system calls but those for memory of its
// own, for its threads and for the socket to this one (seccomp, where there is
// libseccomp). It has limits of memory and files, and of time for each run.
#pragma once

#include "HostCompiler.h"
#include "mlc/Runtime/Device.h"

namespace mlc {

/// Loads `kernels` of `bundle`, which must outlive the result. Errors say what
/// the kernels did.
llvm::Expected<std::unique_ptr<LoadedModel>>
loadConfined(const Bundle &bundle, const CompiledKernels &kernels,
             const DeviceOptions &options);

/// Gives up all system calls that a process does not need which computes and
/// talks over `socket`: any other ends it with SIGSYS. For all of its threads.
/// Does nothing in builds without libseccomp.
llvm::Error confineThisProcess(int socket);

/// An error if something of the shared library at `path` runs when it is
/// loaded.
llvm::Error checkNothingRunsOnLoad(llvm::StringRef path);

} // namespace mlc
