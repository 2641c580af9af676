// mlc verify --ranges. What kernels store is what is lost; the values of single
// layers, which the reference has, may be larger where they never leave a
// kernel, which computes in float.
#include "mlc/Tool/Ranges.h"

#include "mlc/Support/Provenance.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/NonFinite.h"
#include "mlc/Tool/Tool.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;
using namespace mlc;

static constexpr double kLargestHalf = 65504;

// The largest magnitude of each layer's results, which may be infinite; and
// where results stop being finite.
static llvm::MapVector<StringRef, double>
measureLayers(ModuleOp module, const HalfSimulation &simulation,
              raw_ostream &os) {
  llvm::MapVector<StringRef, double> largest;
  NonFiniteTrace trace(module);
  Observer followed = trace.observer();
  auto note = [&](Operation *op, unsigned index, const Tensor &value) {
    followed(op, index, value);
    double most = 0;
    for (float element : value.data)
      if (!std::isnan(element))
        most = std::max(most, double(std::fabs(element)));
    for (StringRef name : layerNames(op->getLoc())) {
      double &known = largest[name];
      known = std::max(known, most);
    }
  };
  std::unique_ptr<LoadedModel> reference =
      loadReference(module, simulation.getBundle(), note);
  llvm::StringSet<> origins;
  for (unsigned sample = 0; sample < simulation.getNumSamples(); ++sample) {
    setInputs(simulation.getBundle(), simulation.getInputs(), *reference,
              sample);
    trace.begin(simulation.getBundle(), *reference);
    reference->run();
    std::string origin = trace.firstOrigin();
    if (!origin.empty() && origins.insert(origin).second)
      os << "not finite in float already: from " << origin << " on\n";
  }
  return largest;
}

llvm::Error mlc::printRanges(ModuleOp module, ArrayRef<std::string> samples,
                             double maxError, raw_ostream &os) {
  auto created = HalfSimulation::create(module, samples);
  if (!created)
    return created.takeError();
  HalfSimulation &simulation = **created;
  std::vector<double> errors = measureSteps(simulation);
  llvm::BitVector none(simulation.size()), all(simulation.size(), true);

  llvm::StringSet<> stored;
  os << llvm::format("kernels that leave half's range, or cost more than %.1e "
                     "of an output's range when they alone are in half:\n",
                     maxError);
  os << "   error    largest  too large        NaN  subnormal  layers\n";
  unsigned listed = 0;
  for (size_t step = 0; step < simulation.size(); ++step) {
    const StoredRange &range = simulation.range(step);
    // A fused kernel stores what its last layer gives.
    if (range.stored && !simulation.layers(step).empty())
      stored.insert(simulation.layers(step).back());
    if (!range.overflow && !range.nans && errors[step] <= maxError)
      continue;
    ++listed;
    double share = range.stored ? 100.0 * range.subnormal / range.stored : 0;
    os << llvm::format("%8.1e  %9.3g  %9lld  %9lld  %8.2f%%  ", errors[step],
                       range.largest, (long long)range.overflow,
                       (long long)range.nans, share)
       << llvm::join(simulation.layers(step), ", ") << "\n";
  }
  os << llvm::format("%u of %zu kernels; all in half: %.1e (weights alone: "
                     "%.1e, results alone: %.1e)\n",
                     listed, simulation.size(), simulation.run(all),
                     simulation.run(none, all), simulation.run(all, none));
  for (auto [name, largest] : measureLayers(module, simulation, os))
    if (largest > kLargestHalf)
      os << llvm::format("reaches %.3g, half ends at %.0f", largest,
                         kLargestHalf)
         << (stored.contains(name) ? "" : " (inside a kernel, in float)")
         << ": " << name << "\n";
  return llvm::Error::success();
}
