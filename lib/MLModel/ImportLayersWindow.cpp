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
  if (failed(importer.setFields(params)))
    return failure();
  // Amounts are for one input, an offset is for two.
  if (importer.getInputs().size() == 2)
    return success();
  importer.unset("offset");
  return setBorder(importer, "cropAmounts", params.cropamounts());
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
  // A factor of 0 means its default.
  google::protobuf::RepeatedField<uint64_t> factors(params.scalingfactor());
  llvm::replace(factors, uint64_t(0), uint64_t(1));
  return setPair(importer, "scalingFactor", factors, 1);
}

// The size and the sampling that both resizing layers have.
template <typename Params>
static LogicalResult setSampling(LayerImporter &importer,
                                 const Params &params) {
  return success(
      succeeded(importer.setFields(params)) &&
      succeeded(importer.setFields(params.mode())) &&
      succeeded(setPair(importer, "targetSize", params.targetsize(), 1)));
}

static LogicalResult importResizeBilinear(LayerImporter &importer,
                                          const Layer &layer) {
  return setSampling(importer, layer.resizebilinear());
}

static LogicalResult importCropResize(LayerImporter &importer,
                                      const Layer &layer) {
  const spec::CropResizeLayerParams &params = layer.cropresize();
  if (failed(setSampling(importer, params)) ||
      failed(importer.setFields(params.boxindicesmode())))
    return failure();
  setOr(importer, "spatialScale", params.spatialscale(), 1);
  return success();
}

ArrayRef<LayerEntry> mlc::getWindowLayers() {
  static const LayerEntry entries[] = {
      {Layer::kPooling, "pooling", 1, 1, 1, 1, importPooling},
      {Layer::kPadding, "padding", 1, 1, 1, 1, importPadding},
      {Layer::kCrop, "crop", 1, 2, 1, 1, importCrop},
      {Layer::kUpsample, "upsample", 1, 1, 1, 1, importUpsample},
      {Layer::kResizeBilinear, "resize_bilinear", 1, 1, 1, 1,
       importResizeBilinear},
      {Layer::kCropResize, "crop_resize", 2, 2, 1, 1, importCropResize},
  };
  return entries;
}
