// mlc bench MODEL|BUNDLE
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/Tool.h"
#include "llvm/Support/FormatVariadic.h"
#include <chrono>

using namespace mlc;
namespace cl = llvm::cl;

static cl::SubCommand command("bench", "time a model or bundle");
static cl::opt<std::string> model(cl::Positional, cl::desc("MODEL|BUNDLE"),
                                  cl::Required, cl::sub(command));
static cl::opt<unsigned> runs("n", cl::desc("how many runs are counted"),
                              cl::value_desc("N"), cl::init(10),
                              cl::sub(command));
static cl::opt<unsigned> threads("threads", cl::desc("how many threads work"),
                                 cl::value_desc("T"), cl::init(0),
                                 cl::sub(command));
static cl::opt<bool> json("json", cl::desc("print JSON"), cl::sub(command));
static PrecisionOption precision(command);

static int run() {
  using Clock = std::chrono::steady_clock;
  auto disk = BundleOnDisk::open(model, precision.get());
  if (!disk)
    return reportError(disk.takeError());
  llvm::Expected<Bundle> bundle = Bundle::read(disk->path());
  if (!bundle)
    return reportError(bundle.takeError());
  auto values = readInputs(*bundle, {}, /*drawMissing=*/true);
  if (!values)
    return reportError(values.takeError());
  auto loaded = loadOnHost(*bundle, {threads});
  if (!loaded)
    return reportError(loaded.takeError());
  setInputs(*bundle, *values, **loaded);
  // Two runs to warm up: pages, caches, clocks.
  (*loaded)->run();
  (*loaded)->run();
  std::vector<double> times;
  for (unsigned i = 0; i < std::max(1u, unsigned(runs)); ++i) {
    Clock::time_point start = Clock::now();
    (*loaded)->run();
    times.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - start)
            .count());
  }
  llvm::sort(times);
  double median = times[times.size() / 2];
  if (json)
    llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(llvm::json::Object{
                                               {"runs", int64_t(times.size())},
                                               {"medianMs", median},
                                               {"minMs", times.front()},
                                               {"maxMs", times.back()}}))
                 << "\n";
  else
    llvm::outs() << llvm::format(
        "median %.3f ms, minimum %.3f, maximum %.3f (%u runs)\n", median,
        times.front(), times.back(), unsigned(times.size()));
  return 0;
}

Command mlc::benchCommand() { return {&command, run}; }
