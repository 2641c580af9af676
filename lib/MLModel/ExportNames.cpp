// Names of blobs and layers. In the dialect values have none: they follow from
// features and locations, and where a file had others, from `coreml.blobs`.

#include "ModelExporter.h"
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/Support/Provenance.h"

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

std::string ExportedNames::makeUnique(StringRef name,
                                      llvm::StringSet<> &taken) {
  std::string unique = name.str();
  for (int i = 2; !taken.insert(unique).second; ++i)
    unique = (name + "_" + Twine(i)).str();
  return unique;
}

static StringRef getFeatureName(DictionaryAttr feature) {
  auto name = feature ? feature.getAs<StringAttr>("name") : StringAttr();
  return name ? name.getValue() : "";
}

LogicalResult ExportedNames::assignFeatures(func::FuncOp function) {
  auto kind = function->getParentOfType<ModuleOp>()->getAttrOfType<StringAttr>(
      "coreml.kind");
  bool isClassifier = kind && kind == "neuralNetworkClassifier";
  for (BlockArgument argument : function.getArguments()) {
    StringRef name = getFeatureName(function.getArgAttrOfType<DictionaryAttr>(
        argument.getArgNumber(), "coreml.feature"));
    if (!takenBlobs.insert(name).second)
      return function.emitError()
             << "two inputs have the name '" << name << "'";
    blobs[argument] = name.str();
    // Preprocessing keeps the name.
    Value value = argument;
    while (value.hasOneUse() && isPreprocessing(*value.user_begin())) {
      value = value.user_begin()->getResult(0);
      blobs[value] = name.str();
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
    auto [found, isNew] = blobs.try_emplace(value, name.str());
    if (!isNew && found->second != name)
      return function.emitError()
             << "output '" << name << "' is the same value as '"
             << found->second << "'; in a file a value has one name";
    if (isNew && !takenBlobs.insert(name).second)
      return function.emitError()
             << "two values have the name '" << name << "'";
  }
  return success();
}

/// Names from the file, as far as they are free.
static ArrayAttr getFileNames(Operation *op) {
  return op->getAttrOfType<ArrayAttr>(kBlobNames);
}

void ExportedNames::assignLayer(Operation *op) {
  SmallVector<StringRef> own = layerNames(op->getLoc());
  StringRef layer = own.empty() ? StringRef() : own.front();
  layers[op] = layer.empty() ? "" : makeUnique(layer, takenLayers);
  bool isOnly = getNumOutputs(op) == 1;
  for (OpResult result : op->getResults()) {
    if (blobs.count(result))
      continue;
    std::string name = layer.empty() ? "value" : layer.str();
    if (!isOnly)
      name += "_" + std::to_string(result.getResultNumber());
    blobs[result] = makeUnique(name, takenBlobs);
  }
}

LogicalResult ExportedNames::assign(func::FuncOp function) {
  if (failed(assignFeatures(function)))
    return failure();
  auto operations = function.getBody().front().without_terminator();
  for (Operation &op : operations) {
    ArrayAttr names = getFileNames(&op);
    if (!names)
      continue;
    for (auto [value, name] : llvm::zip(op.getResults(), names))
      if (auto text = dyn_cast<StringAttr>(name))
        if (!blobs.count(value) && takenBlobs.insert(text.getValue()).second)
          blobs[value] = text.str();
  }
  for (Operation &op : operations) {
    if (isPreprocessing(&op)) {
      if (!blobs.count(op.getResult(0)))
        return op.emitError() << "is preprocessing of a value that is no input "
                                 "or has other readers";
      continue;
    }
    assignLayer(&op);
  }
  return success();
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
