// Out of the metal dialect: kernels as Metal Shading Language, weights as one
// packed file, and the manifest that says how to run them.
#pragma once

#include "mlc/Support/OutputFile.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace mlc {

/// Moves the program of `other`, the same model planned for other input shapes,
/// into `module`, with those kernels that are not there yet.
void addVariant(mlir::ModuleOp module, mlir::ModuleOp other);

/// Prints every kernel of `module` as Metal Shading Language.
mlir::LogicalResult emitMetal(mlir::ModuleOp module, llvm::raw_ostream &os);

/// Writes the packed constants, each at a multiple of 256 bytes, equal ones
/// once. Offsets are those of the manifest.
mlir::LogicalResult emitWeights(mlir::ModuleOp module, llvm::raw_ostream &os);

/// The entry of `files` for a file with these contents: its size and hash.
llvm::json::Object describeFile(llvm::StringRef contents);

/// The manifest (docs/manifest.schema.json) of a planned and scheduled module.
/// `files` has an entry for each of the other two files.
mlir::LogicalResult emitManifest(mlir::ModuleOp module, llvm::raw_ostream &os,
                                 llvm::json::Object files = {});

/// Writes manifest.json, kernels.metal and weights.bin as the folder `path`,
/// whole or not at all (OutputFolder). One that is there must be empty or a
/// bundle whose manifest names mlc; other files in it stay.
mlir::LogicalResult writeBundle(mlir::ModuleOp module, llvm::StringRef path);

/// The same as a temporary folder, for this process only.
mlir::FailureOr<TemporaryFolder> writeTemporaryBundle(mlir::ModuleOp module);

/// Registers --to-metal and --to-manifest for mlc-translate.
void registerToMetalTranslations();

} // namespace mlc
