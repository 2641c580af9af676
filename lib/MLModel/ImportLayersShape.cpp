// Layers that only move elements: joining, cutting, reordering.

#include "LayerFields.h"
#include "LayerImporter.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;

static LogicalResult importConcat(LayerImporter &importer, const Layer &layer) {
  return importer.setFields(layer.concat());
}

static LogicalResult importSplit(LayerImporter &importer, const Layer &layer) {
  return importer.setFields(layer.split());
}

static LogicalResult importSlice(LayerImporter &importer, const Layer &layer) {
  const spec::SliceLayerParams &params = layer.slice();
  if (failed(importer.setFields(params)))
    return failure();
  if (params.stride() == 0)
    importer.set("stride", importer.getBuilder().getI64IntegerAttr(1));
  return success();
}

static LogicalResult importReorganizeData(LayerImporter &importer,
                                          const Layer &layer) {
  const spec::ReorganizeDataLayerParams &params = layer.reorganizedata();
  return success(
      succeeded(importer.checkSizes("blockSize", params.blocksize())) &&
      succeeded(importer.setFields(params)));
}

static LogicalResult importPermute(LayerImporter &importer,
                                   const Layer &layer) {
  return importer.setFields(layer.permute());
}

static LogicalResult importReshape(LayerImporter &importer,
                                   const Layer &layer) {
  // An empty list is left out of the fields, but the operation needs one.
  importer.set("targetShape", importer.getBuilder().getDenseI64ArrayAttr({}));
  return importer.setFields(layer.reshape());
}

static LogicalResult importFlatten(LayerImporter &importer,
                                   const Layer &layer) {
  return importer.setFields(layer.flatten());
}

ArrayRef<LayerEntry> mlc::getShapeLayers() {
  static const LayerEntry entries[] = {
      {Layer::kConcat, "concat", 1, kAny, 1, 1, importConcat},
      {Layer::kSplit, "split", 1, 1, 1, kAny, importSplit},
      {Layer::kSlice, "slice", 1, 1, 1, 1, importSlice},
      {Layer::kReorganizeData, "reorganize_data", 1, 1, 1, 1,
       importReorganizeData},
      {Layer::kPermute, "permute", 1, 1, 1, 1, importPermute},
      {Layer::kReshape, "reshape", 1, 1, 1, 1, importReshape},
      {Layer::kFlatten, "flatten", 1, 1, 1, 1, importFlatten},
  };
  return entries;
}
