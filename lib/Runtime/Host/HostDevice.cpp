// This machine's CPU as a device: kernels that mlc compiled itself run in this
// process, those of other bundles in one of their own.
#include "HostModel.h"
#include "KernelText.h"
#include "Sandbox.h"
#include "llvm/Support/Process.h"

using namespace llvm;
using namespace mlc;

LoadedModel::~LoadedModel() = default;

// Holds the text of the kernels against the grammar and the manifest.
static Error checkText(const Bundle &bundle) {
  auto known = checkKernelText(bundle.source->getBuffer());
  if (!known)
    return known.takeError();
  for (const BundleKernel &kernel : bundle.kernels) {
    auto it = known->find(kernel.name);
    if (it == known->end())
      return createStringError("kernel '" + kernel.name +
                               "' is not in kernels.metal");
    if (it->second != kernel.numBuffers)
      return createStringError(
          "kernel '" + kernel.name + "' takes " + Twine(it->second) +
          " buffers, the manifest says " + Twine(kernel.numBuffers));
  }
  return Error::success();
}

static Expected<std::unique_ptr<LoadedModel>>
loadHere(const Bundle &bundle, const CompiledKernels &kernels,
         const DeviceOptions &options) {
  auto model = std::make_unique<HostModel>(options);
  if (Error error = model->loadLibraries(kernels.libraries))
    return std::move(error);
  if (Error error = model->allocate(bundle))
    return std::move(error);
  if (Error error = model->prepare(bundle))
    return std::move(error);
  return std::unique_ptr<LoadedModel>(std::move(model));
}

Expected<std::unique_ptr<LoadedModel>>
mlc::loadOnHost(const Bundle &bundle, const DeviceOptions &options) {
  if (bundle.isForeign)
    if (Error error = bundle.checkFiles())
      return std::move(error);
  // The test suite looks at all texts, so that none is refused later.
  bool isTested = sys::Process::GetEnv("MLC_CHECK_KERNELS").has_value();
  if (!options.anyText && (isTested || bundle.isForeign))
    if (Error error = checkText(bundle))
      return std::move(error);
  bool isConfined = bundle.isForeign && options.confined;
  CompilerLimits limits;
  limits.seconds = options.timeout;
  Expected<CompiledKernels> kernels =
      compileForHost(bundle, HostModel::needsGroups(bundle, options),
                     isConfined ? &limits : nullptr);
  if (!kernels)
    return kernels.takeError();
  return isConfined ? loadConfined(bundle, *kernels, options)
                    : loadHere(bundle, *kernels, options);
}
