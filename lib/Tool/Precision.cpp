// Which layers stay in float. Rounding errors of different steps are nearly
// independent, so the steps that cost the outputs least when they alone are in
// half are the ones to store in half, in that order, as many as fit.
#include "mlc/Tool/Precision.h"

#include "mlc/Dialect/NN/Precision.h"
#include "mlc/Support/Progress.h"
#include "mlc/Tool/NonFinite.h"
#include "mlc/Tool/Tool.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlc;

std::vector<double> mlc::measureSteps(HalfSimulation &simulation) {
  constexpr size_t kMaxRuns = 512;
  size_t count = simulation.size();
  size_t together = std::max<size_t>(1, llvm::divideCeil(count, kMaxRuns));
  std::vector<double> errors;
  Progress progress("measuring each kernel in half", count);
  for (size_t first = 0; first < count; first += together) {
    size_t last = std::min(count, first + together);
    llvm::BitVector inHalf(count);
    inHalf.set(first, last);
    bool storesAny = false;
    for (size_t i = first; i < last; ++i)
      storesAny |= simulation.losesInHalf(i);
    errors.resize(last, storesAny ? simulation.run(inHalf) : 0.0);
    for (size_t i = first; i < last; ++i)
      progress.advance();
  }
  return errors;
}

// The steps to keep in float for an error of at most `target`: from cheap to
// costly, what still fits goes into half.
static SmallVector<size_t> chooseSteps(HalfSimulation &simulation,
                                       ArrayRef<double> errors, double target) {
  size_t count = simulation.size();
  SmallVector<size_t> order;
  for (size_t i = 0; i < count; ++i)
    if (simulation.losesInHalf(i))
      order.push_back(i);
  llvm::stable_sort(order,
                    [&](size_t a, size_t b) { return errors[a] < errors[b]; });
  llvm::BitVector inHalf(count);
  auto fits = [&](ArrayRef<size_t> more) {
    llvm::BitVector tried = inHalf;
    for (size_t step : more)
      tried.set(step);
    if (!(simulation.run(tried) <= target))
      return false;
    inHalf = std::move(tried);
    return true;
  };
  // As many of the cheapest as fit together, then each of the others.
  size_t low = 0, high = order.size();
  while (low < high) {
    size_t middle = (low + high + 1) / 2;
    if (fits(ArrayRef(order).take_front(middle)))
      low = middle;
    else
      high = middle - 1;
  }
  constexpr size_t kMaxTries = 512;
  SmallVector<size_t> floats;
  Progress progress("trying kernels in half",
                    std::min(kMaxTries, order.size() - low));
  for (auto [tries, step] : llvm::enumerate(ArrayRef(order).drop_front(low)))
    if (progress.advance(); tries >= kMaxTries || !fits(step))
      floats.push_back(step);
  return floats;
}

// Notes the layers of `steps` on the module, in the order of the network.
static void keepInFloat(ModuleOp module, const HalfSimulation &simulation,
                        ArrayRef<size_t> steps) {
  SmallVector<size_t> sorted(steps);
  llvm::sort(sorted);
  llvm::StringSet<> seen;
  SmallVector<StringRef> names;
  for (size_t step : sorted)
    for (StringRef name : simulation.layers(step))
      if (seen.insert(name).second)
        names.push_back(name);
  module->setAttr(nn::kFloatLayersAttr,
                  Builder(module.getContext()).getStrArrayAttr(names));
}

// The error of the network as it would be compiled now.
static llvm::Expected<double> measureChoice(ModuleOp module,
                                            HalfSimulation &simulation) {
  OwningOpRef<ModuleOp> compiled = module.clone();
  Precision precision("f16");
  precision.floatImages = true;
  if (failed(compileModule(*compiled, precision)))
    return llvm::make_error<ReportedError>();
  return simulation.measure(*compiled);
}

// Searches for the fewest steps whose choice, compiled, is accurate enough; the
// error that compiled programs have goes up and down a little with the choice.
static llvm::Expected<SmallVector<size_t>>
search(ModuleOp module, HalfSimulation &half, ArrayRef<double> errors,
       double maxError, double &error) {
  // A choice suits the samples as they were simulated, with some luck, so what
  // is asked of it is less than what is allowed.
  constexpr unsigned kMaxAttempts = 6;
  double target = 0.9 * maxError, tooHigh = 0;
  SmallVector<size_t> best(half.size());
  std::iota(best.begin(), best.end(), 0);
  bool found = false;
  for (unsigned attempt = 0; attempt < kMaxAttempts; ++attempt) {
    SmallVector<size_t> floats = chooseSteps(half, errors, target);
    if (found && floats.size() >= best.size())
      break;
    keepInFloat(module, half, floats);
    auto measured = measureChoice(module, half);
    if (!measured)
      return measured.takeError();
    if (*measured <= maxError) {
      found = true;
      error = *measured;
      best = std::move(floats);
      if (tooHigh == 0 || tooHigh / target < 1.2)
        break;
      target = std::sqrt(target * tooHigh);
      continue;
    }
    tooHigh = target;
    if (found)
      break;
    target *= std::clamp(maxError / *measured, 0.5, 0.85);
  }
  keepInFloat(module, half, best);
  if (found)
    return best;
  auto measured = measureChoice(module, half);
  if (!measured)
    return measured.takeError();
  error = *measured;
  return best;
}

LogicalResult mlc::choosePrecision(ModuleOp module,
                                   const Precision &precision) {
  auto fail = [](llvm::Error error) {
    reportError(std::move(error));
    return failure();
  };
  Progress progress("choosing the precision");
  auto simulation = HalfSimulation::create(module, precision.samples);
  if (!simulation)
    return fail(simulation.takeError());
  HalfSimulation &half = **simulation;
  for (const std::string &name : half.getNonFiniteOutputs())
    reportWarning("output '" + name +
                  "' is not finite in float; --precision=auto measures the "
                  "rest of it");
  PrecisionReport report;
  report.steps = half.size();
  keepInFloat(module, half, {});
  auto error = measureChoice(module, half);
  if (!error)
    return fail(error.takeError());
  report.error = report.halfError = *error;
  if (!(*error <= precision.maxError)) {
    std::vector<double> errors = measureSteps(half);
    auto floats =
        search(module, half, errors, precision.maxError, report.error);
    if (!floats)
      return fail(floats.takeError());
    llvm::sort(*floats);
    for (size_t step : *floats)
      report.floats.push_back({half.layers(step).vec(), errors[step]});
  }
  // Inputs and outputs aside, nothing is left to keep in float then.
  if (!(report.error <= precision.maxError)) {
    std::string text;
    llvm::raw_string_ostream(text)
        << llvm::format("--precision=auto has an error of %.1e, more than the "
                        "%.1e of --max-error",
                        report.error, precision.maxError);
    reportWarning(text);
  }
  if (precision.report)
    *precision.report = std::move(report);
  return success();
}

void mlc::printReport(const PrecisionReport &report, llvm::raw_ostream &os) {
  os << llvm::format("precision: %zu of %zu kernels kept in float, error %.1e "
                     "(all in half: %.1e)\n",
                     report.floats.size(), report.steps, report.error,
                     report.halfError);
  for (const FloatStep &step : report.floats)
    os << llvm::format("  in float: alone in half it costs %.1e  ", step.error)
       << llvm::join(step.layers, ", ") << "\n";
}
