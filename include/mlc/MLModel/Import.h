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

#include "mlc/MLModel/InputShapes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <memory>

namespace CoreML {
namespace Specification {
class Model;
} // namespace Specification
} // namespace CoreML

namespace mlc {

struct ImportOptions {
  /// Keep what the file says and the operations do not: names of blobs, fields
  /// without an effect, unknown fields, how weights are quantized. It is in
  /// attributes `coreml.file` and `coreml.blobs`, for the export alone.
  bool keepFileForm = false;
  /// Of files: what is given for inputs, which chooses among flexible shapes.
  FileShapes fileShapes;
  /// Of files: where inputs of one step do not fit, import those of a sequence
  /// that does, and describe the features as the file does. Else the error says
  /// which sequence fits.
  bool findSequence = false;
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

/// Registers --import-mlmodel with mlc-translate.
void registerImportMLModel();

} // namespace mlc
