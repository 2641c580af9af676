// Shapes under which a network may fit together when its default does not. With
// RANK5_ARRAY_MAPPING a file says nothing of the length of a sequence; the
// sizes of its layers do: an inner product behind a flattened sequence of 4
// steps has a multiple of 4 input channels.
#include "LayerImporter.h"
#include "Model.pb.h"
#include "NetworkImporter.h"
#include "mlc/MLModel/InputShapes.h"
#include <set>

using namespace llvm;
using namespace mlc;

static constexpr size_t kMaxLengths = 256;
static constexpr int64_t kMaxLength = 1 << 16;

static void addDivisors(uint64_t size, std::set<int64_t> &lengths) {
  for (uint64_t i = 1; i * i <= size && i <= uint64_t(kMaxLength); ++i) {
    if (size % i)
      continue;
    for (uint64_t length : {i, size / i})
      if (length > 1 && length <= uint64_t(kMaxLength))
        lengths.insert(static_cast<int64_t>(length));
  }
}

/// What each layer says of the number of elements that it reads.
static void addLengths(const Layers &layers, std::set<int64_t> &lengths) {
  for (const spec::NeuralNetworkLayer &layer : layers) {
    if (lengths.size() > kMaxLengths)
      return;
    if (layer.has_innerproduct())
      addDivisors(layer.innerproduct().inputchannels(), lengths);
    else if (layer.has_convolution())
      addDivisors(layer.convolution().kernelchannels(), lengths);
    else if (layer.has_batchnorm())
      addDivisors(layer.batchnorm().channels(), lengths);
    else if (layer.has_batchedmatmul())
      addDivisors(layer.batchedmatmul().weightmatrixfirstdimension(), lengths);
    else if (layer.has_reshape())
      for (int64_t size : layer.reshape().targetshape())
        addDivisors(size > 0 ? size : 0, lengths);
    forEachSubnetwork(layer,
                      [&](const Layers &inner) { addLengths(inner, lengths); });
  }
}

static const Layers *layersOf(const spec::Model &model) {
  switch (model.Type_case()) {
  case spec::Model::kNeuralNetwork:
    return &model.neuralnetwork().layers();
  case spec::Model::kNeuralNetworkClassifier:
    return &model.neuralnetworkclassifier().layers();
  case spec::Model::kNeuralNetworkRegressor:
    return &model.neuralnetworkregressor().layers();
  default:
    return nullptr;
  }
}

/// The shape with a sequence in front, or false where the file fixes it.
static bool setLength(spec::FeatureDescription &input, int64_t length) {
  if (!input.type().has_multiarraytype())
    return false;
  auto &array = *input.mutable_type()->mutable_multiarraytype();
  SmallVector<int64_t> shape(array.shape().begin(), array.shape().end());
  if (shape.size() != 1 && shape.size() != 3)
    return false;
  if (shape.size() == 1)
    shape.append({1, 1});
  shape.insert(shape.begin(), {length, 1});
  array.mutable_shape()->Assign(shape.begin(), shape.end());
  return true;
}

static void addFlexible(const spec::ModelDescription &inputs, int index,
                        std::vector<spec::ModelDescription> &proposals) {
  const spec::FeatureType &type = inputs.input(index).type();
  auto add = [&]() -> spec::FeatureType & {
    return *proposals.emplace_back(inputs).mutable_input(index)->mutable_type();
  };
  for (const auto &shape : type.multiarraytype().enumeratedshapes().shapes())
    *add().mutable_multiarraytype()->mutable_shape() = shape.shape();
  for (const auto &size : type.imagetype().enumeratedsizes().sizes()) {
    auto &image = *add().mutable_imagetype();
    image.set_height(size.height());
    image.set_width(size.width());
  }
  const auto &ranges = type.multiarraytype().shaperange().sizeranges();
  for (bool isUpper : {false, true}) {
    if (ranges.empty())
      break;
    SmallVector<int64_t> shape;
    for (const spec::SizeRange &range : ranges)
      shape.push_back(isUpper && range.upperbound() > 0
                          ? range.upperbound()
                          : std::max<int64_t>(range.lowerbound(), 1));
    add().mutable_multiarraytype()->mutable_shape()->Assign(shape.begin(),
                                                            shape.end());
  }
}

std::vector<spec::ModelDescription>
mlc::proposeShapes(const spec::Model &model) {
  std::vector<spec::ModelDescription> proposals;
  const Layers *layers = layersOf(model);
  if (!layers)
    return proposals;
  spec::ModelDescription inputs;
  *inputs.mutable_input() = model.description().input();
  for (int i = 0; i < inputs.input_size(); ++i)
    addFlexible(inputs, i, proposals);
  bool isExact = false;
  if (model.has_neuralnetwork())
    isExact = model.neuralnetwork().arrayinputshapemapping();
  else if (model.has_neuralnetworkclassifier())
    isExact = model.neuralnetworkclassifier().arrayinputshapemapping();
  else
    isExact = model.neuralnetworkregressor().arrayinputshapemapping();
  if (isExact)
    return proposals;
  std::set<int64_t> lengths;
  for (int64_t length = 2; length <= 16; ++length)
    lengths.insert(length);
  addLengths(*layers, lengths);
  for (int64_t length : lengths) {
    unsigned changed = 0;
    spec::ModelDescription all = inputs;
    for (int i = 0; i < inputs.input_size(); ++i) {
      spec::ModelDescription one = inputs;
      if (!setLength(*one.mutable_input(i), length))
        continue;
      setLength(*all.mutable_input(i), length);
      proposals.push_back(std::move(one));
      ++changed;
    }
    if (changed > 1)
      proposals.push_back(std::move(all));
    if (proposals.size() > 4 * kMaxLengths)
      break;
  }
  return proposals;
}
