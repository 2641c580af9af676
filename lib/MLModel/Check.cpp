// The walk through all rules.
#include "Checks.h"

#include "mlc/MLModel/MLModel.h"

using namespace mlc;

template <typename Kind> static Network viewNetwork(const Kind &network) {
  return {network.layers(), network.preprocessing(),
          network.arrayinputshapemapping(), network.imageinputshapemapping(),
          network.has_updateparams() ? &network.updateparams() : nullptr};
}

/// Whether versions 1 to 3, where all values have rank 5, have the layer in
/// this form.
static bool isOfRank5(const spec::NeuralNetworkLayer &layer) {
  switch (layer.layer_case()) {
  case spec::NeuralNetworkLayer::kConvolution:
    return layer.input_size() == 1;
  case spec::NeuralNetworkLayer::kInnerProduct:
    return !layer.innerproduct().int8dynamicquantize();
  case spec::NeuralNetworkLayer::kUpsample:
    return layer.upsample().linearupsamplemode() ==
               spec::UpsampleLayerParams::DEFAULT &&
           layer.upsample().fractionalscalingfactor_size() == 0;
  case spec::NeuralNetworkLayer::kReorganizeData:
    return layer.reorganizedata().mode() !=
           spec::ReorganizeDataLayerParams::PIXEL_SHUFFLE;
  default:
    return layer.layer_case() < spec::NeuralNetworkLayer::kCopy;
  }
}

CheckedModel::CheckedModel(const spec::Model &model,
                           std::vector<BrokenRule> &brokenRules)
    : model(model), brokenRules(brokenRules) {
  if (model.has_neuralnetwork())
    network.emplace(viewNetwork(model.neuralnetwork()));
  else if (model.has_neuralnetworkclassifier())
    network.emplace(viewNetwork(model.neuralnetworkclassifier()));
  else if (model.has_neuralnetworkregressor())
    network.emplace(viewNetwork(model.neuralnetworkregressor()));
  if (network)
    hasRanks = network->arrayMapping != spec::RANK5_ARRAY_MAPPING ||
               network->imageMapping != spec::RANK5_IMAGE_MAPPING ||
               !llvm::all_of(network->layers, isOfRank5);
}

void CheckedModel::report(const spec::NeuralNetworkLayer &layer,
                          const llvm::Twine &message) const {
  report("layer '" + layer.name() + "' (" + getLayerType(layer) + ")", message);
}

static void visitLayers(
    const Layers &layers, int loops,
    llvm::function_ref<void(const spec::NeuralNetworkLayer &, int)> visit) {
  for (const spec::NeuralNetworkLayer &layer : layers) {
    visit(layer, loops);
    if (layer.has_branch()) {
      visitLayers(layer.branch().ifbranch().layers(), loops, visit);
      visitLayers(layer.branch().elsebranch().layers(), loops, visit);
    } else if (layer.has_loop()) {
      visitLayers(layer.loop().conditionnetwork().layers(), loops, visit);
      visitLayers(layer.loop().bodynetwork().layers(), loops + 1, visit);
    }
  }
}

void mlc::forEachLayer(
    const CheckedModel &model,
    llvm::function_ref<void(const spec::NeuralNetworkLayer &, int)> visit) {
  if (model.network)
    visitLayers(model.network->layers, 0, visit);
}

std::vector<BrokenRule> mlc::checkModel(const spec::Model &model) {
  std::vector<BrokenRule> brokenRules;
  CheckedModel checked(model, brokenRules);
  for (llvm::ArrayRef<CheckRule> family :
       {getVersionRules(), getInterfaceRules(), getGraphRules(),
        getLayerRules(), getWeightRules(), getTrainingRules()})
    for (const CheckRule &rule : family) {
      checked.rule = rule.name;
      rule.check(checked);
    }
  return brokenRules;
}

std::string
mlc::summarizeBrokenRules(const std::vector<BrokenRule> &brokenRules) {
  if (brokenRules.empty())
    return "";
  std::string text =
      "Core ML would not load this: " + brokenRules.front().text();
  if (brokenRules.size() > 1)
    text += " (and " + std::to_string(brokenRules.size() - 1) +
            " more: mlc inspect --check)";
  return text;
}

llvm::Expected<std::vector<BrokenRule>>
mlc::checkModelFile(llvm::StringRef path) {
  auto model = readModelFile(path);
  if (!model)
    return model.takeError();
  return checkModel(**model);
}
