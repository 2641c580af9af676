// The import of lists of layers: those of the network, and those of the
// sub-networks that branches and loops hold.
//
// Blobs have names that a sub-network shares with what is around it, and what
// a branch or a loop writes is seen by later layers. In our form a sub-network
// is a function: what it reads from outside becomes an argument, what later
// layers read of what it writes becomes a result.
#pragma once

#include "LayerImporter.h"
#include "Subnetworks.h"
#include "mlc/MLModel/Import.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringMap.h"

namespace mlc {

using Layers = google::protobuf::RepeatedPtrField<spec::NeuralNetworkLayer>;

/// Blobs in the order in which they were met.
using BlobNames = llvm::SetVector<llvm::StringRef>;

/// Whether a later layer, here or around, reads a blob.
using IsRead = llvm::function_ref<bool(llvm::StringRef)>;

/// Calls `visit` with each sub-network of a layer.
void forEachSubnetwork(const spec::NeuralNetworkLayer &layer,
                       llvm::function_ref<void(const Layers &)> visit);

/// Whether a name is one that the import gives to what says whether a loop or
/// an iteration goes on; no file can have it by accident.
inline bool isFlagName(llvm::StringRef blob) { return blob.starts_with("\1"); }

/// Whether names may be overwritten: there are branches, loops or copies.
bool hasControlFlow(const Layers &layers);

class NetworkImporter {
public:
  /// With `keepsForm` each layer and each name of the file can be told from the
  /// operations: branches stay though their conditions are known.
  NetworkImporter(mlir::OpBuilder &builder, mlir::ModuleOp module,
                  std::shared_ptr<const void> owner, bool checksRanks,
                  bool keepsForm, const ImportOptions &options)
      : builder(builder), symbols(module), owner(std::move(owner)),
        checksRanks(checksRanks), keepsForm(keepsForm), options(options) {}

  /// The value that a blob has now, or null.
  mlir::Value lookup(llvm::StringRef blob) { return lookup(*scope, blob); }
  void define(llvm::StringRef blob, mlir::Value value) {
    scope->blobs[blob] = value;
  }

  /// What blobs are at the end.
  llvm::StringMap<mlir::Value> takeBlobs() { return std::move(main.blobs); }

  /// Imports the layers from number `first` on, where the builder stands.
  mlir::LogicalResult importLayers(const Layers &layers, int first,
                                   IsRead isRead);

private:
  /// The values that a sub-network reads from outside, shared by the functions
  /// of one layer so that they all take the same operands.
  using Captures = llvm::MapVector<mlir::Value, unsigned>;

  /// What names stand for in one function.
  struct Scope {
    Scope *outer = nullptr;
    mlir::func::FuncOp function;
    Captures *captures = nullptr;
    /// The arguments that are no captures come first.
    unsigned firstCapture = 0;
    /// Of the arguments; empty if none has any.
    llvm::SmallVector<mlir::DictionaryAttr> attributes;
    llvm::StringMap<mlir::Value> blobs;
  };

  /// A function on its way: where its layers go.
  struct Subnetwork {
    Scope scope;
    mlir::Value flag;
    llvm::StringMap<mlir::Value> written;
  };

  mlir::Value lookup(Scope &from, llvm::StringRef blob);
  mlir::Value capture(Scope &into, mlir::Value value);
  void settleArguments(Scope &scope);
  mlir::DictionaryAttr describeCapture(mlir::Value value);
  mlir::Value lookupResult(Scope &from, llvm::StringRef blob);
  mlir::Value createConstant(mlir::Location loc, llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<float> elements,
                             llvm::StringRef flow = "");
  void keepNames(mlir::Operation *op, llvm::ArrayRef<llvm::StringRef> names);

  mlir::LogicalResult importLayer(const spec::NeuralNetworkLayer &layer,
                                  int index);
  mlir::LogicalResult checkRanks(const spec::NeuralNetworkLayer &layer,
                                 mlir::ValueRange inputs, mlir::Location loc);
  mlir::LogicalResult readInputs(const spec::NeuralNetworkLayer &layer,
                                 mlir::Location loc,
                                 llvm::SmallVectorImpl<mlir::Value> &inputs);

  // Control flow (ImportControl.cpp).
  mlir::func::FuncOp createFunction(mlir::Location loc, llvm::StringRef suffix,
                                    mlir::TypeRange arguments);
  mlir::LogicalResult
  importInto(Subnetwork &network, mlir::Location loc,
             llvm::function_ref<mlir::LogicalResult()> import);
  void finish(Subnetwork &network, llvm::ArrayRef<mlir::Value> results);
  void addMissingCaptures(Subnetwork &network, Captures &captures);
  mlir::LogicalResult
  importEither(mlir::Location loc, mlir::Value condition,
               llvm::function_ref<mlir::LogicalResult()> importIf,
               llvm::function_ref<mlir::LogicalResult()> importElse,
               const BlobNames &results, bool isRest);
  mlir::LogicalResult importBranch(const spec::NeuralNetworkLayer &layer,
                                   mlir::Location loc, IsRead isRead);
  mlir::LogicalResult importRest(const Layers &layers, int first,
                                 mlir::Location loc, IsRead isRead);
  mlir::LogicalResult importLoop(const spec::NeuralNetworkLayer &layer,
                                 mlir::Location loc, IsRead isRead);
  mlir::LogicalResult stop(const spec::NeuralNetworkLayer &layer,
                           mlir::Location loc);

  mlir::OpBuilder &builder;
  mlir::SymbolTable symbols;
  std::shared_ptr<const void> owner;
  bool checksRanks, keepsForm;
  const ImportOptions &options;
  Scope main;
  Scope *scope = &main;
  /// How many functions and loops are around.
  int depth = 0, loops = 0;
};

} // namespace mlc
