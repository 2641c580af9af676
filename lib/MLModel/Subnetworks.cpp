// Walks from the main function into what branches and loops call.

#include "Subnetworks.h"

using namespace mlir;
using namespace mlc;

StringRef mlc::getFlow(Operation *op) {
  auto flow = op->getAttrOfType<StringAttr>(kFlow);
  return flow ? flow.getValue() : "";
}

SmallVector<FlatSymbolRefAttr> mlc::getCallees(Operation *op) {
  if (auto branch = dyn_cast<coreml::BranchOp>(op))
    return {branch.getIfBranchAttr(), branch.getElseBranchAttr()};
  auto loop = dyn_cast<coreml::LoopOp>(op);
  if (!loop)
    return {};
  if (loop.getConditionNetworkAttr())
    return {loop.getConditionNetworkAttr(), loop.getBodyNetworkAttr()};
  return {loop.getBodyNetworkAttr()};
}

static bool isFlagConstant(Operation *op) {
  StringRef flow = getFlow(op);
  return isa<coreml::LoadConstantNDOp>(op) &&
         (flow == kFlag || flow == kBreak || flow == kContinue);
}

func::FuncOp Subnetworks::lookup(Operation *caller,
                                 FlatSymbolRefAttr name) const {
  return symbols.lookupNearestSymbolFrom<func::FuncOp>(caller, name);
}

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

LogicalResult Subnetworks::collect(func::FuncOp main) {
  if (failed(collect(main, 0)))
    return failure();
  for (func::FuncOp function : functions)
    if (failed(checkFlags(function)))
      return failure();
  return success();
}

LogicalResult Subnetworks::collect(func::FuncOp function, int depth) {
  if (depth > kMaxLevels)
    return function.emitError() << "is inside more than " << kMaxLevels
                                << " levels of branches and loops";
  if (!function.getBody().hasOneBlock())
    return function.emitError() << "is not one block";
  functions.push_back(function);
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (op.getName().getDialectNamespace() != "coreml")
      return op.emitError() << op.getName() << " is no layer";
    if (failed(collectCallees(&op, depth)) || failed(findFlags(&op)))
      return failure();
  }
  return success();
}

LogicalResult Subnetworks::collectCallees(Operation *op, int depth) {
  for (FlatSymbolRefAttr name : getCallees(op)) {
    func::FuncOp callee = lookup(op, name);
    if (!callee)
      return op->emitError() << "there is no function " << name;
    if (callee == functions.front() || !callers.try_emplace(callee, op).second)
      return op->emitError() << "calls " << name
                             << ", which has another caller; in a file each "
                                "layer has its own sub-networks";
    if (failed(collect(callee, depth + 1)))
      return failure();
  }
  return success();
}

static Value getReturned(func::FuncOp function, unsigned index) {
  return function.getBody().front().getTerminator()->getOperand(index);
}

LogicalResult Subnetworks::findFlags(Operation *op) {
  if (isFlagConstant(op)) {
    flags.insert(op->getResult(0));
    return success();
  }
  auto branch = dyn_cast<coreml::BranchOp>(op);
  if (!branch)
    return success();
  func::FuncOp then = lookup(op, branch.getIfBranchAttr());
  func::FuncOp other = lookup(op, branch.getElseBranchAttr());
  for (OpResult result : op->getResults()) {
    bool isOne = isFlag(getReturned(then, result.getResultNumber()));
    bool isOther = isFlag(getReturned(other, result.getResultNumber()));
    if (isOne != isOther)
      return op->emitError() << "its result " << result.getResultNumber()
                             << " says on one side only whether a loop goes on";
    if (isOne)
      flags.insert(result);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// The other side of a rest is where the iteration has ended.
LogicalResult Subnetworks::checkRest(coreml::BranchOp op) const {
  func::FuncOp other = lookup(op, op.getElseBranchAttr());
  for (Operation &inner : other.getBody().front().without_terminator())
    if (!isImplied(&inner))
      return inner.emitError()
             << "stands where an iteration has ended, which no file can say";
  if (!isFlag(op.getCondition()))
    return op.emitError() << kFlow << " is '" << kRest
                          << "', but its condition does not say whether a "
                             "loop goes on";
  return success();
}

/// What says whether a loop goes on is known to the order of layers alone.
LogicalResult Subnetworks::checkFlags(func::FuncOp function) const {
  auto fail =
      [](Operation *op) {
        return op->emitError()
               << "reads whether a loop goes on, which no blob of a file says";
      };
  auto reads = [&](ValueRange values) {
    return llvm::any_of(values, [&](Value value) { return isFlag(value); });
  };
  Block &block = function.getBody().front();
  for (Operation &op : block.without_terminator()) {
    auto branch = dyn_cast<coreml::BranchOp>(op);
    auto loop = dyn_cast<coreml::LoopOp>(op);
    if (branch && isRest(branch)) {
      if (failed(checkRest(branch)))
        return failure();
    } else if (branch ? isFlag(branch.getCondition())
               : loop ? (loop.getCount() && isFlag(loop.getCount())) ||
                            reads(loop.getInits())
                      : reads(op.getOperands())) {
      return fail(&op);
    }
  }
  // The sides of a branch may return flags, and so may a body, as its first.
  Operation *caller = callers.lookup(function);
  if (isa_and_nonnull<coreml::BranchOp>(caller))
    return success();
  auto loop = cast_if_present<coreml::LoopOp>(caller);
  bool isBody = loop && lookup(loop, loop.getBodyNetworkAttr()) == function;
  ValueRange returned = block.getTerminator()->getOperands();
  if (isBody && loop.getBodyMayBreak())
    returned = returned.drop_front();
  return reads(returned) ? LogicalResult(fail(block.getTerminator()))
                         : success();
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Value Subnetworks::resolve(Value value) const {
  while (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *caller = callers.lookup(argument.getOwner()->getParentOp());
    unsigned number = argument.getArgNumber();
    if (auto branch = dyn_cast_or_null<coreml::BranchOp>(caller)) {
      value = branch.getCaptures()[number];
      continue;
    }
    auto loop = dyn_cast_or_null<coreml::LoopOp>(caller);
    if (!loop || number < loop->getNumResults())
      return value;
    value = loop.getCaptures()[number - loop->getNumResults()];
  }
  return value;
}

Value Subnetworks::getNamed(Value value) const {
  value = resolve(value);
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return value;
  Operation *caller = callers.lookup(argument.getOwner()->getParentOp());
  return caller ? Value(caller->getResult(argument.getArgNumber())) : value;
}

bool Subnetworks::isUnset(Value value) const {
  Operation *op = resolve(value).getDefiningOp();
  return isa_and_nonnull<coreml::LoadConstantNDOp>(op) && isImplied(op) &&
         !isFlagConstant(op);
}

bool Subnetworks::isImplied(Operation *op) const {
  if (isFlagConstant(op))
    return true;
  // Whatever else reads it needs a layer.
  return getFlow(op) == kUnset && isa<coreml::LoadConstantNDOp>(op) &&
         llvm::all_of(op->getUses(), [&](OpOperand &use) {
           if (auto loop = dyn_cast<coreml::LoopOp>(use.getOwner()))
             return llvm::is_contained(loop.getInits(), use.get()) &&
                    !llvm::is_contained(loop.getCaptures(), use.get());
           return isa<func::ReturnOp>(use.getOwner()) &&
                  isa_and_nonnull<coreml::BranchOp>(
                      callers.lookup(use.getOwner()->getParentOp()));
         });
}

bool Subnetworks::mayStopInside(func::FuncOp function) const {
  return llvm::any_of(function.getBody().front(), [&](Operation &op) {
    return isa<coreml::BranchOp>(op) &&
           llvm::any_of(op.getResults(),
                        [&](Value result) { return isFlag(result); });
  });
}
