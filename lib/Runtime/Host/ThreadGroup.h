// The threads of a threadgroup, on one thread of the host.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlc {

/// Runs `body` for each of `threads` threads of a group. At a barrier a thread
/// waits until all have come to it; they take turns, each on a stack of its
/// own. Ends the program if some threads wait at a barrier and others do not:
/// such a kernel is undefined on a GPU.
void runThreadGroup(unsigned threads, llvm::function_ref<void(unsigned)> body);

/// What a barrier of such a thread calls.
void waitForThreadGroup();

} // namespace mlc
