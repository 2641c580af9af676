// A program of the metal dialect as the manifest describes it: numbered
// buffers, weights with offsets, bindings.
#pragma once

#include "mlc/Dialect/Metal/MemoryMap.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"

namespace mlc {

/// One packed constant of the weights file.
struct WeightBlob {
  mlir::metal::WeightsOp op; ///< the first op that has these bytes
  int64_t offset = 0, bytes = 0;
};

/// What a dispatch hands to one parameter of its kernel.
struct Binding {
  std::string buffer; ///< its name in the manifest
  int64_t offset = 0, bytes = 0;
};

class Program {
public:
  /// Reads the function of a planned module; reports what is missing.
  static mlir::FailureOr<Program> read(mlir::ModuleOp module);

  mlir::func::FuncOp function;
  mlir::metal::ArenaOp arena; ///< null if there are no intermediates
  llvm::SmallVector<WeightBlob> weights;
  int64_t weightBytes = 0;

  /// The name of argument `index`: that of its feature, made unique.
  llvm::StringRef argumentName(unsigned index) const {
    return argumentNames[index];
  }
  /// What `view` is bound to: a multiple of Metal's alignment, the rest is
  /// part of the kernel.
  Binding binding(mlir::Value view) const;

private:
  void collectWeights();
  void nameArguments();

  llvm::DenseMap<mlir::Value, int64_t> weightOffsets;
  llvm::SmallVector<std::string> argumentNames;
};

/// The raw bytes of a constant's elements; a splat is expanded into `scratch`.
llvm::ArrayRef<char> rawBytes(mlir::ElementsAttr value,
                              std::vector<char> &scratch);

} // namespace mlc
