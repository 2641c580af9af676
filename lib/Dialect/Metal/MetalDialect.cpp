#include "mlc/Dialect/Metal/Metal.h"

using namespace mlir;

#include "mlc/Dialect/Metal/MetalDialect.cpp.inc"
#include "mlc/Dialect/Metal/MetalEnums.cpp.inc"
#define GET_OP_CLASSES
#include "mlc/Dialect/Metal/MetalOps.cpp.inc"

void metal::MetalDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "mlc/Dialect/Metal/MetalOps.cpp.inc"
      >();
}
