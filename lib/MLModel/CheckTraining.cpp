// Training on the device: what may be updated, and losses.
#include "Checks.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

using namespace mlc;
using llvm::Twine;
using Layer = spec::NeuralNetworkLayer;

/// Whether the network is there to be trained.
static bool isTrainable(const CheckedModel &model) {
  return model.network && model.model.isupdatable();
}

static void checkKind(const CheckedModel &model) {
  const spec::Model &m = model.model;
  if (m.isupdatable() && !model.network && !m.has_pipeline() &&
      !m.has_pipelineclassifier() && !m.has_pipelineregressor() &&
      !m.has_knearestneighborsclassifier())
    model.report("the model", "isUpdatable: models of this kind cannot be "
                              "trained on the device");
  if (isTrainable(model) && !model.network->update)
    model.report("the model", "isUpdatable, but has no updateParams");
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

template <typename Params>
static void checkWeights(const CheckedModel &model, const Layer &layer,
                         const Params &params) {
  auto check = [&](const char *name, const spec::WeightParams &weights) {
    if (weights.has_quantization())
      model.report(layer, Twine(name) + ": quantized, in an updatable layer");
    if (!weights.isupdatable())
      model.report(layer, Twine(name) + ": not isUpdatable, in an updatable "
                                        "layer");
  };
  check("weights", params.weights());
  if (params.hasbias())
    check("bias", params.bias());
}

static void checkLayers(const CheckedModel &model) {
  if (!isTrainable(model))
    return;
  bool isAny = false;
  llvm::StringSet<> names;
  for (const Layer &layer : model.network->layers) {
    if (!names.insert(layer.name()).second)
      model.report(layer, "another layer of this updatable model has the same "
                          "name");
    if (!layer.isupdatable())
      continue;
    isAny = true;
    if (layer.has_convolution())
      checkWeights(model, layer, layer.convolution());
    else if (layer.has_innerproduct())
      checkWeights(model, layer, layer.innerproduct());
    else if (!layer.has_unidirectionallstm())
      model.report(layer, "isUpdatable: only convolutions, inner products and "
                          "uniDirectionalLSTM can be trained");
  }
  if (!isAny)
    model.report("the model", "isUpdatable, but no layer is");
  if (!model.network->update)
    return;
  for (const spec::LossLayer &loss : model.network->update->losslayers())
    if (!names.insert(loss.name()).second)
      model.report("loss '" + loss.name() + "'",
                   "a layer or another loss has the same name");
}

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

/// The input and the target of a loss.
static std::pair<std::string, std::string> endsOf(const spec::LossLayer &loss) {
  if (loss.has_categoricalcrossentropylosslayer()) {
    const auto &params = loss.categoricalcrossentropylosslayer();
    return {params.input(), params.target()};
  }
  const auto &params = loss.meansquarederrorlosslayer();
  return {params.input(), params.target()};
}

/// The layer that writes each blob.
static llvm::StringMap<const Layer *> findWriters(const CheckedModel &model) {
  llvm::StringMap<const Layer *> writers;
  for (const Layer &layer : model.network->layers)
    for (const std::string &blob : layer.output())
      writers[blob] = &layer;
  return writers;
}

static void checkLosses(const CheckedModel &model) {
  if (!model.network || !model.network->update)
    return;
  const auto &losses = model.network->update->losslayers();
  auto writers = findWriters(model);
  if (isTrainable(model) && losses.empty())
    model.report("the model", "updateParams has no lossLayers");
  if (losses.size() > 1)
    model.report("the model", "updateParams has " + Twine(losses.size()) +
                                  " lossLayers instead of 1");
  for (const spec::LossLayer &loss : losses) {
    auto report = [&](const Twine &why) {
      model.report("loss '" + loss.name() + "'", why);
    };
    if (loss.LossLayerType_case() == spec::LossLayer::LOSSLAYERTYPE_NOT_SET) {
      report("is neither a cross entropy nor a mean squared error");
      continue;
    }
    auto [input, target] = endsOf(loss);
    const Layer *writer = writers.lookup(input);
    if (!writer)
      report("its input '" + input + "' is written by no layer");
    else if (loss.has_categoricalcrossentropylosslayer() &&
             !writer->has_softmax())
      report("its input '" + input + "' is written by layer '" +
             writer->name() + "', which is no softmax");
    if (writers.contains(target))
      report("its target '" + target + "' is written by a layer");
  }
}

/// Whether gradients go through a layer.
static bool isDifferentiable(const Layer &layer) {
  switch (layer.layer_case()) {
  case Layer::kConvolution:
  case Layer::kInnerProduct:
  case Layer::kUniDirectionalLSTM:
  case Layer::kFlatten:
  case Layer::kPooling:
  case Layer::kBatchnorm:
    return true;
  case Layer::kActivation:
    return layer.activation().has_relu() || layer.activation().has_sigmoid() ||
           layer.activation().has_tanh();
  default:
    return false;
  }
}

/// From the loss back to the layers that are trained.
static void checkGradients(const CheckedModel &model) {
  if (!isTrainable(model) || !model.network->update ||
      model.network->update->losslayers().empty())
    return;
  const spec::LossLayer &loss = model.network->update->losslayers(0);
  auto writers = findWriters(model);
  llvm::SmallVector<const Layer *> work;
  llvm::SmallPtrSet<const Layer *, 16> seen;
  // A softmax in front of a cross entropy is part of it.
  if (const Layer *last = writers.lookup(endsOf(loss).first))
    work.push_back(last);
  const Layer *barrier = nullptr;
  bool isFirst = true;
  while (!work.empty()) {
    const Layer *layer = work.pop_back_val();
    if (!seen.insert(layer).second)
      continue;
    if (layer->isupdatable() && barrier)
      model.report(*layer, "isUpdatable, but layer '" + barrier->name() +
                               "' between it and the loss has no gradient");
    bool isLast = isFirst && layer->has_softmax() &&
                  loss.has_categoricalcrossentropylosslayer();
    if (!isLast && !isDifferentiable(*layer))
      barrier = layer;
    isFirst = false;
    for (const std::string &input : layer->input())
      if (const Layer *writer = writers.lookup(input))
        work.push_back(writer);
  }
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

template <typename Parameter>
static void checkParameter(const CheckedModel &model, const char *name,
                           bool isThere, const Parameter &parameter) {
  auto report = [&](const Twine &why) {
    model.report("the model", Twine(name) + " of updateParams " + why);
  };
  if (!isThere)
    return report("is missing");
  auto value = parameter.defaultvalue();
  if (parameter.has_range() && (value < parameter.range().minvalue() ||
                                value > parameter.range().maxvalue()))
    report("has a defaultValue outside of its range");
}

static void checkOptimizer(const CheckedModel &model) {
  if (!isTrainable(model) || !model.network->update)
    return;
  const spec::NetworkUpdateParameters &update = *model.network->update;
  const spec::Optimizer &optimizer = update.optimizer();
  checkParameter(model, "epochs", update.has_epochs(), update.epochs());
  if (optimizer.has_sgdoptimizer()) {
    const auto &sgd = optimizer.sgdoptimizer();
    checkParameter(model, "learningRate", sgd.has_learningrate(),
                   sgd.learningrate());
    checkParameter(model, "miniBatchSize", sgd.has_minibatchsize(),
                   sgd.minibatchsize());
  } else if (optimizer.has_adamoptimizer()) {
    const auto &adam = optimizer.adamoptimizer();
    checkParameter(model, "learningRate", adam.has_learningrate(),
                   adam.learningrate());
    checkParameter(model, "miniBatchSize", adam.has_minibatchsize(),
                   adam.minibatchsize());
    checkParameter(model, "beta1", adam.has_beta1(), adam.beta1());
    checkParameter(model, "beta2", adam.has_beta2(), adam.beta2());
    checkParameter(model, "eps", adam.has_eps(), adam.eps());
  } else {
    model.report("the model", "updateParams has no optimizer (sgdOptimizer or "
                              "adamOptimizer)");
  }
}

static void checkTrainingInputs(const CheckedModel &model) {
  if (!isTrainable(model))
    return;
  const spec::ModelDescription &description = model.description();
  llvm::StringSet<> inputs, own;
  for (const spec::FeatureDescription &input : description.input())
    inputs.insert(input.name());
  unsigned shared = 0;
  for (const spec::FeatureDescription &input : description.traininginput())
    if (inputs.contains(input.name()))
      ++shared;
    else
      own.insert(input.name());
  if (description.traininginput_size() < 2)
    model.report("the model",
                 "trainingInput has " +
                     Twine(description.traininginput_size()) +
                     " features; an input and a target are needed");
  else if (shared == 0)
    model.report("the model", "trainingInput has none of the model's inputs");
  if (!model.network->update || model.network->update->losslayers().empty())
    return;
  std::string target = endsOf(model.network->update->losslayers(0)).second;
  bool isClassifier = model.model.has_neuralnetworkclassifier();
  if (!own.contains(target) &&
      !(isClassifier && own.contains(description.predictedfeaturename())))
    model.report(
        "the model",
        "trainingInput has no '" +
            (isClassifier ? description.predictedfeaturename() : target) +
            "', the target of the loss");
}

llvm::ArrayRef<CheckRule> mlc::getTrainingRules() {
  static const CheckRule rules[] = {
      {"updatable-kind", checkKind}, {"updatable-layers", checkLayers},
      {"loss", checkLosses},         {"gradients", checkGradients},
      {"optimizer", checkOptimizer}, {"training-inputs", checkTrainingInputs},
  };
  return rules;
}
