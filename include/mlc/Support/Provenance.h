// Where an operation came from: the layer names in its location.
#pragma once

#include "mlir/IR/Location.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/SmallVector.h"

namespace mlc {

/// The layer names that `loc` holds, in order and without repetition.
llvm::SmallVector<llvm::StringRef> layerNames(mlir::Location loc);

/// The layer names of `loc`, joined by commas, or "<unnamed>".
std::string layerList(mlir::Location loc);

/// The joint location of a rewrite of `locs` into one operation: a fused
/// location that keeps the order and drops repetitions.
mlir::Location fuseLocations(llvm::ArrayRef<mlir::Location> locs);

} // namespace mlc
