// The command line as a whole: which command, its help, and mistakes that are
// the same for all of them.
#pragma once

#include "mlc/Tool/Commands.h"

namespace mlc {

/// Reads the command line. Prints help, or one line of error, and returns the
/// exit status if there is nothing to run.
std::optional<int> parseCommandLine(int argc, const char *const *argv,
                                    llvm::ArrayRef<Command> commands);

/// Runs the command that the command line names. Output that did not reach
/// standard output is an error.
int runCommandLine(llvm::ArrayRef<Command> commands);

/// What ends the process from below (no memory, no threads) is one line, too.
void reportFatalErrorsInOneLine();

} // namespace mlc
