// What MLIR's tools do not do by themselves: write their output whole, and show
// help without the options of LLVM's back ends.
#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlc {

/// Calls `main`, which has an option -o. What it writes takes the place of that
/// file only if it succeeds.
int runTool(int argc, char **argv, llvm::function_ref<int(int, char **)> main);

} // namespace mlc
