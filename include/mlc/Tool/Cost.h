// What the dispatches of a bundle cost at best on a GPU.
#pragma once

#include "mlc/Runtime/Bundle.h"
#include "mlc/Support/CostModel.h"
#include "llvm/Support/raw_ostream.h"

namespace mlc {

/// A table of the dispatches in their order, with operations, bytes, and the
/// time at best on `gpu`; and their sum.
void printCosts(const Bundle &bundle, const GpuFigures &gpu,
                llvm::raw_ostream &os);

/// The same as JSON (docs/inspect.schema.json, "cost").
llvm::json::Object describeCosts(const Bundle &bundle, const GpuFigures &gpu);

} // namespace mlc
