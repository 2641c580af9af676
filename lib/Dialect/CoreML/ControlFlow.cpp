// Branches and loops: the checks of what they call.
#include "mlc/Support/ControlFlow.h"
#include "mlc/Dialect/CoreML/CoreML.h"

using namespace mlir;
using namespace mlir::coreml;

LogicalResult BranchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (!mlc::isSingleElement(getCondition().getType()))
    return emitOpError("needs a condition of one element");
  for (FlatSymbolRefAttr name : {getIfBranchAttr(), getElseBranchAttr()})
    if (failed(mlc::verifyCallee(*this, symbols, name, getCaptures().getTypes(),
                                 getResultTypes())))
      return failure();
  return success();
}

LogicalResult LoopOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (getCount() && !mlc::isSingleElement(getCount().getType()))
    return emitOpError("needs a count of one element");
  if (TypeRange(getInits().getTypes()) != getResultTypes())
    return emitOpError("needs one init of the same type for each state");
  return mlc::verifyLoop(*this, symbols, getResultTypes(),
                         getCaptures().getTypes(), getConditionNetworkAttr(),
                         getConditionStates(), getBodyNetworkAttr(),
                         getBodyStates(), getBodyMayBreak());
}
