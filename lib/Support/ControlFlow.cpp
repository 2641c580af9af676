// The checks of calls to sub-networks.
#include "mlc/Support/ControlFlow.h"

using namespace mlir;
using namespace mlc;

static FailureOr<func::FuncOp> findCallee(Operation *op,
                                          SymbolTableCollection &symbols,
                                          FlatSymbolRefAttr name) {
  auto function = symbols.lookupNearestSymbolFrom<func::FuncOp>(op, name);
  if (!function)
    return op->emitOpError("calls ") << name << ", which is no function";
  return function;
}

LogicalResult mlc::verifyCallee(Operation *op, SymbolTableCollection &symbols,
                                FlatSymbolRefAttr name, TypeRange inputs,
                                TypeRange results) {
  FailureOr<func::FuncOp> function = findCallee(op, symbols, name);
  if (failed(function))
    return failure();
  FunctionType type = function->getFunctionType();
  if (TypeRange(type.getInputs()) != inputs)
    return op->emitOpError("calls ")
           << name << " with other operands than it takes";
  if (TypeRange(type.getResults()) != results)
    return op->emitOpError("calls ")
           << name << " for other results than it gives";
  return success();
}

bool mlc::isSingleElement(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getNumElements() == 1;
}

// One of the loop's functions; `hasFlag` if its first result is one.
static LogicalResult verifyPart(Operation *op, SymbolTableCollection &symbols,
                                FlatSymbolRefAttr name, TypeRange inputs,
                                TypeRange states, ArrayRef<int64_t> numbers,
                                bool hasFlag) {
  FailureOr<func::FuncOp> function = findCallee(op, symbols, name);
  if (failed(function))
    return failure();
  SmallVector<Type> results;
  if (hasFlag) {
    ArrayRef<Type> given = function->getResultTypes();
    if (given.empty() || !isSingleElement(given.front()))
      return op->emitOpError("needs one element from ")
             << name << " to say whether it goes on";
    results.push_back(given.front());
  }
  for (int64_t number : numbers) {
    if (number < 0 || number >= static_cast<int64_t>(states.size()))
      return op->emitOpError("has no state ") << number;
    results.push_back(states[number]);
  }
  return verifyCallee(op, symbols, name, inputs, results);
}

LogicalResult mlc::verifyLoop(Operation *op, SymbolTableCollection &symbols,
                              TypeRange states, TypeRange captures,
                              FlatSymbolRefAttr condition,
                              ArrayRef<int64_t> conditionStates,
                              FlatSymbolRefAttr body,
                              ArrayRef<int64_t> bodyStates, bool mayBreak) {
  SmallVector<Type> inputs(states);
  inputs.append(captures.begin(), captures.end());
  if (condition && failed(verifyPart(op, symbols, condition, inputs, states,
                                     conditionStates, /*hasFlag=*/true)))
    return failure();
  return verifyPart(op, symbols, body, inputs, states, bodyStates, mayBreak);
}
