// A matrix product on simdgroup matrices: what the kernels have in common that
// compute one. A threadgroup of four simdgroups makes a tile of the result.
#pragma once

#include "Lowering.h"

namespace mlc {

/// Rows and columns of the result that a threadgroup computes.
struct SimdgroupTile {
  int64_t rows, columns;
};

/// What a product of these extents is cut into: the largest tile of which there
/// are enough to fill a GPU.
SimdgroupTile chooseSimdgroupTile(int64_t rows, int64_t columns, int64_t batch);

/// Whether a product is large enough that whole tiles are worth it. Few rows
/// (an inner product) or a short sum would leave most of the matrices empty.
bool fillsSimdgroups(int64_t rows, int64_t columns, int64_t depth);

class SimdgroupProduct {
public:
  /// A slice of the sum, which passes through threadgroup memory at once, and
  /// the elements that a thread moves together.
  static constexpr int64_t kDepth = 16, kRun = 4;

  SimdgroupProduct(KernelBuilder &k, SimdgroupTile tile, int64_t rows,
                   int64_t columns, int64_t batch);

  /// The indices of the group's tile.
  mlir::Value tileRow() const { return rowIndex; }
  mlir::Value tileColumn() const { return columnIndex; }
  mlir::Value batch() const { return batchIndex; }
  int64_t tileRows() const { return tile.rows; }
  int64_t tileColumns() const { return tile.columns; }
  /// The first row of the tile.
  mlir::Value firstRow() const { return first; }

  /// Adds kDepth products to each sum. `left` and `right` give runs of
  /// elements: of row `row` of the tile from `depth` of the slice on, and of
  /// row `depth` of the slice from column `column` of the tile on. Beyond the
  /// ends of the sum, both are 0.
  void addSlice(
      llvm::function_ref<mlir::Value(mlir::Value row, mlir::Value depth)> left,
      llvm::function_ref<mlir::Value(mlir::Value depth, mlir::Value column)>
          right);

  /// `body` for each run of results, at `row` and `column` of the tile.
  void
  forEachResult(llvm::function_ref<void(mlir::Value row, mlir::Value column,
                                        mlir::Value results)>
                    body);

  Grid grid() const;

private:
  using Value = mlir::Value;
  // Calls `body` for this thread's share of `count` items.
  void share(llvm::StringRef name, int64_t count,
             llvm::function_ref<void(Value)> body);
  void toShared(Value lanes, Value at);
  Value fromShared(Value at);
  Value matrices(llvm::ArrayRef<int64_t> shape, llvm::StringRef name);
  void barrier();

  KernelBuilder &k;
  mlir::OpBuilder &b;
  SimdgroupTile tile;
  std::array<int64_t, 3> groups;
  Value rowIndex, columnIndex, batchIndex, first;
  Value thread, threads;       ///< in the group
  Value blockRow, blockColumn; ///< of the simdgroup's part of the tile
  Value shared;                ///< threadgroup memory: left, behind it right
  Value sums, left, right;     ///< matrices of the simdgroup
};

} // namespace mlc
