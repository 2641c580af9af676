// Layers with weights. Their shapes follow from the sizes that the layer
// declares, so that too few or too many elements are found here.

#include "LayerFields.h"
#include "LayerImporter.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;

static LogicalResult importConvolution(LayerImporter &importer,
                                       const Layer &layer) {
  const spec::ConvolutionLayerParams &params = layer.convolution();
  if (failed(importer.setFields(params)) ||
      failed(setPadding(importer, params)) ||
      failed(importer.checkSizes("outputChannels", params.outputchannels())) ||
      failed(importer.checkSizes("kernelChannels", params.kernelchannels())))
    return failure();
  // The specification has outputShape for deconvolutions alone.
  if (!params.isdeconvolution())
    importer.unset("outputShape");
  FailureOr<SmallVector<int64_t>> kernel =
      getPair(importer, "kernelSize", params.kernelsize(), 3);
  if (failed(kernel) ||
      failed(setPair(importer, "stride", params.stride(), 1)) ||
      failed(setPair(importer, "dilationFactor", params.dilationfactor(), 1)))
    return failure();
  int64_t groups = std::max<int64_t>(params.ngroups(), 1);
  int64_t outputs = params.outputchannels();
  importer.set("nGroups", importer.getBuilder().getI64IntegerAttr(groups));
  if (outputs % groups)
    return importer.emitError() << "outputChannels is " << outputs
                                << ", no multiple of nGroups, " << groups;
  int64_t inputs = params.kernelchannels();
  SmallVector<int64_t> shape = {outputs, inputs};
  if (params.isdeconvolution()) {
    // Those of all groups.
    if (inputs % groups)
      return importer.emitError() << "kernelChannels is " << inputs
                                  << ", no multiple of nGroups, " << groups;
    shape = {inputs, outputs / groups};
  }
  shape.append(*kernel);
  if (importer.getInputs().size() == 2) {
    auto given = cast<RankedTensorType>(importer.getInputs()[1].getType());
    if (given.getShape() != ArrayRef(shape))
      return importer.emitError()
             << "weights should have the shape " << formatShape(shape)
             << ", but the second input has " << formatShape(given.getShape());
  } else if (failed(
                 importer.setWeights("weights", params.weights(), shape,
                                     params.isdeconvolution() ? 1 : 0,
                                     params.isdeconvolution() ? groups : 1))) {
    return failure();
  }
  return params.hasbias() ? importer.setWeights("bias", params.bias(), outputs)
                          : success();
}

static LogicalResult importInnerProduct(LayerImporter &importer,
                                        const Layer &layer) {
  const spec::InnerProductLayerParams &params = layer.innerproduct();
  if (failed(importer.setFields(params)) ||
      failed(importer.checkSizes("inputChannels", params.inputchannels())) ||
      failed(importer.checkSizes("outputChannels", params.outputchannels())))
    return failure();
  int64_t inputs = params.inputchannels(), outputs = params.outputchannels();
  if (failed(
          importer.setWeights("weights", params.weights(), {outputs, inputs})))
    return failure();
  return params.hasbias() ? importer.setWeights("bias", params.bias(), outputs)
                          : success();
}

static LogicalResult importEmbedding(LayerImporter &importer,
                                     const Layer &layer) {
  const spec::EmbeddingLayerParams &params = layer.embedding();
  if (failed(importer.setFields(params)) ||
      failed(importer.checkSizes("inputDim", params.inputdim())) ||
      failed(importer.checkSizes("outputChannels", params.outputchannels())))
    return failure();
  int64_t inputs = params.inputdim(), outputs = params.outputchannels();
  if (failed(
          importer.setWeights("weights", params.weights(), {outputs, inputs})))
    return failure();
  return params.hasbias() ? importer.setWeights("bias", params.bias(), outputs)
                          : success();
}

static LogicalResult importBatchnorm(LayerImporter &importer,
                                     const Layer &layer) {
  const spec::BatchnormLayerParams &params = layer.batchnorm();
  if (failed(importer.setFields(params)) ||
      failed(importer.checkSizes("channels", params.channels())))
    return failure();
  setOr(importer, "epsilon", params.epsilon(), 1e-5f);
  int64_t channels = params.channels();
  if (failed(importer.setWeights("gamma", params.gamma(), channels)) ||
      failed(importer.setWeights("beta", params.beta(), channels)))
    return failure();
  // Where they are computed from the input, those of the file mean nothing.
  if (params.computemeanvar())
    return success();
  return success(
      succeeded(importer.setWeights("mean", params.mean(), channels)) &&
      succeeded(importer.setWeights("variance", params.variance(), channels)));
}

static LogicalResult importScale(LayerImporter &importer, const Layer &layer) {
  const spec::ScaleLayerParams &params = layer.scale();
  if (failed(importer.setFields(params)))
    return failure();
  FailureOr<SmallVector<int64_t>> shape =
      getShape(importer, "shapeScale", params.shapescale());
  if (failed(shape) ||
      failed(importer.setWeights("scale", params.scale(), *shape)))
    return failure();
  if (!params.hasbias())
    return success();
  shape = getShape(importer, "shapeBias", params.shapebias());
  return failed(shape) ? failure()
                       : importer.setWeights("bias", params.bias(), *shape);
}

static LogicalResult importBias(LayerImporter &importer, const Layer &layer) {
  const spec::BiasLayerParams &params = layer.bias();
  FailureOr<SmallVector<int64_t>> shape =
      getShape(importer, "shape", params.shape());
  if (failed(shape) || failed(importer.setFields(params)))
    return failure();
  return importer.setWeights("bias", params.bias(), *shape);
}

static LogicalResult importLoadConstant(LayerImporter &importer,
                                        const Layer &layer) {
  const spec::LoadConstantLayerParams &params = layer.loadconstant();
  FailureOr<SmallVector<int64_t>> shape =
      getShape(importer, "shape", params.shape());
  if (failed(shape) || failed(importer.setFields(params)))
    return failure();
  return importer.setWeights("data", params.data(), *shape);
}

ArrayRef<LayerEntry> mlc::getWeightedLayers() {
  static const LayerEntry entries[] = {
      {Layer::kConvolution, "convolution", 1, 2, 1, 1, importConvolution},
      {Layer::kInnerProduct, "inner_product", 1, 1, 1, 1, importInnerProduct},
      {Layer::kEmbedding, "embedding", 1, 1, 1, 1, importEmbedding},
      {Layer::kBatchnorm, "batchnorm", 1, 1, 1, 1, importBatchnorm},
      {Layer::kScale, "scale", 1, 1, 1, 1, importScale},
      {Layer::kBias, "bias", 1, 1, 1, 1, importBias},
      {Layer::kLoadConstant, "load_constant", 0, 0, 1, 1, importLoadConstant},
  };
  return entries;
}
