// A program of the metal dialect as the manifest describes it: numbered
// buffers, weights with offsets, bindings.
#pragma once

#include "mlc/Dialect/Metal/MemoryMap.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"

namespace mlc {

/// One packed constant of the weights file.
struct WeightBlob {
  mlir::metal::WeightsOp op; ///< the first op that has these bytes
  int64_t offset = 0, bytes = 0;
};

/// A constant that is decoded into the buffer `decoded` when the bundle is
/// loaded.
struct DecodedWeights {
  mlir::metal::DecodeOp op; ///< the first op that makes these numbers
  int64_t offset = 0;
};

/// What a dispatch hands to one parameter of its kernel.
struct Binding {
  std::string buffer; ///< its name in the manifest
  int64_t offset = 0, bytes = 0;
};

/// The weights file: the constants of all programs, equal bytes once.
class Weights {
public:
  void add(mlir::func::FuncOp function);

  llvm::ArrayRef<WeightBlob> getBlobs() const { return blobs; }
  int64_t getBytes() const { return bytes; }
  /// Where the bytes of a constant lie: in the file, or of a decoded one in the
  /// buffer for these.
  int64_t getOffset(mlir::Value constant) const {
    return offsets.lookup(constant);
  }

  llvm::ArrayRef<DecodedWeights> getDecoded() const { return decoded; }
  int64_t getDecodedBytes() const { return decodedBytes; }

private:
  void add(mlir::metal::WeightsOp op);
  void add(mlir::metal::DecodeOp op);

  llvm::SmallVector<WeightBlob> blobs;
  int64_t bytes = 0;
  llvm::DenseMap<mlir::Value, int64_t> offsets;
  llvm::DenseMap<uint64_t, llvm::SmallVector<unsigned, 1>> byHash;
  llvm::SmallVector<DecodedWeights> decoded;
  /// The first of those with codes at an offset.
  llvm::DenseMap<int64_t, unsigned> byCodes;
  int64_t decodedBytes = 0;
};

/// One way to run the model: for one set of input shapes.
class Program {
public:
  mlir::func::FuncOp function;
  mlir::metal::ArenaOp arena;       ///< null if there are no intermediates
  std::shared_ptr<Weights> weights; ///< of all programs of the module

  /// The name of argument `index`: that of its feature, made unique.
  llvm::StringRef argumentName(unsigned index) const {
    return argumentNames[index];
  }
  /// What `view` is bound to: a multiple of Metal's alignment, the rest is
  /// part of the kernel.
  Binding binding(mlir::Value view) const;
  /// The kernel called `name`.
  mlir::metal::KernelOp kernel(mlir::FlatSymbolRefAttr name) const {
    return kernels->lookup<mlir::metal::KernelOp>(name.getAttr());
  }

private:
  friend mlir::LogicalResult readPrograms(mlir::ModuleOp module,
                                          std::vector<Program> &programs);
  mlir::LogicalResult read();
  void nameArguments();

  llvm::SmallVector<std::string> argumentNames;
  std::shared_ptr<mlir::SymbolTable> kernels; ///< of the module
};

/// Reads the functions of a planned module; reports what is missing.
mlir::LogicalResult readPrograms(mlir::ModuleOp module,
                                 std::vector<Program> &programs);

/// The raw bytes of a constant's elements; a splat is expanded into `scratch`.
llvm::ArrayRef<char> rawBytes(mlir::ElementsAttr value,
                              std::vector<char> &scratch);

} // namespace mlc
