// The parts of `mlc inspect`. Each prints to standard output and returns the
// exit status.
#pragma once

#include "mlc/Tool/Precision.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace mlc {

/// A bundle, or the variant that `inputShapes` chooses.
int inspectBundle(llvm::StringRef path, llvm::ArrayRef<std::string> inputShapes,
                  bool json);

/// What the dispatches of a bundle, or of a model as it would be compiled, cost
/// at best on a GPU.
int inspectCost(llvm::StringRef path, const Precision &precision,
                llvm::ArrayRef<std::string> inputShapes, llvm::StringRef gpu,
                bool json);

/// A description of a model (mlc/MLModel/Description.h) for people; `layers`
/// adds one line for each.
void printDescription(const llvm::json::Object &description, bool layers,
                      llvm::raw_ostream &os);

} // namespace mlc
