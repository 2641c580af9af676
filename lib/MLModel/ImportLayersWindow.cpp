// Layers that look at or change the height and width of their input.

#include "LayerFields.h"
#include "LayerImporter.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;

static LogicalResult importPooling(LayerImporter &importer,
                                   const Layer &layer) {
  const spec::PoolingLayerParams &params = layer.pooling();
  if (failed(importer.setFields(params)) ||
      failed(setPadding(importer, params)))
    return failure();
  // Converters write 0 for the kernel of a global pooling, which has none.
  if (params.globalpooling()) {
    static const google::protobuf::RepeatedField<uint64_t> none;
    return success(succeeded(setPair(importer, "kernelSize", none, 1)) &&
                   succeeded(setPair(importer, "stride", none, 1)));
  }
  return success(
      succeeded(setPair(importer, "kernelSize", params.kernelsize(), 3)) &&
      succeeded(setPair(importer, "stride", params.stride(), 1)));
}

static LogicalResult importPadding(LayerImporter &importer,
                                   const Layer &layer) {
  const spec::PaddingLayerParams &params = layer.padding();
  if (failed(setBorder(importer, "paddingAmounts", params.paddingamounts())))
    return failure();
  auto setMode = [&](coreml::PaddingMode mode) {
    importer.set("mode", coreml::PaddingModeAttr::get(
                             importer.getBuilder().getContext(), mode));
    return success();
  };
  switch (params.PaddingType_case()) {
  case spec::PaddingLayerParams::kConstant:
    return importer.setFields(params.constant());
  case spec::PaddingLayerParams::kReflection:
    return setMode(coreml::PaddingMode::reflection);
  case spec::PaddingLayerParams::kReplication:
    return setMode(coreml::PaddingMode::replication);
  case spec::PaddingLayerParams::PADDINGTYPE_NOT_SET:
    break;
  }
  return importer.emitError() << "has no padding type";
}

static LogicalResult importCrop(LayerImporter &importer, const Layer &layer) {
  const spec::CropLayerParams &params = layer.crop();
  return success(
      succeeded(importer.setFields(params)) &&
      succeeded(setBorder(importer, "cropAmounts", params.cropamounts())));
}

static LogicalResult importUpsample(LayerImporter &importer,
                                    const Layer &layer) {
  const spec::UpsampleLayerParams &params = layer.upsample();
  if (failed(importer.setFields(params)))
    return failure();
  if (params.fractionalscalingfactor_size() > 0 &&
      params.scalingfactor_size() > 0)
    return importer.emitError()
           << "has both scalingFactor and fractionalScalingFactor";
  return setPair(importer, "scalingFactor", params.scalingfactor(), 1);
}

ArrayRef<LayerEntry> mlc::getWindowLayers() {
  static const LayerEntry entries[] = {
      {Layer::kPooling, "pooling", 1, 1, 1, 1, importPooling},
      {Layer::kPadding, "padding", 1, 1, 1, 1, importPadding},
      {Layer::kCrop, "crop", 1, 2, 1, 1, importCrop},
      {Layer::kUpsample, "upsample", 1, 1, 1, 1, importUpsample},
  };
  return entries;
}
