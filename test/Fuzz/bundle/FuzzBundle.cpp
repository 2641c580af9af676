// Bundles as bytes: a manifest, a zero byte, the text of kernels. Reading and
// checking must refuse or accept them; nothing of them is run.
#include "../../../lib/Runtime/Host/KernelText.h"
#include "mlc/Runtime/Bundle.h"
#include "mlc/Runtime/Features.h"

using namespace llvm;

static constexpr size_t kWeightBytes = 1 << 16;
static const char weights[kWeightBytes] = {};

// What commands ask of a bundle before they run it.
static void look(const mlc::Bundle &bundle) {
  for (const auto *features : {&bundle.inputs, &bundle.outputs})
    for (const mlc::BundleFeature &feature : *features) {
      (void)feature.numElements();
      (void)feature.hasShape(feature.shape);
    }
  constexpr int64_t kFew = 1 << 16;
  for (const mlc::BundleFeature &input : bundle.inputs)
    if (input.numElements() <= kFew)
      (void)mlc::constantInput(input, input.defaultValue);
  (void)mlc::rankedLabels(bundle, {0.25f, 0.75f});
  if (Error error = bundle.checkFiles())
    consumeError(std::move(error));
}

static std::unique_ptr<MemoryBuffer> bufferOf(StringRef contents) {
  return MemoryBuffer::getMemBuffer(contents, "",
                                    /*RequiresNullTerminator=*/false);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  StringRef all(reinterpret_cast<const char *>(data), size);
  auto [manifest, kernels] = all.split('\0');
  auto text = mlc::checkKernelText(kernels);
  if (!text)
    consumeError(text.takeError());
  // The last variant, which takes the way through all others.
  auto isLast = [](const mlc::Bundle &) { return false; };
  for (bool choose : {false, true}) {
    Expected<mlc::Bundle> bundle = mlc::Bundle::parse(
        manifest, bufferOf(kernels), bufferOf(StringRef(weights, kWeightBytes)),
        choose ? mlc::Bundle::Chooser(isLast) : nullptr);
    if (bundle)
      look(*bundle);
    else
      consumeError(bundle.takeError());
  }
  return 0;
}
