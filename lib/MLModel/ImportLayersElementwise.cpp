// Activations, arithmetic, normalisation and reduction: layers that are a few
// numbers.

#include "LayerFields.h"
#include "LayerImporter.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;
using Activation = spec::ActivationParams;

/// Sets the activation's kind and those of its parameters that are plain
/// numbers; weights are for the caller.
static LogicalResult setActivation(LayerImporter &importer,
                                   coreml::ActivationKind kind,
                                   std::optional<float> alpha = std::nullopt,
                                   std::optional<float> beta = std::nullopt) {
  Builder &builder = importer.getBuilder();
  auto type = RankedTensorType::get(1, builder.getF32Type());
  importer.set("kind",
               coreml::ActivationKindAttr::get(builder.getContext(), kind));
  if (alpha)
    importer.set("alpha", DenseElementsAttr::get(type, *alpha));
  if (beta)
    importer.set("beta", DenseElementsAttr::get(type, *beta));
  return success();
}

static LogicalResult importActivation(LayerImporter &importer,
                                      const Layer &layer) {
  using Kind = coreml::ActivationKind;
  const Activation &params = layer.activation();
  switch (params.NonlinearityType_case()) {
  case Activation::kLinear:
    return setActivation(importer, Kind::linear, params.linear().alpha(),
                         params.linear().beta());
  case Activation::kReLU:
    return setActivation(importer, Kind::relu);
  case Activation::kLeakyReLU:
    return setActivation(importer, Kind::leaky_relu,
                         params.leakyrelu().alpha());
  case Activation::kThresholdedReLU:
    return setActivation(importer, Kind::thresholded_relu,
                         params.thresholdedrelu().alpha());
  case Activation::kPReLU:
    if (failed(setActivation(importer, Kind::prelu)))
      return failure();
    return importer.setWeights("alpha", params.prelu().alpha());
  case Activation::kTanh:
    return setActivation(importer, Kind::tanh);
  case Activation::kScaledTanh:
    return setActivation(importer, Kind::scaled_tanh,
                         params.scaledtanh().alpha(),
                         params.scaledtanh().beta());
  case Activation::kSigmoid:
    return setActivation(importer, Kind::sigmoid);
  case Activation::kSigmoidHard:
    return setActivation(importer, Kind::sigmoid_hard,
                         params.sigmoidhard().alpha(),
                         params.sigmoidhard().beta());
  case Activation::kELU:
    return setActivation(importer, Kind::elu, params.elu().alpha());
  case Activation::kSoftsign:
    return setActivation(importer, Kind::softsign);
  case Activation::kSoftplus:
    return setActivation(importer, Kind::softplus);
  case Activation::kParametricSoftplus: {
    const auto &softplus = params.parametricsoftplus();
    if (failed(setActivation(importer, Kind::parametric_softplus)))
      return failure();
    return success(succeeded(importer.setWeights("alpha", softplus.alpha())) &&
                   succeeded(importer.setWeights("beta", softplus.beta())));
  }
  case Activation::NONLINEARITYTYPE_NOT_SET:
    break;
  }
  return importer.emitError() << "has no activation function";
}

static LogicalResult importUnary(LayerImporter &importer, const Layer &layer) {
  const spec::UnaryFunctionLayerParams &params = layer.unary();
  if (failed(importer.setFields(params)))
    return failure();
  setOr(importer, "epsilon", params.epsilon(), 1e-6f);
  setOr(importer, "scale", params.scale(), 1);
  return success();
}

static LogicalResult importLRN(LayerImporter &importer, const Layer &layer) {
  const spec::LRNLayerParams &params = layer.lrn();
  if (failed(importer.setFields(params)) ||
      failed(importer.checkSizes("localSize", params.localsize())))
    return failure();
  setOr(importer, "k", params.k(), 1);
  return success();
}

static LogicalResult importL2Normalize(LayerImporter &importer,
                                       const Layer &layer) {
  setOr(importer, "epsilon", layer.l2normalize().epsilon(), 1e-6f);
  return success();
}

static LogicalResult importMVN(LayerImporter &importer, const Layer &layer) {
  if (failed(importer.setFields(layer.mvn())))
    return failure();
  setOr(importer, "epsilon", layer.mvn().epsilon(), 1e-6f);
  return success();
}

static LogicalResult importReduce(LayerImporter &importer, const Layer &layer) {
  if (failed(importer.setFields(layer.reduce())))
    return failure();
  setOr(importer, "epsilon", layer.reduce().epsilon(), 1e-6f);
  return success();
}

static LogicalResult importSoftmax(LayerImporter &importer,
                                   const Layer &layer) {
  return importer.setFields(layer.softmax());
}

/// With two inputs or more, alpha means nothing.
template <typename Params>
static LogicalResult importSumOrProduct(LayerImporter &importer,
                                        const Params &params) {
  return importer.getInputs().size() == 1 ? importer.setFields(params)
                                          : success();
}

static LogicalResult importAdd(LayerImporter &importer, const Layer &layer) {
  return importSumOrProduct(importer, layer.add());
}

static LogicalResult importMultiply(LayerImporter &importer,
                                    const Layer &layer) {
  return importSumOrProduct(importer, layer.multiply());
}

static LogicalResult importAverage(LayerImporter &importer,
                                   const Layer &layer) {
  return importer.setFields(layer.average());
}

static LogicalResult importMax(LayerImporter &importer, const Layer &layer) {
  return importer.setFields(layer.max());
}

static LogicalResult importMin(LayerImporter &importer, const Layer &layer) {
  return importer.setFields(layer.min());
}

static LogicalResult importDot(LayerImporter &importer, const Layer &layer) {
  return importer.setFields(layer.dot());
}

ArrayRef<LayerEntry> mlc::getElementwiseLayers() {
  static const LayerEntry entries[] = {
      {Layer::kActivation, "activation", 1, 1, 1, 1, importActivation},
      {Layer::kUnary, "unary", 1, 1, 1, 1, importUnary},
      {Layer::kSoftmax, "softmax", 1, 1, 1, 1, importSoftmax},
      {Layer::kLrn, "lrn", 1, 1, 1, 1, importLRN},
      {Layer::kL2Normalize, "l2_normalize", 1, 1, 1, 1, importL2Normalize},
      {Layer::kMvn, "mvn", 1, 1, 1, 1, importMVN},
      {Layer::kReduce, "reduce", 1, 1, 1, 1, importReduce},
      {Layer::kAdd, "add", 1, kAny, 1, 1, importAdd},
      {Layer::kMultiply, "multiply", 1, kAny, 1, 1, importMultiply},
      {Layer::kAverage, "average", 1, kAny, 1, 1, importAverage},
      {Layer::kMax, "max", 1, kAny, 1, 1, importMax},
      {Layer::kMin, "min", 1, kAny, 1, 1, importMin},
      {Layer::kDot, "dot", 2, 2, 1, 1, importDot},
  };
  return entries;
}
