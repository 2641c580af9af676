// Names of blobs, and how many each layer has.
#include "Checks.h"
#include "llvm/ADT/StringSet.h"

using namespace mlc;
using llvm::Twine;
using Layer = spec::NeuralNetworkLayer;

//===----------------------------------------------------------------------===//
// Blobs
//===----------------------------------------------------------------------===//

using Blobs = llvm::StringSet<>;

/// What layers write, from what is there before. A loop's names are known
/// behind it; of a branch those that both sides write. `own` are the names that
/// the list itself or what is around it has written.
static void walk(const CheckedModel &model, const Layers &layers, Blobs &blobs,
                 Blobs own) {
  for (const Layer &layer : layers) {
    for (const std::string &blob : layer.input())
      if (!blobs.contains(blob))
        model.report(layer, "input '" + blob +
                                "' is written by no layer "
                                "before it");
    if (layer.has_branch()) {
      Blobs sides[2] = {blobs, blobs};
      walk(model, layer.branch().ifbranch().layers(), sides[0], own);
      walk(model, layer.branch().elsebranch().layers(), sides[1], own);
      for (const auto &blob : sides[0])
        if (sides[1].contains(blob.first()))
          blobs.insert(blob.first());
    } else if (layer.has_loop()) {
      walk(model, layer.loop().conditionnetwork().layers(), blobs, own);
      walk(model, layer.loop().bodynetwork().layers(), blobs, own);
    }
    for (const std::string &blob : layer.output()) {
      // A copy gives a blob another value.
      if (!own.insert(blob).second && !layer.has_copy())
        model.report(layer,
                     "output '" + blob +
                         "' is an input or written by another layer, too");
      blobs.insert(blob);
    }
  }
}

static void checkBlobs(const CheckedModel &model) {
  if (!model.network)
    return;
  Blobs blobs;
  for (const spec::FeatureDescription &input : model.description().input())
    blobs.insert(input.name());
  Blobs inputs = blobs;
  walk(model, model.network->layers, blobs, inputs);
  bool isClassifier = model.model.has_neuralnetworkclassifier();
  for (const spec::FeatureDescription &output : model.description().output()) {
    const spec::ModelDescription &description = model.description();
    bool isLabel = output.name() == description.predictedfeaturename() ||
                   output.name() == description.predictedprobabilitiesname();
    bool isWritten =
        blobs.contains(output.name()) && !inputs.contains(output.name());
    if (!isWritten && !(isClassifier && isLabel) &&
        !model.model.has_neuralnetworkregressor())
      model.report("output '" + output.name() + "'", "is written by no layer");
  }
  const std::string &probabilities =
      model.model.neuralnetworkclassifier().labelprobabilitylayername();
  if (isClassifier && !probabilities.empty() && !blobs.contains(probabilities))
    model.report("the model", "labelProbabilityLayerName '" + probabilities +
                                  "' is written by no layer");
}

//===----------------------------------------------------------------------===//
// Numbers of inputs and outputs
//===----------------------------------------------------------------------===//

namespace {
/// Where Core ML wants other numbers than the importer.
struct Arity {
  Layer::LayerCase type;
  unsigned minInputs, maxInputs, minOutputs, maxOutputs;
};
} // namespace

static constexpr Arity kArities[] = {
    {Layer::kConcat, 2, kAny, 1, 1},
    {Layer::kConcatND, 2, kAny, 1, 1},
    {Layer::kStack, 2, kAny, 1, 1},
    {Layer::kSplit, 1, 1, 2, kAny},
    {Layer::kSplitND, 1, 1, 2, kAny},
    {Layer::kSimpleRecurrent, 2, 2, 2, 2},
    {Layer::kGru, 1, 2, 2, 2},
    {Layer::kUniDirectionalLSTM, 1, 3, 3, 3},
    {Layer::kBiDirectionalLSTM, 1, 5, 5, 5},
    {Layer::kNonMaximumSuppression, 2, 5, 4, 4},
    {Layer::kCustom, 1, kAny, 1, kAny},
    {Layer::kRangeDynamic, 0, 3, 1, 1},
};

static std::string describeCount(unsigned min, unsigned max) {
  if (max == kAny)
    return "at least " + std::to_string(min);
  if (min == max)
    return std::to_string(min);
  return std::to_string(min) + " to " + std::to_string(max);
}

static void checkArity(const CheckedModel &model) {
  forEachLayer(model, [&](const Layer &layer, int) {
    Arity arity = {layer.layer_case(), 0, kAny, 0, kAny};
    if (const LayerEntry *entry = lookupLayer(layer.layer_case()))
      arity = {layer.layer_case(), entry->minInputs, entry->maxInputs,
               entry->minOutputs, entry->maxOutputs};
    for (const Arity &other : kArities)
      if (other.type == layer.layer_case())
        arity = other;
    unsigned inputs = layer.input_size(), outputs = layer.output_size();
    if (inputs < arity.minInputs || inputs > arity.maxInputs)
      model.report(layer, "has " + Twine(inputs) + " inputs instead of " +
                              describeCount(arity.minInputs, arity.maxInputs));
    if (outputs < arity.minOutputs || outputs > arity.maxOutputs)
      model.report(layer,
                   "has " + Twine(outputs) + " outputs instead of " +
                       describeCount(arity.minOutputs, arity.maxOutputs));
    if (layer.layer_case() == Layer::LAYER_NOT_SET)
      model.report("layer '" + layer.name() + "'", "has no type");
  });
}

//===----------------------------------------------------------------------===//
// Ranks
//===----------------------------------------------------------------------===//

namespace {
/// The ranks that inputs and outputs of a layer of version 1 may have.
struct Ranks {
  Layer::LayerCase type;
  unsigned min, max;
};
} // namespace

static constexpr Ranks kRanks[] = {
    {Layer::kConvolution, 4, kAny},
    {Layer::kConvolution3D, 5, kAny},
    {Layer::kInnerProduct, 1, 5},
    {Layer::kBatchnorm, 3, kAny},
    {Layer::kPooling, 4, kAny},
    {Layer::kPooling3D, 5, kAny},
    {Layer::kGlobalPooling3D, 5, kAny},
    {Layer::kPadding, 2, kAny},
    {Layer::kLrn, 3, kAny},
    {Layer::kSplit, 3, kAny},
    {Layer::kUpsample, 3, kAny},
    {Layer::kBias, 3, kAny},
    {Layer::kL2Normalize, 3, kAny},
    {Layer::kReshape, 5, 5},
    {Layer::kFlatten, 3, kAny},
    {Layer::kPermute, 5, 5},
    {Layer::kReorganizeData, 3, kAny},
    {Layer::kScale, 3, kAny},
    {Layer::kSimpleRecurrent, 5, 5},
    {Layer::kGru, 5, 5},
    {Layer::kUniDirectionalLSTM, 5, 5},
    {Layer::kBiDirectionalLSTM, 5, 5},
    {Layer::kCrop, 3, kAny},
    {Layer::kDot, 3, kAny},
    {Layer::kMvn, 3, kAny},
    {Layer::kEmbedding, 4, kAny},
    {Layer::kEmbeddingND, 2, 5},
    {Layer::kSequenceRepeat, 5, kAny},
    {Layer::kSoftmax, 3, kAny},
    {Layer::kConcat, 3, kAny},
    {Layer::kResizeBilinear, 3, kAny},
    {Layer::kCropResize, 5, kAny},
};

static void checkRank(const CheckedModel &model, const Layer &layer,
                      const char *side, unsigned rank) {
  for (const Ranks &ranks : kRanks)
    if (ranks.type == layer.layer_case() &&
        (rank < ranks.min || rank > ranks.max))
      model.report(layer, Twine(side) + " rank is " + Twine(rank) +
                              " instead of " +
                              describeCount(ranks.min, ranks.max));
}

/// The ranks that layers state; those that they do not state are not known.
static void checkRanks(const CheckedModel &model) {
  if (!model.hasRanks)
    return;
  forEachLayer(model, [&](const Layer &layer, int) {
    auto check = [&](const char *field, const auto &tensors, int count) {
      if (tensors.empty())
        return;
      if (tensors.size() != count)
        model.report(layer, Twine(field) + " has " + Twine(tensors.size()) +
                                " elements for " + Twine(count) + " blobs");
      for (const spec::Tensor &tensor : tensors)
        if (tensor.dimvalue_size() > 0 &&
            int64_t(tensor.rank()) != tensor.dimvalue_size())
          model.report(layer, Twine(field) + " has rank " +
                                  Twine(tensor.rank()) + " and " +
                                  Twine(tensor.dimvalue_size()) + " sizes");
      checkRank(model, layer, field, tensors[0].rank());
    };
    check("inputTensor", layer.inputtensor(), layer.input_size());
    check("outputTensor", layer.outputtensor(), layer.output_size());
  });
}

llvm::ArrayRef<CheckRule> mlc::getGraphRules() {
  static const CheckRule rules[] = {
      {"blobs", checkBlobs},
      {"arity", checkArity},
      {"ranks", checkRanks},
  };
  return rules;
}
