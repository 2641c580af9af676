// From a model in memory to a module in the `coreml` dialect.
//
// The module holds all that the file says:
//
//   module attributes {coreml.kind = "neuralNetworkClassifier",
//                      coreml.specificationVersion = 1 : i64,
//                      coreml.description = {...}, coreml.classLabels = [...]}
//                      {
//     func.func @main(%image: tensor<1x1x3x299x299xf32>
//                       {coreml.feature = {name = "image", type = "image",
//                       ...}})
//         -> (tensor<1x1x1000x1x1xf32>
//               {coreml.feature = {name = "probs", type = "dictionary", ...}})
//
// Arguments are the model's inputs in order, as the network sees them. Results
// are its outputs in order, less the label of a classifier, which is no tensor:
// it is described by `coreml.label`, in the form of a `coreml.feature`. (If a
// classifier has no output of probabilities, its label's feature describes the
// result that holds them.) A multi-array output may have no declared shape; its
// feature then has no `shape`.

#pragma once

#include "mlc/MLModel/Check.h"
#include "mlc/MLModel/InputShapes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <functional>
#include <memory>

namespace CoreML {
namespace Specification {
class Model;
class ModelDescription;
class NeuralNetworkLayer;
} // namespace Specification
} // namespace CoreML

namespace mlc {

struct ImportOptions {
  /// Keep what the file says and the operations do not: names of blobs, fields
  /// without an effect, unknown fields, how weights are quantized. It is in
  /// attributes `coreml.file` and `coreml.blobs`, for the export alone.
  bool keepFileForm = false;
  /// A description of the same inputs, whose shapes the values get instead of
  /// those that the file declares. The module still describes what the file
  /// declares.
  const CoreML::Specification::ModelDescription *assumed = nullptr;
  /// Sees each layer that has become an operation, those of sub-networks too.
  std::function<void(const CoreML::Specification::NeuralNetworkLayer &,
                     mlir::Operation *)>
      onLayer;
  /// Gets what Core ML would refuse in the file; for importModelFile.
  std::vector<BrokenRule> *brokenRules = nullptr;
  /// Of files: what is given for inputs, which chooses among flexible shapes.
  FileShapes fileShapes;
};

/// Imports a neural network. Weights are not copied: they are resource blobs
/// that point into `model` and share in owning it. Faults are reported as
/// diagnostics at NameLoc("layer name"), and the result is then null.
mlir::OwningOpRef<mlir::ModuleOp>
importModel(std::shared_ptr<const CoreML::Specification::Model> model,
            mlir::MLIRContext *context, ImportOptions options = {});

/// Reads the file at `path` and imports it with `shapes` as those of inputs.
/// What else flexible inputs could be, and how given ones were understood, is
/// added to `defaults`, if given.
mlir::OwningOpRef<mlir::ModuleOp>
importModelFile(llvm::StringRef path, mlir::MLIRContext *context,
                llvm::ArrayRef<InputShape> shapes = {},
                std::vector<std::string> *defaults = nullptr,
                ImportOptions options = {});

/// Imports the file at `path` with its form, to be written again. Values get
/// the shapes that inputs have by default or by `shapes`; where layers do not
/// fit the default, others that the file allows are tried. `notes` gets one
/// line for each input whose shape the file leaves open, and one if Core ML
/// would not load the file.
mlir::OwningOpRef<mlir::ModuleOp>
importForExport(llvm::StringRef path, mlir::MLIRContext *context,
                llvm::ArrayRef<InputShape> shapes,
                std::vector<std::string> &notes);

/// Registers --import-mlmodel with mlc-translate.
void registerImportMLModel();

} // namespace mlc
