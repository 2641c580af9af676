// From a module of the coreml dialect to messages. The import uses it, too: it
// asks what would be exported, and keeps what the file says otherwise.
#pragma once

#include "BlobFlow.h"
#include "FileForm.h"
#include "Model.pb.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlc {

namespace spec = CoreML::Specification;

/// The attribute that keeps the names of a layer's outputs in the file, where
/// they are not those that the exporter would give.
constexpr llvm::StringLiteral kBlobNames = "coreml.blobs";

/// Marks a layer that writes what another has written before, though it is no
/// copy: the file has it so.
constexpr llvm::StringLiteral kOverwrites = "coreml.overwrites";

/// Keeps, at the end of an iteration, the layers that stand behind it.
constexpr llvm::StringLiteral kUnreachable = "coreml.unreachable";

/// The names of blobs and layers in a file.
class ExportedNames {
public:
  /// Inputs and outputs of the model have the names of their features; other
  /// values those of `coreml.blobs`, or the name of their layer.
  mlir::LogicalResult assign(mlir::func::FuncOp function,
                             bool allowsOverwriting);

  /// Empty for what no blob holds.
  llvm::StringRef getBlob(mlir::Value value) const {
    return naming.names.lookup(subnetworks.getNamed(value));
  }
  /// The layer's name: unique in its list, or empty.
  llvm::StringRef getLayer(mlir::Operation *op) const { return layers.at(op); }
  /// Results that the file names: trailing ones that nothing reads are left
  /// out unless the file had them.
  unsigned getNumOutputs(mlir::Operation *op) const;
  /// Copies in front of a loop, or at the end of a function.
  llvm::ArrayRef<BlobCopy> getCopies(mlir::Operation *where) const;

  bool overwrites(mlir::Operation *op) const {
    return naming.overwriters.contains(op);
  }
  const Subnetworks &getSubnetworks() const { return subnetworks; }

private:
  mlir::LogicalResult assignFeatures(mlir::func::FuncOp function);
  void assignShared();
  void separate(mlir::Value value);
  void forEachLayer(llvm::function_ref<void(mlir::Operation *)> visit) const;
  void nameLayers(mlir::func::FuncOp function, UniqueNames &taken);

  Subnetworks subnetworks;
  BlobNaming naming;
  llvm::DenseMap<mlir::Operation *, std::string> layers;
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<BlobCopy>> copies;
};

using LayerList = google::protobuf::RepeatedPtrField<spec::NeuralNetworkLayer>;
using StepList =
    google::protobuf::RepeatedPtrField<spec::NeuralNetworkPreprocessing>;

class ModelExporter {
public:
  /// Without `withElements` weights stay empty.
  ModelExporter(mlir::ModuleOp module, bool withElements)
      : module(module), withElements(withElements) {}

  /// Finds the function and names everything.
  mlir::LogicalResult prepare();

  /// All but layers and preprocessing; `coreml.file` is not applied.
  mlir::LogicalResult exportDescription(spec::Model &model);
  mlir::LogicalResult exportStep(mlir::Operation *op,
                                 spec::NeuralNetworkPreprocessing &step,
                                 HeldElements &held);
  mlir::LogicalResult exportLayer(mlir::Operation *op,
                                  spec::NeuralNetworkLayer &layer,
                                  HeldElements &held);
  /// A layer that ends an iteration; the operation is a constant.
  void exportStop(mlir::Operation *op, spec::NeuralNetworkLayer &layer);
  /// The whole, as the file had it.
  mlir::LogicalResult exportAll(spec::Model &model);

  mlir::func::FuncOp getFunction() const { return function; }
  const ExportedNames &getNames() const { return names; }

private:
  mlir::InFlightDiagnostic emitError() { return module.emitError(); }
  mlir::LogicalResult exportFeatures(spec::ModelDescription &description);
  mlir::LogicalResult exportAttributes(spec::ModelDescription &description);
  template <typename Kind>
  mlir::LogicalResult exportNetworkOptions(Kind &network);
  void exportClassLabels(spec::NeuralNetworkClassifier &classifier);
  std::string getProbabilityName();
  mlir::LogicalResult exportList(mlir::func::FuncOp list, LayerList &layers,
                                 StepList *steps);
  mlir::LogicalResult exportControl(mlir::Operation *op,
                                    spec::NeuralNetworkLayer &layer);
  mlir::LogicalResult exportLoop(mlir::coreml::LoopOp op,
                                 spec::LoopLayerParams &params);
  mlir::LogicalResult exportSubnetworks(mlir::Operation *op,
                                        spec::NeuralNetworkLayer &layer);
  void exportCopies(mlir::Operation *where, LayerList &layers);
  void exportLeaving(mlir::func::FuncOp body, LayerList &layers);

  mlir::ModuleOp module;
  bool withElements;
  mlir::func::FuncOp function;
  ExportedNames names;
};

/// Whether an operation is preprocessing of an image instead of a layer.
bool isPreprocessing(mlir::Operation *op);

/// Whether a result of the function is named by its feature: it is not where
/// the feature is a classifier's label or dictionary of probabilities.
bool isNamedByFeature(mlir::DictionaryAttr feature, bool isClassifier);

/// The least version of the specification that has all of a model, or of a
/// part.
int getNeededVersion(const google::protobuf::Message &message);

/// What a layer or feature uses of later versions than the first.
using NeededVersions = llvm::SmallVector<std::pair<std::string, int>>;
NeededVersions getNeededVersions(const spec::NeuralNetworkLayer &layer);
NeededVersions getNeededVersions(const spec::FeatureDescription &feature);

/// Keeps in attributes what `model` says that an export of `module`, just
/// imported from it, would not.
mlir::LogicalResult recordFileForm(mlir::ModuleOp module,
                                   const spec::Model &model);

} // namespace mlc
