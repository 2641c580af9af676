// Reading what assign-precision has decided.
#include "mlc/Dialect/NN/Precision.h"

#include "mlc/Dialect/NN/NN.h"

using namespace mlir;

bool nn::isKeptInFloat(Operation *op) {
  auto precision = op->getAttrOfType<StringAttr>(kPrecisionAttr);
  return precision && precision.getValue() == "f32";
}

bool nn::hasFloatResults(Operation *op) {
  auto precision = op->getAttrOfType<StringAttr>(kResultPrecisionAttr);
  return isKeptInFloat(op) || (precision && precision.getValue() == "f32");
}

bool nn::isView(Operation *op) {
  return isa<ReshapeOp, TransposeOp, SliceOp>(op);
}
