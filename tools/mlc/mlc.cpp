// The command line of mlc: one subcommand each for what people do with a model.
#include "mlc/Tool/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#ifdef __GLIBC__
#include <malloc.h>
#endif

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  mlc::reportFatalErrorsInOneLine();
#ifdef M_MMAP_THRESHOLD
  // Weights are freed one after the other as others take their place: memory
  // that is used again costs no page faults. The largest limit there is.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
  mlc::Command commands[] = {mlc::inspectCommand(), mlc::compileCommand(),
                             mlc::runCommand(),     mlc::verifyCommand(),
                             mlc::benchCommand(),   mlc::optimizeCommand()};
  if (std::optional<int> status = mlc::parseCommandLine(argc, argv, commands))
    return *status;
  return mlc::runCommandLine(commands);
}
