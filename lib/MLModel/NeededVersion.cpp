// The least version of the specification that has everything a model says, for
// models that no file was behind.

#include "ModelExporter.h"
#include "WeightSummary.h"
#include "llvm/ADT/STLExtras.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlc;
using google::protobuf::DynamicCastToGenerated;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Layer types by the number of their field: they were handed out in blocks. A
/// test compares with the headings in NeuralNetwork.proto.
static int getVersionOfType(spec::NeuralNetworkLayer::LayerCase type) {
  if (type >= spec::NeuralNetworkLayer::kOneHot)
    return 5;
  if (type >= spec::NeuralNetworkLayer::kCopy)
    return 4;
  if (type == spec::NeuralNetworkLayer::kCustom)
    return 2;
  return type == spec::NeuralNetworkLayer::kResizeBilinear ||
                 type == spec::NeuralNetworkLayer::kCropResize
             ? 3
             : 1;
}

/// What later versions added to layer types of earlier ones.
static int getVersionOfUse(const spec::NeuralNetworkLayer &layer) {
  auto since = [](int version, bool isUsed) { return isUsed ? version : 1; };
  switch (layer.layer_case()) {
  case spec::NeuralNetworkLayer::kConvolution:
    return since(4, layer.input_size() > 1);
  case spec::NeuralNetworkLayer::kInnerProduct:
    return since(5, layer.innerproduct().int8dynamicquantize());
  case spec::NeuralNetworkLayer::kBatchedMatmul:
    return since(5, layer.batchedmatmul().int8dynamicquantize());
  case spec::NeuralNetworkLayer::kUpsample:
    return since(5, layer.upsample().linearupsamplemode() !=
                            spec::UpsampleLayerParams::DEFAULT ||
                        layer.upsample().fractionalscalingfactor_size() > 0);
  case spec::NeuralNetworkLayer::kReorganizeData:
    return since(5, layer.reorganizedata().mode() ==
                        spec::ReorganizeDataLayerParams::PIXEL_SHUFFLE);
  case spec::NeuralNetworkLayer::kSliceDynamic:
    return since(5, layer.input_size() > 6 ||
                        layer.slicedynamic().squeezemasks_size() > 0);
  case spec::NeuralNetworkLayer::kConcatND:
    return since(5, layer.concatnd().interleave());
  default:
    return 1;
  }
}

static int getVersionOfWeights(const spec::WeightParams &weights) {
  if (weights.has_quantization())
    return 3;
  return weights.float16value().empty() ? 1 : 2;
}

static int getVersionOfArray(const spec::ArrayFeatureType &array) {
  if (array.datatype() == spec::ArrayFeatureType::INT8)
    return 10;
  if (array.datatype() == spec::ArrayFeatureType::FLOAT16)
    return 7;
  if (array.defaultOptionalValue_case() !=
      spec::ArrayFeatureType::DEFAULTOPTIONALVALUE_NOT_SET)
    return 5;
  return array.ShapeFlexibility_case() !=
                 spec::ArrayFeatureType::SHAPEFLEXIBILITY_NOT_SET
             ? 3
             : 1;
}

static int getVersionOfImage(const spec::ImageFeatureType &image) {
  if (image.colorspace() == spec::ImageFeatureType::GRAYSCALE_FLOAT16)
    return 7;
  return image.SizeFlexibility_case() !=
                 spec::ImageFeatureType::SIZEFLEXIBILITY_NOT_SET
             ? 3
             : 1;
}

static int getOwnVersion(const Message &message) {
  if (auto *layer = DynamicCastToGenerated<spec::NeuralNetworkLayer>(&message))
    return std::max(getVersionOfType(layer->layer_case()),
                    getVersionOfUse(*layer));
  if (auto *weights = DynamicCastToGenerated<spec::WeightParams>(&message))
    return getVersionOfWeights(*weights);
  if (auto *array = DynamicCastToGenerated<spec::ArrayFeatureType>(&message))
    return getVersionOfArray(*array);
  if (auto *image = DynamicCastToGenerated<spec::ImageFeatureType>(&message))
    return getVersionOfImage(*image);
  if (auto *model = DynamicCastToGenerated<spec::Model>(&message))
    return model->isupdatable() ? 4 : 1;
  return 1;
}

/// Mappings of inputs by their own ranks, whatever the kind of network.
static bool isMapping(const FieldDescriptor &field) {
  return field.enum_type() &&
         (field.enum_type() ==
              spec::NeuralNetworkMultiArrayShapeMapping_descriptor() ||
          field.enum_type() ==
              spec::NeuralNetworkImageShapeMapping_descriptor());
}

int mlc::getNeededVersion(const Message &message) {
  int version = getOwnVersion(message);
  const Reflection &get = *message.GetReflection();
  std::vector<const FieldDescriptor *> fields;
  get.ListFields(message, &fields);
  for (const FieldDescriptor *field : fields) {
    if (isMapping(*field))
      version = std::max(version, 4);
    if (!field->message_type())
      continue;
    if (!field->is_repeated()) {
      version =
          std::max(version, getNeededVersion(get.GetMessage(message, field)));
      continue;
    }
    for (int i = 0, e = get.FieldSize(message, field); i < e; ++i)
      version = std::max(
          version, getNeededVersion(get.GetRepeatedMessage(message, field, i)));
  }
  return version;
}

//===----------------------------------------------------------------------===//
// With what needs them
//===----------------------------------------------------------------------===//

NeededVersions mlc::getNeededVersions(const spec::NeuralNetworkLayer &layer) {
  NeededVersions needed;
  auto add = [&](const llvm::Twine &what, int version) {
    if (version > 1)
      needed.emplace_back(what.str(), version);
  };
  add("its type", getVersionOfType(layer.layer_case()));
  add("its form", getVersionOfUse(layer));
  const Reflection &get = *layer.GetReflection();
  const auto *field = get.GetOneofFieldDescriptor(
      layer, layer.GetDescriptor()->FindOneofByName("layer"));
  if (!field)
    return needed;
  forEachWeights(
      get.GetMessage(layer, field),
      [&](const std::string &name, const spec::WeightParams &weights) {
        add(name + (weights.has_quantization() ? " (quantized)"
                                               : " (half precision)"),
            getVersionOfWeights(weights));
      });
  return needed;
}

NeededVersions mlc::getNeededVersions(const spec::FeatureDescription &feature) {
  NeededVersions needed;
  auto add = [&](const char *what, int version, bool isUsed) {
    if (isUsed)
      needed.emplace_back(what, version);
  };
  const spec::FeatureType &type = feature.type();
  const spec::ArrayFeatureType &array = type.multiarraytype();
  const spec::ImageFeatureType &image = type.imagetype();
  add("a flexible shape", 3,
      array.ShapeFlexibility_case() !=
              spec::ArrayFeatureType::SHAPEFLEXIBILITY_NOT_SET ||
          image.SizeFlexibility_case() !=
              spec::ImageFeatureType::SIZEFLEXIBILITY_NOT_SET);
  add("type sequence", 3, type.has_sequencetype());
  add("a default value", 5,
      type.isoptional() &&
          array.defaultOptionalValue_case() !=
              spec::ArrayFeatureType::DEFAULTOPTIONALVALUE_NOT_SET);
  add("dataType FLOAT16", 7,
      array.datatype() == spec::ArrayFeatureType::FLOAT16);
  add("colorSpace GRAYSCALE_FLOAT16", 7,
      image.colorspace() == spec::ImageFeatureType::GRAYSCALE_FLOAT16);
  add("type state", 9, type.has_statetype());
  add("dataType INT8", 10, array.datatype() == spec::ArrayFeatureType::INT8);
  return needed;
}
