#pragma once
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"

#include "mlc/Dialect/CoreML/CoreMLDialect.h.inc"
#include "mlc/Dialect/CoreML/CoreMLEnums.h.inc"
#define GET_OP_CLASSES
#include "mlc/Dialect/CoreML/CoreMLOps.h.inc"
