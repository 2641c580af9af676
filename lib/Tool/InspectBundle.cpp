// mlc inspect BUNDLE, and --cost of either.
#include "Inspect.h"

#include "mlc/Runtime/Bundle.h"
#include "mlc/Tool/Cost.h"
#include "mlc/Tool/Inputs.h"
#include "mlc/Tool/Tool.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace mlc;

/// The manifest as it is for the variant that was chosen: its entries in the
/// place of the first one's.
static json::Object manifestOf(const Bundle &bundle) {
  json::Object manifest = *bundle.manifest.getAsObject();
  const json::Array *variants = manifest.getArray("variants");
  if (bundle.variant == 0 || !variants || bundle.variant > variants->size())
    return manifest;
  json::Object chosen = *(*variants)[bundle.variant - 1].getAsObject();
  manifest.erase("variants");
  for (auto &[key, value] : chosen)
    manifest[key] = value;
  return manifest;
}

static void printBundle(const Bundle &bundle) {
  if (bundle.numVariants > 1)
    outs() << "variant " << bundle.variant + 1 << " of " << bundle.numVariants
           << " (--input-shape chooses)\n";
  auto print = [](StringRef title, const BundleFeature &feature) {
    outs() << title << " '" << feature.name << "': " << feature.type << " "
           << join(map_range(feature.shape,
                             [](int64_t i) { return std::to_string(i); }),
                   "x")
           << "\n";
  };
  for (const BundleFeature &feature : bundle.inputs)
    print("input", feature);
  for (const BundleFeature &feature : bundle.outputs)
    print("output", feature);
  json::Object manifest = manifestOf(bundle);
  if (const json::Object *memory = manifest.getObject("memory")) {
    auto bytes = [&](StringRef name) {
      return memory->getInteger(name).value_or(0);
    };
    outs() << "arena: " << bytes("arenaBytes") << " bytes (lower bound "
           << bytes("lowerBoundBytes") << "), weights: " << bytes("weightBytes")
           << " bytes, precision " << bundle.precision << "\n";
    if (!bundle.decode.empty())
      outs() << "decoded when loaded: " << bundle.decode.size() << " weights, "
             << bytes("decodedBytes") << " bytes\n";
  }
  for (auto [index, dispatch] : enumerate(bundle.dispatches))
    outs() << formatv("{0,4}  {1,-14} {2,-36} {3}\n", index, dispatch.kind,
                      bundle.kernels[dispatch.kernel].name,
                      join(dispatch.origin, ", "));
}

int mlc::inspectBundle(StringRef path, ArrayRef<std::string> inputShapes,
                       bool json) {
  auto bundle = readBundle(path, {}, inputShapes);
  if (!bundle)
    return reportError(bundle.takeError());
  if (!json)
    printBundle(*bundle);
  else
    outs() << formatv("{0:2}", inputShapes.empty()
                                   ? bundle->manifest
                                   : json::Value(manifestOf(*bundle)))
           << "\n";
  if (Error error = bundle->checkFiles())
    return reportError(std::move(error));
  return 0;
}

int mlc::inspectCost(StringRef path, const Precision &precision,
                     ArrayRef<std::string> inputShapes, StringRef gpuName,
                     bool json) {
  const GpuFigures *gpu = findGpu(gpuName);
  if (!gpu)
    return reportError(
        "no figures for the GPU '" + gpuName + "'; known are " +
        join(map_range(knownGpus(),
                       [](const GpuFigures &g) { return g.name.str(); }),
             ", "));
  auto disk = BundleOnDisk::open(path, precision, inputShapes);
  if (!disk)
    return reportError(disk.takeError());
  auto bundle = readBundle(disk->path(), {}, inputShapes);
  if (!bundle)
    return reportError(bundle.takeError());
  if (json)
    outs() << formatv("{0:2}", json::Value(describeCosts(*bundle, *gpu)))
           << "\n";
  else
    printCosts(*bundle, *gpu, outs());
  return 0;
}
