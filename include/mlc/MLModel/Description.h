// What a model file holds, for people and as JSON (docs/inspect.schema.json).
#pragma once

#include "mlc/MLModel/InputShapes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/Support/JSON.h"

namespace mlc {

struct DescribedModel {
  llvm::json::Object description;
  /// The imported network; null where the file has a fault, which was emitted
  /// as a diagnostic. The description then holds what could be read: without
  /// shapes from the layer at fault on.
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// Reads and describes the file at `path`, its inputs with `shapes`; each layer
/// by itself only `withLayers`. An error is a file that cannot be read at all,
/// or shapes that it does not allow.
llvm::Expected<DescribedModel>
describeModelFile(llvm::StringRef path, mlir::MLIRContext *context,
                  llvm::ArrayRef<InputShape> shapes, bool withLayers);

} // namespace mlc
