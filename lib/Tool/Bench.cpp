// mlc bench MODEL|BUNDLE
#include "mlc/Support/Progress.h"
#include "mlc/Tool/Commands.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/Profile.h"
#include "mlc/Tool/Tool.h"
#include "llvm/Support/FormatVariadic.h"
#include <chrono>

using namespace mlc;
namespace cl = llvm::cl;

static cl::SubCommand command("bench", "time a model or bundle");
static cl::opt<std::string> model(cl::Positional, cl::desc("MODEL|BUNDLE"),
                                  cl::Required, cl::sub(command));
static cl::opt<unsigned> runs("n", cl::desc("how many runs are counted (10)"),
                              cl::value_desc("N"), cl::init(10),
                              cl::sub(command));
static cl::opt<unsigned> threads("threads",
                                 cl::desc("how many threads work (else one on "
                                          "each core)"),
                                 cl::value_desc("T"), cl::init(0),
                                 cl::sub(command));
static cl::opt<bool> json("json", cl::desc("print JSON"), cl::sub(command));
static cl::opt<bool> profile("profile",
                             cl::desc("time each step, in runs of their own"),
                             cl::sub(command));
static PrecisionOption precision(command);
static InputShapeOption inputShapes(command);

static constexpr unsigned kMaxThreads = 1024;

using Clock = std::chrono::steady_clock;

// Milliseconds of `count` runs, least first.
static std::vector<double> timeRuns(LoadedModel &model, unsigned count) {
  std::vector<double> times;
  Progress progress("timing runs", count);
  for (unsigned i = 0; i < count; ++i, progress.advance()) {
    Clock::time_point start = Clock::now();
    model.run();
    times.push_back(
        std::chrono::duration<double, std::milli>(Clock::now() - start)
            .count());
  }
  llvm::sort(times);
  return times;
}

// The median time of each dispatch over `count` runs, in seconds.
static std::vector<double> timeDispatches(LoadedModel &model, size_t dispatches,
                                          unsigned count) {
  std::vector<std::vector<double>> runs;
  Progress progress("timing each step", count);
  for (unsigned i = 0; i < count; ++i, progress.advance())
    model.run(runs.emplace_back(dispatches));
  std::vector<double> medians;
  for (size_t dispatch = 0; dispatch < dispatches; ++dispatch) {
    std::vector<double> times;
    for (const std::vector<double> &run : runs)
      times.push_back(run[dispatch]);
    llvm::sort(times);
    medians.push_back(times[times.size() / 2]);
  }
  return medians;
}

static llvm::Error checkOptions() {
  if (runs == 0)
    return llvm::createStringError("-n takes a number from 1 on");
  if (threads.getNumOccurrences() && (threads < 1 || threads > kMaxThreads))
    return llvm::createStringError("--threads takes a number from 1 to " +
                                   llvm::Twine(kMaxThreads));
  return precision.check(model);
}

static int run() {
  if (llvm::Error error = checkOptions())
    return reportError(std::move(error));
  auto disk = BundleOnDisk::open(model, precision.get(), inputShapes.get());
  if (!disk)
    return reportError(disk.takeError());
  llvm::Expected<Bundle> bundle =
      readBundle(disk->path(), {}, inputShapes.get());
  if (!bundle)
    return reportError(bundle.takeError());
  auto values = readInputs(*bundle, {}, /*drawMissing=*/true);
  if (!values)
    return reportError(values.takeError());
  auto loaded = loadOnHost(*bundle, {threads, false});
  if (!loaded)
    return reportError(loaded.takeError());
  setInputs(*bundle, *values, **loaded);
  // Two runs to warm up: pages, caches, clocks.
  timeRuns(**loaded, 2);
  unsigned count = runs;
  std::vector<double> times = timeRuns(**loaded, count);
  double median = times[times.size() / 2];
  std::vector<double> seconds;
  if (profile)
    seconds = timeDispatches(**loaded, bundle->dispatches.size(), count);
  if (json) {
    llvm::json::Object result{{"runs", int64_t(times.size())},
                              {"medianMs", median},
                              {"minMs", times.front()},
                              {"maxMs", times.back()}};
    if (profile)
      result["dispatches"] = profileAsJson(*bundle, seconds);
    llvm::outs() << llvm::formatv("{0:2}", llvm::json::Value(std::move(result)))
                 << "\n";
    return 0;
  }
  llvm::outs() << llvm::format(
      "median %.3f ms, minimum %.3f, maximum %.3f (%u runs)\n", median,
      times.front(), times.back(), unsigned(times.size()));
  if (profile)
    printProfile(*bundle, seconds, llvm::outs());
  return 0;
}

Command mlc::benchCommand() { return {&command, run}; }
