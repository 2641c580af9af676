#pragma once
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"

#include "mlc/Dialect/Metal/MetalDialect.h.inc"
#include "mlc/Dialect/Metal/MetalEnums.h.inc"
#define GET_OP_CLASSES
#include "mlc/Dialect/Metal/MetalOps.h.inc"
