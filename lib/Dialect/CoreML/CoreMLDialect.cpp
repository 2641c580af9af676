#include "mlc/Dialect/CoreML/CoreML.h"

using namespace mlir;

#include "mlc/Dialect/CoreML/CoreMLDialect.cpp.inc"
#include "mlc/Dialect/CoreML/CoreMLEnums.cpp.inc"
#define GET_OP_CLASSES
#include "mlc/Dialect/CoreML/CoreMLOps.cpp.inc"

void coreml::CoreMLDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "mlc/Dialect/CoreML/CoreMLOps.cpp.inc"
      >();
}
