// Activations, arithmetic, normalisation and reduction: layers that are a few
// numbers.

#include "LayerFields.h"
#include "LayerImporter.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;
using Activation = spec::ActivationParams;

/// Sets `kind` and the fields of one activation, which are named alike.
template <typename Params>
static LogicalResult setActivation(LayerImporter &importer, StringRef kind,
                                   const Params &params) {
  return success(succeeded(importer.setEnum("kind", kind)) &&
                 succeeded(importer.setFields(params)));
}

static LogicalResult importActivation(LayerImporter &importer,
                                      const Layer &layer) {
  const Activation &params = layer.activation();
  switch (params.NonlinearityType_case()) {
  case Activation::kLinear:
    return setActivation(importer, "linear", params.linear());
  case Activation::kReLU:
    return setActivation(importer, "relu", params.relu());
  case Activation::kLeakyReLU:
    return setActivation(importer, "leaky_relu", params.leakyrelu());
  case Activation::kThresholdedReLU:
    return setActivation(importer, "thresholded_relu",
                         params.thresholdedrelu());
  case Activation::kPReLU:
    return success(
        succeeded(importer.setEnum("kind", "prelu")) &&
        succeeded(importer.setWeights("alpha", params.prelu().alpha())));
  case Activation::kTanh:
    return setActivation(importer, "tanh", params.tanh());
  case Activation::kScaledTanh:
    return setActivation(importer, "scaled_tanh", params.scaledtanh());
  case Activation::kSigmoid:
    return setActivation(importer, "sigmoid", params.sigmoid());
  case Activation::kSigmoidHard:
    return setActivation(importer, "sigmoid_hard", params.sigmoidhard());
  case Activation::kELU:
    return setActivation(importer, "elu", params.elu());
  case Activation::kSoftsign:
    return setActivation(importer, "softsign", params.softsign());
  case Activation::kSoftplus:
    return setActivation(importer, "softplus", params.softplus());
  case Activation::kParametricSoftplus:
    return success(succeeded(importer.setEnum("kind", "parametric_softplus")) &&
                   succeeded(importer.setWeights(
                       "alpha", params.parametricsoftplus().alpha())) &&
                   succeeded(importer.setWeights(
                       "beta", params.parametricsoftplus().beta())));
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
      {Layer::kL2Normalize, "l2normalize", 1, 1, 1, 1, importL2Normalize},
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
