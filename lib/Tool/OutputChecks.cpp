// The kernels say where what is stored stops being finite, in the precision
// that it is stored in; the reference, whether it does so in float, too.
#include "mlc/Tool/OutputChecks.h"

#include "mlc/Support/Progress.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlc;

static constexpr double kLargestHalf = 65504;

static bool isPixels(const BundleFeature &output) {
  return output.isImage() && output.dataType == "uint8";
}

OutputChecks::OutputChecks(const Bundle &bundle, LoadedModel &model,
                           bool isReference, LoadLayers loadLayers)
    : bundle(bundle), model(model), isReference(isReference),
      loadLayers(std::move(loadLayers)) {
  if (!isReference && llvm::any_of(bundle.outputs, isPixels))
    watch.emplace(bundle, model);
}

void OutputChecks::check() {
  if (hasWarned)
    return;
  checkPictures();
  for (const BundleFeature &output : bundle.outputs) {
    NonFiniteCount count = countNonFinite(outputValues(output, model));
    bool isPicture = watch && isPixels(output) && watch->reaches(output);
    if (!count.sum() && !isPicture)
      continue;
    hasWarned = true;
    reportWarning("output '" + output.name + "': " +
                  (isPicture ? "is computed of values that are not finite"
                             : count.text()));
  }
  if (!hasWarned)
    return;
  std::optional<NonFiniteStore> store = isReference ? std::nullopt
                                        : watch
                                            ? watch->first()
                                            : findNonFiniteStore(bundle, model);
  watch.reset();
  if (!explainReference(store ? &*store : nullptr) && store)
    explainKernels(*store);
}

// Without layers: a bundle.
void OutputChecks::explainKernels(const NonFiniteStore &store) {
  reportWarning("not finite from " + describeLayers(bundle, store.dispatch) +
                " on, as its kernel stores it" +
                (store.isHalf ? " in half precision" : "") + ": " +
                store.count.text());
}

bool OutputChecks::explainReference(const NonFiniteStore *store) {
  ToolContext context;
  OwningOpRef<ModuleOp> layers = loadLayers(*context);
  if (!layers)
    return false;
  Progress progress("looking for the layer with the reference evaluator");
  NonFiniteTrace trace(*layers);
  std::unique_ptr<LoadedModel> reference =
      loadReference(*layers, bundle, trace.observer());
  for (const BundleFeature &input : bundle.inputs)
    llvm::copy(model.buffer(input.buffer),
               reference->buffer(input.buffer).begin());
  trace.begin(bundle, *reference);
  reference->run();
  clearProgress();
  for (unsigned index = 0; index < bundle.outputs.size(); ++index)
    if (std::string origin = trace.originOf(index); !origin.empty()) {
      reportWarning("not finite from " + origin + " on" +
                    (isReference ? "" : ", in the reference, too"));
      return true;
    }
  // In float all is well.
  if (!store)
    return true;
  ArrayRef<std::string> origin = bundle.dispatches[store->dispatch].origin;
  std::string size;
  if (!origin.empty())
    if (double largest = trace.largest(origin.back()); largest > kLargestHalf)
      llvm::raw_string_ostream(size) << llvm::format(
          ": it reaches %.3g, half ends at %.0f", largest, kLargestHalf);
  reportWarning("not finite from " + describeLayers(bundle, store->dispatch) +
                " on" +
                (store->isHalf ? ", in half precision only" + size +
                                     "; --precision=f32 or auto keeps it"
                               : ", in the kernels only"));
  return true;
}

// A picture of 0 to 1 is all but black as one of 0 to 255.
void OutputChecks::checkPictures() {
  for (const BundleFeature &output : bundle.outputs) {
    if (!isPixels(output) || hasNoted)
      continue;
    auto isDark = [](char pixel) { return uint8_t(pixel) <= 1; };
    ArrayRef<char> pixels = model.buffer(output.buffer);
    if (!llvm::all_of(pixels, isDark))
      continue;
    printNote("output '" + output.name +
              "': all pixels are 0 or 1 of 255, which is black; a picture of "
              "0 to 1 must be multiplied by 255 in the network");
    hasNoted = true;
  }
}
