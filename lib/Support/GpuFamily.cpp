// Families by name. Which GPU has what: Apple's Metal feature set tables.
#include "mlc/Support/GpuFamily.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace mlc;

std::optional<GpuFamily> mlc::findGpuFamily(StringRef name) {
  return StringSwitch<std::optional<GpuFamily>>(name)
      .Case("any", GpuFamily::Any)
      .Case("apple6", GpuFamily::Apple6)
      .Case("apple7", GpuFamily::Apple7)
      .Case("apple8", GpuFamily::Apple8)
      .Case("apple9", GpuFamily::Apple9)
      .Default(std::nullopt);
}

std::string mlc::gpuFamilyName(GpuFamily family) {
  return family == GpuFamily::Any ? "any"
                                  : "apple" + std::to_string(int(family));
}

StringRef mlc::gpuFamilyNames() {
  return "any, apple6, apple7, apple8 or apple9";
}
