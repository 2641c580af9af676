// The command line of mlc: one subcommand each for what people do with a model.
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Tool.h"
#include "llvm/Support/InitLLVM.h"
#ifdef __GLIBC__
#include <malloc.h>
#endif

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
#ifdef M_MMAP_THRESHOLD
  // Weights are freed one after the other as others take their place: memory
  // that is used again costs no page faults. The largest limit there is.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
  mlc::Command commands[] = {mlc::inspectCommand(), mlc::compileCommand(),
                             mlc::runCommand(),     mlc::verifyCommand(),
                             mlc::benchCommand(),   mlc::optimizeCommand(),
                             mlc::cacheCommand()};
  // Options of the libraries underneath are not ours to offer.
  llvm::StringRef ours[] = {"help", "version", "custom-layers", "cache-dir"};
  for (auto &entry : llvm::cl::getRegisteredOptions())
    if (!llvm::is_contained(ours, entry.second->ArgStr))
      entry.second->setHiddenFlag(llvm::cl::ReallyHidden);
  llvm::cl::ParseCommandLineOptions(argc, argv,
                                    "mlc: compile and run Core ML models\n");
  for (const mlc::Command &command : commands)
    if (*command.subcommand)
      return command.run();
  return mlc::reportError("give one of the commands inspect, compile, run, "
                          "verify, bench, optimize, cache; mlc --help says more");
}
