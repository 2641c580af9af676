// The kernel of matrix products on simdgroup matrices.
#pragma once

#include "Lowering.h"

namespace mlc {

/// Whether a product is large enough for it, and of a form that it knows.
bool fitsSimdgroups(mlir::nn::MatMulOp op);
mlir::LogicalResult lowerSimdgroupMatMul(Lowering &, mlir::nn::MatMulOp);

} // namespace mlc
