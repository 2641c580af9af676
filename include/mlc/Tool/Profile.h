// Where the time of an inference went, dispatch by dispatch.
#pragma once

#include "mlc/Runtime/Bundle.h"
#include "llvm/Support/raw_ostream.h"

namespace mlc {

/// A table of the dispatches, most time first; `seconds` is parallel to the
/// bundle's dispatches.
void printProfile(const Bundle &bundle, llvm::ArrayRef<double> seconds,
                  llvm::raw_ostream &os);

/// The same for programs, in the order of the dispatches.
llvm::json::Array profileAsJson(const Bundle &bundle,
                                llvm::ArrayRef<double> seconds);

} // namespace mlc
