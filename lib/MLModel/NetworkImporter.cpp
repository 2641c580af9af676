// One operation a layer, in order.
#include "NetworkImporter.h"

#include "ImportGraph.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

Value NetworkImporter::createConstant(Location loc, ArrayRef<int64_t> shape,
                                      ArrayRef<float> elements) {
  auto type = RankedTensorType::get(shape, builder.getF32Type());
  return coreml::LoadConstantNDOp::create(
      builder, loc, type, DenseElementsAttr::get(type, elements));
}

Value NetworkImporter::capture(Scope &into, Value value) {
  into.captures->try_emplace(value, into.captures->size());
  // The other functions of the layer may have captured more than this one.
  for (auto &[captured, number] : *into.captures) {
    unsigned index = into.firstCapture + number;
    if (index >= into.function.getNumArguments())
      (void)into.function.insertArgument(index, captured.getType(), {},
                                         captured.getLoc());
    if (captured == value)
      return into.function.getArgument(index);
  }
  llvm_unreachable("a captured value has a number");
}

Value NetworkImporter::lookup(Scope &from, StringRef blob) {
  if (Value value = from.blobs.lookup(blob))
    return value;
  if (!from.outer)
    return {};
  Value value = lookup(*from.outer, blob);
  if (!value)
    return {};
  // What is known stays known inside: shapes may follow from it.
  auto type = cast<RankedTensorType>(value.getType());
  if (auto elements = coreml::getKnownElements(value)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&from.function.getBody().front());
    value = createConstant(value.getLoc(), type.getShape(), *elements);
  } else {
    value = capture(from, value);
  }
  from.blobs[blob] = value;
  return value;
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
  if (layer.isupdatable())
    op->setDiscardableAttr("coreml.isUpdatable", builder.getUnitAttr());
  for (auto [blob, value] : llvm::zip(layer.output(), op->getResults()))
    define(blob, value);
  return success();
}
