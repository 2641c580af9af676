// mlc cache: where compiled kernels are kept.
#include "mlc/Runtime/KernelCache.h"
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Tool.h"
#include "llvm/Support/Format.h"

using namespace mlc;
namespace cl = llvm::cl;

static cl::SubCommand command("cache",
                              "show or clear the cache of compiled kernels");
static cl::opt<bool> clear("clear", cl::desc("remove all that is in it"),
                           cl::sub(command));

// Of every command that may compile kernels.
static cl::opt<std::string>
    cacheFolder("cache-dir",
                cl::desc("where compiled kernels are kept (else MLC_CACHE, "
                         "else ~/.cache/mlc)"),
                cl::value_desc("DIR"), cl::cat(commonOptions()),
                cl::sub(cl::SubCommand::getAll()),
                cl::cb<void, std::string>([](const std::string &path) {
                  setKernelCacheFolder(path);
                }));

static int run() {
  if (clear)
    if (llvm::Error error = clearKernelCache())
      return reportError(std::move(error));
  llvm::Expected<KernelCacheState> state = inspectKernelCache();
  if (!state)
    return reportError(state.takeError());
  constexpr double kMebibyte = 1 << 20;
  llvm::outs() << state->path << "\n"
               << state->entries
               << (state->entries == 1 ? " program, " : " programs, ")
               << llvm::format("%.1f of at most %.0f MiB\n",
                               double(state->bytes) / kMebibyte,
                               double(state->limit) / kMebibyte);
  return 0;
}

Command mlc::cacheCommand() { return {&command, run}; }
