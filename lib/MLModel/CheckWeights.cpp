// Weights: how many, and how they are encoded.
#include "Checks.h"
#include "WeightSummary.h"

using namespace mlc;
using llvm::Twine;
using Layer = spec::NeuralNetworkLayer;
using Weights = spec::WeightParams;

//===----------------------------------------------------------------------===//
// What a layer must have
//===----------------------------------------------------------------------===//

namespace {
/// A weight of a layer, how many elements it has, and for how many channels
/// quantization may have scales of their own.
struct Wanted {
  std::string name;
  const Weights &weights;
  uint64_t elements, channels;
};
using WantedList = std::vector<Wanted>;
} // namespace

template <typename Sizes> static uint64_t product(const Sizes &sizes) {
  uint64_t result = 1;
  for (auto size : sizes)
    result *= uint64_t(size);
  return result;
}

/// Of the shape of a constant, scale or bias: its channels.
template <typename Sizes> static uint64_t channelsOf(const Sizes &sizes) {
  return sizes.size() == 3 && sizes[0] > 1 ? sizes[0] : 1;
}

static void addConvolution(const spec::ConvolutionLayerParams &p,
                           WantedList &list) {
  uint64_t groups = std::max<uint64_t>(p.ngroups(), 1);
  uint64_t kernel = (p.kernelsize_size() > 0 ? p.kernelsize(0) : 3) *
                    (p.kernelsize_size() > 1 ? p.kernelsize(1) : 3);
  uint64_t outputs =
      p.isdeconvolution() ? p.outputchannels() / groups : p.outputchannels();
  list.push_back({"weights", p.weights(), outputs * p.kernelchannels() * kernel,
                  p.outputchannels()});
  if (p.hasbias())
    list.push_back({"bias", p.bias(), p.outputchannels(), 1});
}

static void addConvolution3D(const spec::Convolution3DLayerParams &p,
                             WantedList &list) {
  uint64_t groups = std::max(p.ngroups(), 1);
  uint64_t channels = uint64_t(p.outputchannels()) * p.inputchannels() / groups;
  list.push_back(
      {"weights", p.weights(),
       channels * p.kerneldepth() * p.kernelheight() * p.kernelwidth(),
       uint64_t(p.outputchannels())});
  if (p.hasbias())
    list.push_back({"bias", p.bias(), uint64_t(p.outputchannels()), 1});
}

/// A matrix and its bias.
template <typename Params>
static void addMatrix(const Params &p, uint64_t inputs, uint64_t outputs,
                      WantedList &list) {
  list.push_back({"weights", p.weights(), inputs * outputs, outputs});
  if (p.hasbias())
    list.push_back({"bias", p.bias(), outputs, 1});
}

static void addBatchnorm(const spec::BatchnormLayerParams &p,
                         WantedList &list) {
  list.push_back({"gamma", p.gamma(), p.channels(), 1});
  list.push_back({"beta", p.beta(), p.channels(), 1});
  if (p.computemeanvar())
    return;
  list.push_back({"mean", p.mean(), p.channels(), 1});
  list.push_back({"variance", p.variance(), p.channels(), 1});
}

/// The weights of a message by the ends of their names; `has` says which are
/// there.
static void addRecurrent(const google::protobuf::Message &message,
                         const std::string &prefix, uint64_t inputs,
                         uint64_t outputs,
                         llvm::function_ref<bool(llvm::StringRef)> has,
                         WantedList &list) {
  forEachWeights(message, [&](const std::string &name, const Weights &weights) {
    llvm::StringRef field(name);
    uint64_t elements = outputs;
    if (field.ends_with_insensitive("weightMatrix"))
      elements *= inputs;
    else if (field.ends_with_insensitive("recursionMatrix"))
      elements *= outputs;
    else if (!has(field))
      return;
    list.push_back(
        {prefix + name, weights, elements, elements == outputs ? 1 : outputs});
  });
}

template <typename Params>
static void addLSTM(const Params &p, const spec::LSTMWeightParams &weights,
                    const std::string &prefix, WantedList &list) {
  auto has = [&](llvm::StringRef field) {
    return field.ends_with("PeepholeVector") ? p.params().haspeepholevectors()
                                             : p.params().hasbiasvectors();
  };
  addRecurrent(weights, prefix, p.inputvectorsize(), p.outputvectorsize(), has,
               list);
}

static WantedList getWanted(const Layer &layer) {
  WantedList list;
  auto always = [](bool value) {
    return [=](llvm::StringRef) { return value; };
  };
  switch (layer.layer_case()) {
  case Layer::kConvolution:
    if (layer.input_size() < 2)
      addConvolution(layer.convolution(), list);
    break;
  case Layer::kConvolution3D:
    addConvolution3D(layer.convolution3d(), list);
    break;
  case Layer::kInnerProduct:
    addMatrix(layer.innerproduct(), layer.innerproduct().inputchannels(),
              layer.innerproduct().outputchannels(), list);
    break;
  case Layer::kBatchedMatmul:
    if (layer.input_size() < 2)
      addMatrix(layer.batchedmatmul(),
                layer.batchedmatmul().weightmatrixfirstdimension(),
                layer.batchedmatmul().weightmatrixseconddimension(), list);
    break;
  case Layer::kEmbedding:
    addMatrix(layer.embedding(), layer.embedding().inputdim(),
              layer.embedding().outputchannels(), list);
    break;
  case Layer::kEmbeddingND:
    addMatrix(layer.embeddingnd(), layer.embeddingnd().vocabsize(),
              layer.embeddingnd().embeddingsize(), list);
    break;
  case Layer::kBatchnorm:
    addBatchnorm(layer.batchnorm(), list);
    break;
  case Layer::kScale:
    list.push_back({"scale", layer.scale().scale(),
                    product(layer.scale().shapescale()),
                    channelsOf(layer.scale().shapescale())});
    if (layer.scale().hasbias())
      list.push_back({"bias", layer.scale().bias(),
                      product(layer.scale().shapebias()),
                      channelsOf(layer.scale().shapebias())});
    break;
  case Layer::kBias:
    list.push_back({"bias", layer.bias().bias(), product(layer.bias().shape()),
                    channelsOf(layer.bias().shape())});
    break;
  case Layer::kLoadConstant:
    list.push_back({"data", layer.loadconstant().data(),
                    product(layer.loadconstant().shape()),
                    channelsOf(layer.loadconstant().shape())});
    break;
  case Layer::kLoadConstantND:
    list.push_back({"data", layer.loadconstantnd().data(),
                    product(layer.loadconstantnd().shape()), 1});
    break;
  case Layer::kLayerNormalization: {
    const auto &p = layer.layernormalization();
    list.push_back({"gamma", p.gamma(), product(p.normalizedshape()), 1});
    list.push_back({"beta", p.beta(), product(p.normalizedshape()), 1});
    break;
  }
  case Layer::kSimpleRecurrent: {
    const auto &p = layer.simplerecurrent();
    addRecurrent(p, "", p.inputvectorsize(), p.outputvectorsize(),
                 always(p.hasbiasvector()), list);
    break;
  }
  case Layer::kGru: {
    const auto &p = layer.gru();
    addRecurrent(p, "", p.inputvectorsize(), p.outputvectorsize(),
                 always(p.hasbiasvectors()), list);
    break;
  }
  case Layer::kUniDirectionalLSTM:
    addLSTM(layer.unidirectionallstm(),
            layer.unidirectionallstm().weightparams(), "weightParams.", list);
    break;
  case Layer::kBiDirectionalLSTM:
    for (const auto &[index, weights] :
         llvm::enumerate(layer.bidirectionallstm().weightparams()))
      addLSTM(layer.bidirectionallstm(), weights,
              "weightParams[" + std::to_string(index) + "].", list);
    break;
  default:
    break;
  }
  return list;
}

static void checkSizes(const CheckedModel &model) {
  forEachLayer(model, [&](const Layer &layer, int) {
    for (const Wanted &wanted : getWanted(layer)) {
      WeightSummary summary = summarizeWeights(wanted.weights);
      uint64_t have = summary.elements;
      if (summary.encoding == "none")
        model.report(layer, wanted.name + " is empty");
      else if (summary.encoding == "float32" || summary.encoding == "float16") {
        if (have != wanted.elements)
          model.report(layer, wanted.name + " has " + Twine(have) +
                                  " elements instead of " +
                                  Twine(wanted.elements));
      } else if (have < wanted.elements) {
        model.report(layer, wanted.name + " has codes for " + Twine(have) +
                                " elements instead of " +
                                Twine(wanted.elements));
      }
    }
    const auto &lstm = layer.bidirectionallstm();
    if (layer.has_bidirectionallstm() && lstm.weightparams_size() != 2)
      model.report(layer, "weightParams has " +
                              Twine(lstm.weightparams_size()) +
                              " elements instead of 2");
  });
}

//===----------------------------------------------------------------------===//
// Encodings
//===----------------------------------------------------------------------===//

static void checkQuantization(const CheckedModel &model, const Layer &layer,
                              const Wanted &wanted) {
  const spec::QuantizationParams &params = wanted.weights.quantization();
  auto report = [&](const Twine &why) {
    model.report(layer, wanted.name + ": " + why);
  };
  uint64_t bits = params.numberofbits();
  if (!wanted.weights.has_quantization())
    return report("has codes, but no quantization");
  if (bits < 1 || bits > 8)
    return report("numberOfBits is " + Twine(bits) + ", not 1 to 8");
  if (params.has_linearquantization()) {
    int scales = params.linearquantization().scale_size(),
        biases = params.linearquantization().bias_size();
    if (scales != 1 && uint64_t(scales) != wanted.channels)
      report("linearQuantization has " + Twine(scales) + " scales for " +
             Twine(wanted.channels) + " channels");
    if (biases != 0 && biases != scales)
      report("linearQuantization has " + Twine(biases) + " biases beside " +
             Twine(scales) + " scales");
  } else if (params.has_lookuptablequantization()) {
    int size = params.lookuptablequantization().floatvalue_size();
    if (size != 1 << bits)
      report("lookupTableQuantization has " + Twine(size) +
             " values instead of " + Twine(1 << bits));
  } else {
    report("quantization is neither linear nor a look-up table");
  }
}

static void checkEncodings(const CheckedModel &model) {
  forEachLayer(model, [&](const Layer &layer, int) {
    bool hasFloats = false, hasHalves = false;
    for (const Wanted &wanted : getWanted(layer)) {
      WeightSummary summary = summarizeWeights(wanted.weights);
      hasFloats |= summary.encoding == "float32";
      hasHalves |= summary.encoding == "float16";
      if (summary.encoding == "mixed")
        model.report(layer, wanted.name + " has several encodings at once");
      else if (summary.bits > 0 && summary.bits <= 8)
        checkQuantization(model, layer, wanted);
    }
    if (hasFloats && hasHalves)
      model.report(layer, "has both float and half weights");
  });
}

/// int8DynamicQuantize: one scale for signed bytes.
static void checkInt8(const CheckedModel &model) {
  auto check = [&](const Layer &layer, const Weights &weights) {
    const spec::QuantizationParams &params = weights.quantization();
    if (weights.int8rawvalue().empty())
      model.report(layer, "int8DynamicQuantize: weights must be int8RawValue");
    else if (params.numberofbits() != 8 || !params.has_linearquantization() ||
             params.linearquantization().scale_size() != 1 ||
             params.linearquantization().bias_size() != 0)
      model.report(layer, "int8DynamicQuantize: weights must have 8 bits, one "
                          "linear scale and no bias");
  };
  forEachLayer(model, [&](const Layer &layer, int) {
    if (layer.innerproduct().int8dynamicquantize())
      check(layer, layer.innerproduct().weights());
    if (layer.input_size() == 1 && layer.batchedmatmul().int8dynamicquantize())
      check(layer, layer.batchedmatmul().weights());
  });
}

llvm::ArrayRef<CheckRule> mlc::getWeightRules() {
  static const CheckRule rules[] = {
      {"weight-sizes", checkSizes},
      {"weight-encodings", checkEncodings},
      {"int8-weights", checkInt8},
  };
  return rules;
}
