// Registration of the dialect.
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::coreml;

#include "mlc/Dialect/CoreML/CoreMLDialect.cpp.inc"
#include "mlc/Dialect/CoreML/CoreMLEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "mlc/Dialect/CoreML/CoreMLAttrs.cpp.inc"

void CoreMLDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "mlc/Dialect/CoreML/CoreMLAttrs.cpp.inc"
      >();
  registerCoreMLDialectOperations(this);
}
