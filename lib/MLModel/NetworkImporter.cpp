// One operation a layer, in order.
#include "NetworkImporter.h"

#include "ImportGraph.h"
#include "ModelExporter.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

Value NetworkImporter::createConstant(Location loc, ArrayRef<int64_t> shape,
                                      ArrayRef<float> elements,
                                      StringRef flow) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  auto op = coreml::LoadConstantNDOp::create(
      builder, loc, type, DenseElementsAttr::get(type, elements));
  if (!flow.empty())
    op->setDiscardableAttr(kFlow, builder.getStringAttr(flow));
  return op;
}

void NetworkImporter::keepNames(Operation *op, ArrayRef<StringRef> names) {
  if (keepsForm)
    op->setDiscardableAttr(kBlobNames, builder.getStrArrayAttr(names));
}

/// What is known stays known inside: shapes may follow from it.
DictionaryAttr NetworkImporter::describeCapture(Value value) {
  auto elements = keepsForm ? coreml::getKnownElements(value) : std::nullopt;
  if (!elements)
    return {};
  auto type = cast<RankedTensorType>(value.getType());
  auto attr = DenseElementsAttr::get(
      RankedTensorType::get(type.getShape(), builder.getF32Type()),
      ArrayRef<float>(*elements));
  return builder.getDictionaryAttr(
      builder.getNamedAttr(coreml::kKnownElements, attr));
}

// The function's type says what its block's arguments are: set once for many of
// them, for each type lives as long as the context.
void NetworkImporter::settleArguments(Scope &scope) {
  Block &entry = scope.function.getBody().front();
  scope.function.setFunctionType(builder.getFunctionType(
      entry.getArgumentTypes(), scope.function.getResultTypes()));
  if (scope.attributes.empty())
    return;
  scope.attributes.resize(entry.getNumArguments());
  for (DictionaryAttr &attributes : scope.attributes)
    if (!attributes)
      attributes = builder.getDictionaryAttr({});
  scope.function.setAllArgAttrs(scope.attributes);
}

Value NetworkImporter::capture(Scope &into, Value value) {
  unsigned wanted =
      into.captures->try_emplace(value, into.captures->size()).first->second;
  // The other functions of the layer may have captured more than this one.
  Block &entry = into.function.getBody().front();
  while (entry.getNumArguments() <= into.firstCapture + wanted) {
    unsigned index = entry.getNumArguments();
    Value captured =
        (into.captures->begin() + (index - into.firstCapture))->first;
    entry.addArgument(captured.getType(), captured.getLoc());
    if (DictionaryAttr attributes = describeCapture(captured)) {
      into.attributes.resize(index);
      into.attributes.push_back(attributes);
    }
    // What is known of arguments is read from the function's attributes.
    if (!into.attributes.empty())
      settleArguments(into);
  }
  return entry.getArgument(into.firstCapture + wanted);
}

Value NetworkImporter::lookup(Scope &from, StringRef blob) {
  if (Value value = from.blobs.lookup(blob))
    return value;
  if (!from.outer)
    return {};
  Value value = lookup(*from.outer, blob);
  if (!value)
    return {};
  // What is known is simplest as a constant, but no layer of the file.
  bool isFlag = isFlagName(blob);
  auto type = cast<RankedTensorType>(value.getType());
  auto elements =
      keepsForm && !isFlag ? std::nullopt : coreml::getKnownElements(value);
  if (elements) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&from.function.getBody().front());
    value = createConstant(value.getLoc(), type.getShape(), *elements,
                           isFlag ? StringRef(kFlag) : "");
  } else {
    value = capture(from, value);
  }
  from.blobs[blob] = value;
  return value;
}

/// What a blob is at the end of a sub-network; if it is what it was before, no
/// layer gives it.
Value NetworkImporter::lookupResult(Scope &from, StringRef blob) {
  Value value = from.blobs.lookup(blob);
  if (value || !from.outer)
    return value;
  value = lookupResult(*from.outer, blob);
  return value ? capture(from, value) : Value();
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// With EXACT_ARRAY_MAPPING a layer may state the ranks of what it reads.
LogicalResult NetworkImporter::checkRanks(const Layer &layer, ValueRange inputs,
                                          Location loc) {
  if (!checksRanks)
    return success();
  for (auto [index, value] : llvm::enumerate(inputs)) {
    if (static_cast<int>(index) >= layer.inputtensor_size())
      break;
    unsigned declared = layer.inputtensor(index).rank();
    int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
    if (declared != 0 && declared != rank)
      return mlir::emitError(loc)
             << "input '" << layer.input(index) << "' should have rank "
             << declared << ", but has " << rank;
  }
  return success();
}

LogicalResult NetworkImporter::readInputs(const Layer &layer, Location loc,
                                          SmallVectorImpl<Value> &inputs) {
  for (const std::string &blob : layer.input()) {
    inputs.push_back(lookup(blob));
    // Of the network itself the graph was checked before.
    if (!inputs.back())
      return mlir::emitError(loc)
             << "input '" << blob << "' is not written before";
  }
  return checkRanks(layer, inputs, loc);
}

LogicalResult NetworkImporter::importLayer(const Layer &layer, int index) {
  SmallVector<Value> inputs;
  Location loc = getLayerLocation(builder.getContext(), layer, index);
  if (failed(readInputs(layer, loc, inputs)))
    return failure();
  const LayerEntry &entry = *lookupLayer(layer.layer_case());
  LayerImporter importer(builder, loc, entry.operation, owner, inputs,
                         layer.output_size());
  if (failed(entry.import(importer, layer)))
    return failure();
  Operation *op = importer.create();
  if (!op)
    return failure();
  if (options.onLayer)
    options.onLayer(layer, op);
  if (layer.isupdatable())
    op->setDiscardableAttr("coreml.isUpdatable", builder.getUnitAttr());
  for (auto [blob, value] : llvm::zip(layer.output(), op->getResults()))
    define(blob, value);
  keepNames(
      op, SmallVector<StringRef>(layer.output().begin(), layer.output().end()));
  return success();
}
