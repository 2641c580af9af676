// Which parts of a network half precision is too small for.
#pragma once

#include "mlc/Tool/HalfSimulation.h"

namespace mlc {

/// Runs `module` (coreml dialect) on the inputs that `samples` give, and prints
/// the kernels that leave half's range or, when they alone store in half, cost
/// an output more than `maxError` of its range; and the layers whose values
/// leave half's range without being stored.
llvm::Error printRanges(mlir::ModuleOp module,
                        llvm::ArrayRef<std::string> samples, double maxError,
                        llvm::raw_ostream &os);

} // namespace mlc
