// Which ops of the nn dialect are kept in float when the rest of a network is
// stored in half: the attribute that assign-precision gives them.
#pragma once

#include "mlir/IR/Operation.h"

namespace mlir::nn {

/// On an op: its result and its weights are stored in f32.
inline constexpr llvm::StringLiteral kPrecisionAttr = "nn.precision";
/// On an op: its results are stored in f32, its weights as those of others.
inline constexpr llvm::StringLiteral kResultPrecisionAttr =
    "nn.result_precision";
/// On a module: the names of the layers for which that is wanted.
inline constexpr llvm::StringLiteral kFloatLayersAttr = "nn.float_layers";
/// On a result of the network: stored as it would be between kernels, instead
/// of in f32 as users want it.
inline constexpr llvm::StringLiteral kStoredAttr = "nn.stored";

/// Whether assign-precision has marked `op`, weights and results.
bool isKeptInFloat(Operation *op);

/// Whether the results of `op` are stored in f32 whatever the precision.
bool hasFloatResults(Operation *op);

/// Whether `op` is addressing only: its result is stored where its input is.
bool isView(Operation *op);

} // namespace mlir::nn
