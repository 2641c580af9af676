// From a module in the `coreml` dialect back to a model file.
//
// What was imported with its file's form (ImportOptions) and not changed comes
// out equal to the file: as messages, not byte by byte, for the order of fields
// and of maps is free.

#pragma once

#include "mlir/IR/BuiltinOps.h"
#include <memory>

namespace CoreML {
namespace Specification {
class Model;
} // namespace Specification
} // namespace CoreML

namespace mlc {

/// The module as a model, or null after a diagnostic.
std::unique_ptr<CoreML::Specification::Model>
exportModel(mlir::ModuleOp module);

/// Exports to the file at `path`. On failure, which is reported, a file that is
/// already there stays as it is.
mlir::LogicalResult exportModelFile(mlir::ModuleOp module,
                                    llvm::StringRef path);

/// Whether an operation is a layer of a file. Some stand for the order of
/// layers around breaks, or for blobs that nothing has written yet.
bool isLayer(mlir::Operation *op);

/// Registers --export-mlmodel and --export-mlmodel-text with mlc-translate.
void registerExportMLModel();

} // namespace mlc
