// Where tensors live: strided layouts, and the decision which value is stored
// inside which. Passes ask it what needs a copy, the lowering to metal follows
// it.
#pragma once

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace mlir::nn {

/// Element (i0, i1, ...) of a tensor is at `offset + sum of i * stride`, all
/// counted in elements.
struct StridedLayout {
  SmallVector<int64_t> shape, strides;
  int64_t offset = 0;

  /// Row-major, without gaps.
  static StridedLayout dense(ArrayRef<int64_t> shape);
  bool isDense() const;

  /// The layout seen through a transpose whose result dimension `i` is
  /// dimension `permutation[i]` of this.
  StridedLayout transpose(ArrayRef<int64_t> permutation) const;
  /// The layout that the input of such a transpose needs for its result to
  /// have this one.
  StridedLayout beforeTranspose(ArrayRef<int64_t> permutation) const;
  /// The box at `offsets` with steps `steps` and extents `shape`.
  StridedLayout slice(ArrayRef<int64_t> offsets, ArrayRef<int64_t> steps,
                      ArrayRef<int64_t> shape) const;
  /// The same elements in the same order with another shape; nothing if no
  /// strides express that. It is its own inverse.
  std::optional<StridedLayout> reshape(ArrayRef<int64_t> shape) const;

  bool operator==(const StridedLayout &other) const {
    return shape == other.shape && strides == other.strides &&
           offset == other.offset;
  }
};

/// The storage of a value and its layout in there.
struct Placement {
  /// The value whose storage it is: a function argument, a constant or the
  /// result of an op. Null if the storage is an output of the function.
  Value root;
  /// Which output of the function the storage is, or -1.
  int returnIndex = -1;
  StridedLayout layout;
};

/// An operand that cannot be had by addressing alone.
struct PlacementConflict {
  OpOperand *operand;
  std::string reason;
};

/// Decides where every tensor of a function lives. Inputs of `nn.concat` are
/// placed inside the result, returned values in the outputs of the function,
/// through the inverse of the views in between; all other views read where
/// their input is. A result of pixels is the place of what nobody else reads,
/// who would read rounded numbers. `conflicts` lists the operands for which
/// that is impossible: an nn.copy there makes it possible.
class PlacementAnalysis {
public:
  explicit PlacementAnalysis(func::FuncOp func);

  Placement get(Value value) const;
  ArrayRef<PlacementConflict> conflicts() const { return conflictList; }

private:
  /// Asks to place `value` as `wanted`; an empty reason means it is granted.
  std::string request(Value value, const Placement &wanted, bool forConcat);
  void visit(Operation *op);
  void checkReads(Operation *op);

  func::FuncOp function;
  DenseMap<Value, Placement> placed;
  DenseSet<Value> inConcat; ///< those of them that a concat asked for
  mutable DenseMap<Value, Placement> derived;
  SmallVector<PlacementConflict> conflictList;
};

} // namespace mlir::nn
