// Where an operation came from: the layer names in its location.
#pragma once

#include "mlir/IR/Location.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace mlc {

/// The layer names that `loc` holds, in order and without repetition.
llvm::SmallVector<llvm::StringRef> layerNames(mlir::Location loc);

/// The layer names of `loc`, joined by commas, or "<unnamed>".
std::string layerList(mlir::Location loc);

/// The joint location of a rewrite of `locs` into one operation: a fused
/// location that keeps the order and drops repetitions.
mlir::Location fuseLocations(llvm::ArrayRef<mlir::Location> locs);

/// fuseLocations for many rewrites after each other: locations are immutable
/// and live as long as the context, so that a chain of layers which become one
/// operation step by step would leave one of each length.
class LocationFuser {
public:
  ~LocationFuser() { settleAll(); }

  /// Gives `op` the joint location of `parts`, of which it may be one. Unless
  /// `partsGo` is false, the others are about to be erased.
  void fuse(mlir::Operation *op, llvm::ArrayRef<mlir::Operation *> parts,
            bool partsGo = true);
  /// `op` is about to be erased.
  void forget(mlir::Operation *op) { pending.erase(op); }
  /// Sets the locations that operations have by now.
  void settle(llvm::ArrayRef<mlir::Operation *> ops);
  void settleAll();

private:
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<mlir::Location>> pending;
};

} // namespace mlc
