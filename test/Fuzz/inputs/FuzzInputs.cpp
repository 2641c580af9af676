// Files that users give as inputs: pictures and arrays, whatever they hold. The
// first byte chooses the feature that the rest is read for.
#include "mlc/Runtime/Features.h"
#include "mlc/Runtime/Npy.h"
#include <cstdlib>

using namespace mlc;

static BundleFeature makeFeature(uint8_t choice) {
  BundleFeature feature;
  feature.name = "x";
  feature.dataType = "uint8";
  switch (choice % 6) {
  case 0:
    feature.shape = {1, 8, 8, 3};
    feature.colorSpace = "RGB";
    break;
  case 1:
    feature.shape = {1, 40, 3, 3};
    feature.colorSpace = "BGR";
    break;
  case 2:
    feature.shape = {1, 5, 64, 1};
    feature.colorSpace = "GRAYSCALE";
    break;
  case 3:
    feature.shape = {1, 2, 3, 1};
    feature.colorSpace = "GRAYSCALE_FLOAT16";
    feature.dataType = "float16";
    break;
  case 4:
    feature.shape = {2, 3};
    feature.dataType = "float32";
    break;
  default:
    feature.shape = {4, 1, 6, 1, 1};
    feature.dataType = "float32";
    break;
  }
  feature.type = choice % 6 < 4 ? "image" : "multiArray";
  return feature;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  BundleFeature feature = makeFeature(data[0]);
  int64_t steps = data[0] & 0x80 ? 2 : 1;
  llvm::StringRef contents(reinterpret_cast<const char *>(data) + 1, size - 1);
  llvm::SmallVector<std::string> notes;
  auto value = convertInput(feature, contents, steps, notes);
  if (!value) {
    // An error is one line.
    std::string message = llvm::toString(value.takeError());
    if (message.empty() || message.find('\n') != std::string::npos)
      std::abort();
  } else {
    // One value, or one for each step.
    size_t each = feature.numElements() * (feature.dataType == "uint8"     ? 1
                                           : feature.dataType == "float16" ? 2
                                                                           : 4);
    if (value->bytes.size() != each && value->bytes.size() != each * steps)
      std::abort();
  }
  auto imageSize = readImageSize(contents);
  if (!imageSize)
    llvm::consumeError(imageSize.takeError());
  return 0;
}
