// Layers that walk a sequence. Their many matrices all follow one rule, so the
// tables here are of names.

#include "LayerFields.h"
#include "LayerImporter.h"

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;
using Activations = google::protobuf::RepeatedPtrField<spec::ActivationParams>;

//===----------------------------------------------------------------------===//
// What all have
//===----------------------------------------------------------------------===//

namespace {
// One activation of a recurrent layer.
struct Activation {
  coreml::ActivationKind kind;
  float alpha = 0, beta = 0;
};
} // namespace

// Converters leave out the parameters, which can only have one value anyway.
static FailureOr<Activation>
getActivation(const LayerImporter &importer,
              const spec::ActivationParams &params) {
  using Kind = coreml::ActivationKind;
  auto orElse = [](Kind kind, const auto &given, float alpha, float beta) {
    if (given.alpha() == 0 && given.beta() == 0)
      return Activation{kind, alpha, beta};
    return Activation{kind, given.alpha(), given.beta()};
  };
  switch (params.NonlinearityType_case()) {
  case spec::ActivationParams::kLinear:
    return orElse(Kind::linear, params.linear(), 1, 0);
  case spec::ActivationParams::kReLU:
    return Activation{Kind::relu};
  case spec::ActivationParams::kTanh:
    return Activation{Kind::tanh};
  case spec::ActivationParams::kScaledTanh:
    return orElse(Kind::scaled_tanh, params.scaledtanh(), 1.7159f, 2.0f / 3);
  case spec::ActivationParams::kSigmoid:
    return Activation{Kind::sigmoid};
  case spec::ActivationParams::kSigmoidHard:
    return orElse(Kind::sigmoid_hard, params.sigmoidhard(), 0.2f, 0.5f);
  case spec::ActivationParams::NONLINEARITYTYPE_NOT_SET:
    return importer.emitError() << "has an activation without a function";
  default:
    return importer.emitError()
           << "has an activation that recurrent layers do not have";
  }
}

// Sets the activations of `lists`, each of which must have `count`.
static LogicalResult setActivations(LayerImporter &importer, int count,
                                    ArrayRef<const Activations *> lists) {
  SmallVector<Attribute> kinds;
  SmallVector<float> alphas, betas;
  Builder &builder = importer.getBuilder();
  for (const Activations *list : lists) {
    if (list->size() != count)
      return importer.emitError()
             << "has " << list->size() << " activations instead of " << count;
    for (const spec::ActivationParams &params : *list) {
      FailureOr<Activation> activation = getActivation(importer, params);
      if (failed(activation))
        return failure();
      kinds.push_back(coreml::ActivationKindAttr::get(builder.getContext(),
                                                      activation->kind));
      alphas.push_back(activation->alpha);
      betas.push_back(activation->beta);
    }
  }
  importer.set("activations", builder.getArrayAttr(kinds));
  importer.set("alphas", builder.getDenseF32ArrayAttr(alphas));
  importer.set("betas", builder.getDenseF32ArrayAttr(betas));
  return success();
}

namespace {
enum class Role { Weight, Recursion, Vector };

// A weight of a message, by the name that the message and the op give it.
template <typename Params> struct Entry {
  const char *name;
  const spec::WeightParams &(Params::*get)() const;
  Role role;
};

// The sizes that a recurrent layer declares.
struct Sizes {
  int64_t inputs, outputs;
  SmallVector<int64_t> shapeOf(Role role) const {
    if (role == Role::Vector)
      return {outputs};
    return {outputs, role == Role::Weight ? inputs : outputs};
  }
};
} // namespace

template <typename Params>
static FailureOr<Sizes> getSizes(LayerImporter &importer,
                                 const Params &params) {
  if (failed(importer.setFields(params)) ||
      failed(
          importer.checkSizes("inputVectorSize", params.inputvectorsize())) ||
      failed(
          importer.checkSizes("outputVectorSize", params.outputvectorsize())))
    return failure();
  return Sizes{int64_t(params.inputvectorsize()),
               int64_t(params.outputvectorsize())};
}

// Some state inputs are an error of their own: all of them or none.
static LogicalResult checkStates(LayerImporter &importer, size_t states) {
  size_t have = importer.getInputs().size() - 1;
  if (have == 0 || have == states)
    return success();
  return importer.emitError() << "has " << have << " state inputs instead of "
                              << states << " or none";
}

//===----------------------------------------------------------------------===//
// Simple and gated
//===----------------------------------------------------------------------===//

static LogicalResult importSimpleRecurrent(LayerImporter &importer,
                                           const Layer &layer) {
  const spec::SimpleRecurrentLayerParams &params = layer.simplerecurrent();
  FailureOr<Sizes> sizes = getSizes(importer, params);
  if (failed(sizes))
    return failure();
  // One activation is no list here, but is treated as one.
  Activations activations;
  *activations.Add() = params.activation();
  if (failed(setActivations(importer, 1, &activations)) ||
      failed(importer.setWeights("weightMatrix", params.weightmatrix(),
                                 sizes->shapeOf(Role::Weight))) ||
      failed(importer.setWeights("recursionMatrix", params.recursionmatrix(),
                                 sizes->shapeOf(Role::Recursion))))
    return failure();
  return params.hasbiasvector()
             ? importer.setWeights("biasVector", params.biasvector(),
                                   sizes->shapeOf(Role::Vector))
             : success();
}

static LogicalResult importGRU(LayerImporter &importer, const Layer &layer) {
  using Params = spec::GRULayerParams;
  static constexpr Entry<Params> entries[] = {
      {"updateGateWeightMatrix", &Params::updategateweightmatrix, Role::Weight},
      {"resetGateWeightMatrix", &Params::resetgateweightmatrix, Role::Weight},
      {"outputGateWeightMatrix", &Params::outputgateweightmatrix, Role::Weight},
      {"updateGateRecursionMatrix", &Params::updategaterecursionmatrix,
       Role::Recursion},
      {"resetGateRecursionMatrix", &Params::resetgaterecursionmatrix,
       Role::Recursion},
      {"outputGateRecursionMatrix", &Params::outputgaterecursionmatrix,
       Role::Recursion},
      {"updateGateBiasVector", &Params::updategatebiasvector, Role::Vector},
      {"resetGateBiasVector", &Params::resetgatebiasvector, Role::Vector},
      {"outputGateBiasVector", &Params::outputgatebiasvector, Role::Vector},
  };
  const Params &params = layer.gru();
  FailureOr<Sizes> sizes = getSizes(importer, params);
  if (failed(sizes) ||
      failed(setActivations(importer, 2, &params.activations())))
    return failure();
  for (const Entry<Params> &entry : entries) {
    if (entry.role == Role::Vector && !params.hasbiasvectors())
      continue;
    if (failed(importer.setWeights(entry.name, (params.*entry.get)(),
                                   sizes->shapeOf(entry.role))))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Long short-term memory
//===----------------------------------------------------------------------===//

// The weights of one direction, less those that the layer says it has not.
static FailureOr<DictionaryAttr>
getLSTMWeights(LayerImporter &importer, const spec::LSTMParams &options,
               const spec::LSTMWeightParams &params, Sizes sizes) {
  using Params = spec::LSTMWeightParams;
  static constexpr Entry<Params> entries[] = {
      {"inputGateWeightMatrix", &Params::inputgateweightmatrix, Role::Weight},
      {"forgetGateWeightMatrix", &Params::forgetgateweightmatrix, Role::Weight},
      {"blockInputWeightMatrix", &Params::blockinputweightmatrix, Role::Weight},
      {"outputGateWeightMatrix", &Params::outputgateweightmatrix, Role::Weight},
      {"inputGateRecursionMatrix", &Params::inputgaterecursionmatrix,
       Role::Recursion},
      {"forgetGateRecursionMatrix", &Params::forgetgaterecursionmatrix,
       Role::Recursion},
      {"blockInputRecursionMatrix", &Params::blockinputrecursionmatrix,
       Role::Recursion},
      {"outputGateRecursionMatrix", &Params::outputgaterecursionmatrix,
       Role::Recursion},
  };
  static constexpr Entry<Params> biases[] = {
      {"inputGateBiasVector", &Params::inputgatebiasvector, Role::Vector},
      {"forgetGateBiasVector", &Params::forgetgatebiasvector, Role::Vector},
      {"blockInputBiasVector", &Params::blockinputbiasvector, Role::Vector},
      {"outputGateBiasVector", &Params::outputgatebiasvector, Role::Vector},
  };
  static constexpr Entry<Params> peepholes[] = {
      {"inputGatePeepholeVector", &Params::inputgatepeepholevector,
       Role::Vector},
      {"forgetGatePeepholeVector", &Params::forgetgatepeepholevector,
       Role::Vector},
      {"outputGatePeepholeVector", &Params::outputgatepeepholevector,
       Role::Vector},
  };
  NamedAttrList weights;
  auto add = [&](ArrayRef<Entry<Params>> list) -> LogicalResult {
    for (const Entry<Params> &entry : list) {
      const spec::WeightParams &values = (params.*entry.get)();
      // A gate that is not used may have weights or not.
      if (options.coupledinputandforgetgate() &&
          StringRef(entry.name).starts_with("forget") &&
          values.ByteSizeLong() == 0)
        continue;
      FailureOr<ElementsAttr> elements =
          importer.getWeights(entry.name, values, sizes.shapeOf(entry.role));
      if (failed(elements))
        return failure();
      weights.set(entry.name, *elements);
    }
    return success();
  };
  if (failed(add(entries)) ||
      (options.hasbiasvectors() && failed(add(biases))) ||
      (options.haspeepholevectors() && failed(add(peepholes))))
    return failure();
  return weights.getDictionary(importer.getBuilder().getContext());
}

static LogicalResult setLSTMOptions(LayerImporter &importer,
                                    const spec::LSTMParams &options) {
  if (failed(importer.setFields(options)))
    return failure();
  setOr(importer, "cellClipThreshold", options.cellclipthreshold(), 50);
  return success();
}

static LogicalResult importUniDirectionalLSTM(LayerImporter &importer,
                                              const Layer &layer) {
  const spec::UniDirectionalLSTMLayerParams &params =
      layer.unidirectionallstm();
  FailureOr<Sizes> sizes = getSizes(importer, params);
  if (failed(sizes) || failed(checkStates(importer, 2)) ||
      failed(setLSTMOptions(importer, params.params())) ||
      failed(setActivations(importer, 3, &params.activations())))
    return failure();
  FailureOr<DictionaryAttr> weights =
      getLSTMWeights(importer, params.params(), params.weightparams(), *sizes);
  if (failed(weights))
    return failure();
  importer.set("weightParams", *weights);
  return success();
}

static LogicalResult importBiDirectionalLSTM(LayerImporter &importer,
                                             const Layer &layer) {
  const spec::BiDirectionalLSTMLayerParams &params = layer.bidirectionallstm();
  FailureOr<Sizes> sizes = getSizes(importer, params);
  if (failed(sizes) || failed(checkStates(importer, 4)) ||
      failed(setLSTMOptions(importer, params.params())))
    return failure();
  const Activations &forward = params.activationsforwardlstm(),
                    &backward = params.activationsbackwardlstm();
  if (failed(setActivations(
          importer, 3, {&forward, backward.empty() ? &forward : &backward})))
    return failure();
  if (params.weightparams_size() != 2)
    return importer.emitError()
           << "has weights of " << params.weightparams_size()
           << " directions instead of 2";
  SmallVector<Attribute> directions;
  for (const spec::LSTMWeightParams &direction : params.weightparams()) {
    FailureOr<DictionaryAttr> weights =
        getLSTMWeights(importer, params.params(), direction, *sizes);
    if (failed(weights))
      return failure();
    directions.push_back(*weights);
  }
  importer.set("weightParams", importer.getBuilder().getArrayAttr(directions));
  return success();
}

static LogicalResult importSequenceRepeat(LayerImporter &importer,
                                          const Layer &layer) {
  if (failed(importer.setFields(layer.sequencerepeat())))
    return failure();
  if (layer.sequencerepeat().nrepetitions() == 0)
    importer.set("nRepetitions", importer.getBuilder().getI64IntegerAttr(1));
  return success();
}

ArrayRef<LayerEntry> mlc::getRecurrentLayers() {
  static const LayerEntry entries[] = {
      {Layer::kSimpleRecurrent, "simple_recurrent", 1, 2, 1, 2,
       importSimpleRecurrent},
      {Layer::kGru, "gru", 1, 2, 1, 2, importGRU},
      {Layer::kUniDirectionalLSTM, "uni_directional_lstm", 1, 3, 1, 3,
       importUniDirectionalLSTM},
      {Layer::kBiDirectionalLSTM, "bi_directional_lstm", 1, 5, 1, 5,
       importBiDirectionalLSTM},
      {Layer::kSequenceRepeat, "sequence_repeat", 1, 1, 1, 1,
       importSequenceRepeat},
  };
  return entries;
}
