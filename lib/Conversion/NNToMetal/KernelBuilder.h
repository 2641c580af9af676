// Writing kernel bodies: index arithmetic that folds, loops, lanes, and the
// scalar regions of nn ops applied to lanes.
#pragma once

#include "mlc/Dialect/Metal/Metal.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"

namespace mlc {

/// A buffer that a dispatch hands to its kernel.
struct KernelOperand {
  mlir::Value memref;   ///< the view in the program
  llvm::StringRef name; ///< what the kernel calls it
  bool written = false;
};

/// Lane counts that kernels use, by the number of channels there are.
int64_t lanesFor(int64_t channels);

/// Builds the body of one kernel. Values of `index` type are thread positions
/// and coordinates; elements are f32, or vectors of f32 when `lanes > 1`.
class KernelBuilder {
public:
  KernelBuilder(mlir::ModuleOp module, mlir::Location origin,
                llvm::StringRef kind, llvm::StringRef name,
                llvm::ArrayRef<KernelOperand> operands);
  /// The same with parameters of these types, of which the last is written.
  KernelBuilder(mlir::ModuleOp module, mlir::Location origin,
                llvm::StringRef kind, llvm::StringRef name,
                mlir::TypeRange parameters,
                llvm::ArrayRef<llvm::StringRef> names);

  mlir::OpBuilder &builder() { return b; }
  mlir::Location loc() const { return origin; }
  mlir::metal::KernelOp kernel() const { return op; }
  mlir::Value param(unsigned index);

  // Index arithmetic; constants fold.
  mlir::Value constant(int64_t value);
  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value add(mlir::Value a, int64_t b) { return add(a, constant(b)); }
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, int64_t b);
  mlir::Value div(mlir::Value a, mlir::Value b);
  mlir::Value div(mlir::Value a, int64_t b) { return div(a, constant(b)); }
  mlir::Value rem(mlir::Value a, int64_t b);
  mlir::Value min(mlir::Value a, mlir::Value b);
  mlir::Value max(mlir::Value a, mlir::Value b);
  mlir::Value clamp(mlir::Value a, int64_t low, int64_t high);
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value a,
                      int64_t b);
  mlir::Value logicalAnd(mlir::Value a, mlir::Value b);
  /// `low <= a < high` as one condition; null if it holds for every value that
  /// lies in [valueMin, valueMax].
  mlir::Value inRange(mlir::Value a, int64_t high, int64_t valueMin,
                      int64_t valueMax);

  /// The thread's position in the grid, below `extent`: threads at or beyond it
  /// leave. 0 where the extent is 1.
  mlir::Value position(unsigned dimension, llvm::StringRef name,
                       int64_t extent);
  /// The position of the threadgroup, of which there are `extent`: 0 if it is
  /// one.
  mlir::Value groupPosition(mlir::metal::Dimension dimension,
                            llvm::StringRef name, int64_t extent);
  /// Threads for which `condition` is false leave.
  void guard(mlir::Value condition);

  /// Gives the value a name in the printed kernel, if an op defines it.
  mlir::Value named(mlir::Value value, llvm::StringRef name);

  /// `for (index = low; index < high; index += step) body(index)`.
  void loop(llvm::StringRef name, mlir::Value low, mlir::Value high,
            int64_t step, bool unroll,
            llvm::function_ref<void(mlir::Value)> body);
  /// The same with a step that the thread finds out.
  void loop(llvm::StringRef name, mlir::Value low, mlir::Value high,
            mlir::Value step, llvm::function_ref<void(mlir::Value)> body);
  /// The same from 0 to a constant; a single pass needs no loop.
  void loop(llvm::StringRef name, int64_t count, bool unroll,
            llvm::function_ref<void(mlir::Value)> body);
  /// A loop that carries values.
  llvm::SmallVector<mlir::Value> loopCarrying(
      llvm::StringRef name, mlir::Value low, mlir::Value high, mlir::Value step,
      mlir::ValueRange init,
      llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value,
                                                        mlir::ValueRange)>
          body);
  /// `if (condition) body()`; no condition means always.
  void when(mlir::Value condition, llvm::function_ref<void()> body);

  // Elements.
  mlir::Type elementType(int64_t lanes);
  mlir::Value splat(double value, int64_t lanes);
  mlir::Value broadcast(mlir::Value scalar, int64_t lanes);
  /// Loads from `memref`, converted to float: `lanes` consecutive elements of
  /// the last dimension (only `count` of them, if given), or one.
  mlir::Value load(mlir::Value memref, mlir::ValueRange coordinates,
                   int64_t lanes, mlir::Value count = {});
  /// Codes of packed weights (`Lowering::codes`), `lanes` that the last
  /// dimension holds, as floats.
  mlir::Value loadCodes(mlir::Value memref, mlir::ValueRange coordinates,
                        int64_t lanes);
  void store(mlir::Value value, mlir::Value memref,
             mlir::ValueRange coordinates, mlir::Value count = {});
  /// Reads and writes one element of a private array.
  mlir::Value get(mlir::Value array, mlir::ValueRange indices);
  void put(mlir::Value value, mlir::Value array, mlir::ValueRange indices);
  /// `a * b + c`.
  mlir::Value fma(mlir::Value a, mlir::Value b, mlir::Value c);
  /// `yes` where the condition holds, else `no`.
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no);
  /// Applies a scalar region of nn to elements or lanes.
  mlir::Value apply(mlir::Region &region, mlir::ValueRange elements,
                    int64_t lanes);
  /// How many lanes of `total` channels start at `first`: null if all of them
  /// always, because `total` is a multiple of `lanes`.
  mlir::Value laneCount(mlir::Value first, int64_t total, int64_t lanes);
  /// An array private to the thread.
  mlir::Value privateArray(llvm::ArrayRef<int64_t> shape, int64_t lanes,
                           llvm::StringRef name);

  /// An array of `count` runs of `length` elements of `buffer`.
  mlir::Value elements(mlir::Value buffer, int64_t count, int64_t length,
                       llvm::StringRef name);
  /// The same, of floats that the kernel computes.
  mlir::Value privateElements(int64_t count, int64_t length,
                              llvm::StringRef name);
  /// Fills a run from `buffer`; where `inside` is given and false, from
  /// `zeros`.
  void loadElements(mlir::Value buffer, mlir::ValueRange coordinates,
                    mlir::Value array, mlir::Value run, mlir::Value inside = {},
                    mlir::Value zeros = {}, mlir::ValueRange zero = {});
  /// Writes lanes as a run of a private array.
  void putElements(mlir::Value value, mlir::Value array, mlir::Value run);

private:
  mlir::OpBuilder b;
  mlir::Location origin;
  mlir::metal::KernelOp op;
};

} // namespace mlc
