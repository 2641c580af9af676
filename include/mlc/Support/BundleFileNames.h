// The three files of a bundle.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace mlc {

constexpr llvm::StringLiteral kManifestFile = "manifest.json",
                              kKernelsFile = "kernels.metal",
                              kWeightsFile = "weights.bin";

} // namespace mlc
