// Names of blobs and layers. In the dialect values have none: they follow from
// features and locations, and where a file had others, from `coreml.blobs`.
//
// What a branch or loop gives has the name of what it returns inside and begins
// with, so that sub-networks write to it; where that goes wrong (BlobFlow.h),
// values get names of their own, and copies.

#include "ModelExporter.h"
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/Support/Provenance.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlc;

bool mlc::isNamedByFeature(DictionaryAttr feature, bool isClassifier) {
  auto type = feature.getAs<StringAttr>("type");
  if (!type)
    return false;
  if (type == "image" || type == "multiArray")
    return true;
  return !isClassifier && (type == "double" || type == "int64");
}

static StringRef getFeatureName(DictionaryAttr feature) {
  auto name = feature ? feature.getAs<StringAttr>("name") : StringAttr();
  return name ? name.getValue() : "";
}

LogicalResult ExportedNames::assignFeatures(func::FuncOp function) {
  auto kind = function->getParentOfType<ModuleOp>()->getAttrOfType<StringAttr>(
      "coreml.kind");
  bool isClassifier = kind && kind == "neuralNetworkClassifier";
  auto fix = [&](Value value, StringRef name) {
    naming.taken.insert(name);
    naming.fixed.insert(value);
    return naming.names.try_emplace(value, naming.saver.save(name));
  };
  llvm::StringSet<> inputs, outputs;
  for (BlockArgument argument : function.getArguments()) {
    StringRef name = getFeatureName(function.getArgAttrOfType<DictionaryAttr>(
        argument.getArgNumber(), "coreml.feature"));
    if (!inputs.insert(name).second)
      return function.emitError()
             << "two inputs have the name '" << name << "'";
    fix(argument, name);
    // Preprocessing keeps the name.
    Value value = argument;
    while (value.hasOneUse() && isPreprocessing(*value.user_begin())) {
      value = value.user_begin()->getResult(0);
      fix(value, name);
    }
  }
  Operation *terminator = function.getBody().front().getTerminator();
  for (auto [index, value] : llvm::enumerate(terminator->getOperands())) {
    auto feature =
        function.getResultAttrOfType<DictionaryAttr>(index, "coreml.feature");
    if (!feature)
      return function.emitError()
             << "result " << index << " has no coreml.feature";
    if (!isNamedByFeature(feature, isClassifier))
      continue;
    StringRef name = getFeatureName(feature);
    auto [found, isNew] = fix(value, name);
    if (!isNew && found->second != name)
      return function.emitError()
             << "output '" << name << "' is the same value as '"
             << found->second << "'; in a file a value has one name";
    if (isNew && !outputs.insert(name).second)
      return function.emitError()
             << "two values have the name '" << name << "'";
  }
  return success();
}

/// Names from the file.
static ArrayAttr getFileNames(Operation *op) {
  return op->getAttrOfType<ArrayAttr>(kBlobNames);
}

static StringRef getFileName(OpResult result) {
  ArrayAttr names = getFileNames(result.getOwner());
  if (!names || result.getResultNumber() >= names.size())
    return "";
  auto name = dyn_cast<StringAttr>(names[result.getResultNumber()]);
  return name ? name.getValue() : "";
}

static StringRef getLayerName(Operation *op) {
  SmallVector<StringRef> own = layerNames(op->getLoc());
  return own.empty() ? StringRef() : own.front();
}

//===----------------------------------------------------------------------===//
// Values that share a name
//===----------------------------------------------------------------------===//

namespace {

/// Sets of values that are one blob in a file if possible.
class BlobClasses {
public:
  Value getLeader(Value value) {
    // Halves the way on the way.
    while (true) {
      auto found = parents.find(value);
      if (found == parents.end() || found->second == value)
        return value;
      value = found->second = parents.lookup(found->second);
    }
  }
  void unite(Value first, Value second) {
    first = getLeader(first);
    second = getLeader(second);
    parents[second] = first;
    parents.try_emplace(first, first);
  }
  bool contains(Value value) const { return parents.contains(value); }

private:
  llvm::DenseMap<Value, Value> parents;
};

} // namespace

/// Calls `visit` with each result of control flow, and each value that it may
/// be.
static void
forEachEdge(const Subnetworks &subnetworks, Operation *op,
            llvm::function_ref<void(Value result, Value value)> visit) {
  auto visitReturned = [&](FlatSymbolRefAttr name, ArrayRef<int64_t> states,
                           unsigned first) {
    func::FuncOp function = subnetworks.lookup(op, name);
    Operation *terminator = function.getBody().front().getTerminator();
    for (auto [index, state] : llvm::enumerate(states))
      visit(op->getResult(state), terminator->getOperand(first + index));
  };
  if (auto loop = dyn_cast<coreml::LoopOp>(op)) {
    for (auto [state, init] : llvm::zip(loop.getStates(), loop.getInits()))
      visit(state, init);
    if (FlatSymbolRefAttr condition = loop.getConditionNetworkAttr())
      visitReturned(condition, loop.getConditionStates(), 1);
    visitReturned(loop.getBodyNetworkAttr(), loop.getBodyStates(),
                  loop.getBodyMayBreak() ? 1 : 0);
  } else if (isa<coreml::BranchOp>(op)) {
    auto all = llvm::to_vector(llvm::seq<int64_t>(0, op->getNumResults()));
    for (FlatSymbolRefAttr callee : getCallees(op))
      visitReturned(callee, all, 0);
  }
}

void ExportedNames::assignShared() {
  BlobClasses classes;
  // Control flow comes first: its names are those that later layers read.
  SmallVector<OpResult> results, others;
  forEachLayer([&](Operation *op) {
    bool isControl = !getCallees(op).empty();
    for (OpResult result : op->getResults())
      if (!subnetworks.isFlag(result))
        (isControl ? results : others).push_back(result);
    forEachEdge(subnetworks, op, [&](Value result, Value value) {
      if (!subnetworks.isFlag(result) && !subnetworks.isUnset(value))
        classes.unite(result, subnetworks.getNamed(value));
    });
  });
  llvm::append_range(results, others);
  llvm::DenseMap<Value, StringRef> shared;
  auto offer = [&](Value value, StringRef name) {
    if (!name.empty() && classes.contains(value))
      shared.try_emplace(classes.getLeader(value), name);
  };
  for (OpResult result : results) {
    bool isFixed = naming.fixed.contains(result);
    offer(result, isFixed ? naming.names.lookup(result) : getFileName(result));
  }
  func::FuncOp main = subnetworks.getFunctions().front();
  for (Value argument : main.getArguments())
    offer(argument, naming.names.lookup(argument));
  for (OpResult result : results) {
    if (naming.names.contains(result))
      continue;
    StringRef name = classes.contains(result)
                         ? shared.lookup(classes.getLeader(result))
                         : StringRef();
    if (name.empty())
      name = getFileName(result);
    if (name.empty())
      continue;
    naming.taken.insert(name);
    naming.names[result] = naming.saver.save(name);
  }
  // What is left has the name of its layer, one for each class.
  forEachLayer([&](Operation *op) {
    for (OpResult result : op->getResults()) {
      if (naming.names.contains(result) || subnetworks.isFlag(result))
        continue;
      if (!classes.contains(result)) {
        separate(result);
        continue;
      }
      auto [name, isNew] = shared.try_emplace(classes.getLeader(result), "");
      if (isNew) {
        separate(result);
        name->second = naming.names.lookup(result);
      } else {
        naming.names[result] = name->second;
      }
    }
  });
}

void ExportedNames::separate(Value value) {
  auto result = cast<OpResult>(value);
  Operation *op = result.getOwner();
  StringRef layer = getLayerName(op);
  std::string name = layer.empty() ? "value" : layer.str();
  if (getNumOutputs(op) != 1)
    name += "_" + std::to_string(result.getResultNumber());
  naming.names[value] = naming.makeUnique(name);
}

//===----------------------------------------------------------------------===//
// Names of layers
//===----------------------------------------------------------------------===//

void ExportedNames::forEachLayer(
    llvm::function_ref<void(Operation *)> visit) const {
  for (func::FuncOp function : subnetworks.getFunctions())
    for (Operation &op : function.getBody().front().without_terminator())
      if (!subnetworks.isImplied(&op))
        visit(&op);
}

/// The names in one list are unique.
void ExportedNames::nameLayers(func::FuncOp function, UniqueNames &taken) {
  auto nameCopies = [&](Operation *where) {
    if (auto found = copies.find(where); found != copies.end())
      for (BlobCopy &copy : found->second)
        copy.layer = taken.make((copy.to + "_copy").str());
  };
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (isPreprocessing(&op))
      continue;
    auto branch = dyn_cast<coreml::BranchOp>(op);
    if (branch && subnetworks.isRest(branch)) {
      nameLayers(subnetworks.lookup(branch, branch.getIfBranchAttr()), taken);
      continue;
    }
    nameCopies(&op);
    // Of what stands for no layer only the ends of iterations are named.
    bool isNamed = !subnetworks.isImplied(&op) || getFlow(&op) == kBreak ||
                   getFlow(&op) == kContinue;
    StringRef name = isNamed ? getLayerName(&op) : StringRef();
    layers[&op] = name.empty() ? "" : taken.make(name);
    for (FlatSymbolRefAttr callee : getCallees(&op)) {
      UniqueNames inner;
      nameLayers(subnetworks.lookup(&op, callee), inner);
    }
  }
  nameCopies(function);
}

//===----------------------------------------------------------------------===//
// All names
//===----------------------------------------------------------------------===//

LogicalResult ExportedNames::assign(func::FuncOp function,
                                    bool allowsOverwriting) {
  if (failed(subnetworks.collect(function)) || failed(assignFeatures(function)))
    return failure();
  LogicalResult preprocessing = success();
  forEachLayer([&](Operation *op) {
    if (isPreprocessing(op) && !naming.names.contains(op->getResult(0)))
      preprocessing = op->emitError()
                      << "is preprocessing of a value that is no input or has "
                         "other readers";
    if (op->hasAttr(kOverwrites))
      naming.overwriters.insert(op);
  });
  if (failed(preprocessing))
    return failure();
  assignShared();
  // Each round separates at least one value from all others.
  while (true) {
    BlobFlow flow(
        subnetworks, naming, [&](Operation *op) { return getNumOutputs(op); },
        allowsOverwriting);
    flow.run();
    for (Value value : flow.getConflicts()) {
      separate(value);
      naming.fixed.insert(value);
    }
    if (!flow.getConflicts().empty())
      continue;
    if (flow.getFault())
      return flow.getFault()->emitError() << flow.getReason();
    copies = std::move(flow.copies);
    break;
  }
  UniqueNames taken;
  nameLayers(function, taken);
  return success();
}

ArrayRef<BlobCopy> ExportedNames::getCopies(Operation *where) const {
  auto found = copies.find(where);
  return found == copies.end() ? ArrayRef<BlobCopy>() : found->second;
}

unsigned ExportedNames::getNumOutputs(Operation *op) const {
  ArrayAttr names = getFileNames(op);
  unsigned count =
      names ? std::min<unsigned>(names.size(), op->getNumResults()) : 0;
  for (OpResult result : op->getResults())
    if (!result.use_empty())
      count = std::max(count, result.getResultNumber() + 1);
  if (!op->hasTrait<coreml::OptionalOutputs>())
    count = op->getNumResults();
  return std::max(count, 1u);
}
