// Everything in a model that is not a layer goes into attributes here, by
// reflection, so that a field which the format has gained since is not lost.

#include "ImportFeatures.h"
#include "LayerImporter.h"
#include "MessageAttributes.h"
#include "mlc/MLModel/MLModel.h"
#include "mlc/Support/ImageLimits.h"
#include <cmath>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlir;
using namespace mlc;
using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

DictionaryAttr mlc::describeFeature(Builder &builder,
                                    const spec::FeatureDescription &feature) {
  NamedAttrList attributes;
  const spec::FeatureType &type = feature.type();
  const Reflection &get = *type.GetReflection();
  if (const FieldDescriptor *field = get.GetOneofFieldDescriptor(
          type, type.GetDescriptor()->FindOneofByName("Type"))) {
    attributes = toAttribute(builder, get.GetMessage(type, field));
    StringRef name = field->name();
    name.consume_back("Type");
    attributes.set("type", builder.getStringAttr(name));
  }
  if (type.has_dictionarytype()) {
    bool isInt = type.dictionarytype().has_int64keytype();
    attributes.erase(isInt ? "int64KeyType" : "stringKeyType");
    attributes.set("keyType",
                   builder.getStringAttr(isInt ? "int64" : "string"));
  }
  attributes.set("name", builder.getStringAttr(feature.name()));
  if (!feature.shortdescription().empty())
    attributes.set("shortDescription",
                   builder.getStringAttr(feature.shortdescription()));
  if (type.isoptional())
    attributes.set("isOptional", builder.getBoolAttr(true));
  return attributes.getDictionary(builder.getContext());
}

NamedAttrList mlc::describeModel(Builder &builder, const spec::Model &model,
                                 const Network &network) {
  NamedAttrList attributes;
  auto set = [&](StringRef name, Attribute value) {
    attributes.append(("coreml." + name).str(), value);
  };
  set("kind", builder.getStringAttr(getModelKind(model)));
  set("specificationVersion",
      builder.getI64IntegerAttr(model.specificationversion()));
  // Inputs and outputs are at the function; all else is kept as it stands.
  spec::ModelDescription description = model.description();
  description.clear_input();
  description.clear_output();
  for (NamedAttribute field : toAttribute(builder, description))
    set(field.getName(), field.getValue());
  if (model.isupdatable())
    set("isUpdatable", builder.getBoolAttr(true));
  if (network.update)
    set("updateParams", toAttribute(builder, *network.update));
  if (network.arrayMapping != spec::RANK5_ARRAY_MAPPING)
    set("arrayInputShapeMapping",
        builder.getStringAttr(spec::NeuralNetworkMultiArrayShapeMapping_Name(
            network.arrayMapping)));
  if (network.imageMapping != spec::RANK5_IMAGE_MAPPING)
    set("imageInputShapeMapping",
        builder.getStringAttr(
            spec::NeuralNetworkImageShapeMapping_Name(network.imageMapping)));
  if (!model.has_neuralnetworkclassifier())
    return attributes;

  const spec::NeuralNetworkClassifier &classifier =
      model.neuralnetworkclassifier();
  if (classifier.has_stringclasslabels()) {
    SmallVector<StringRef> labels(
        classifier.stringclasslabels().vector().begin(),
        classifier.stringclasslabels().vector().end());
    set("classLabels", builder.getStrArrayAttr(labels));
  } else if (classifier.has_int64classlabels()) {
    const auto &labels = classifier.int64classlabels().vector();
    set("classLabels", builder.getDenseI64ArrayAttr(
                           ArrayRef<int64_t>(labels.data(), labels.size())));
  }
  if (!classifier.labelprobabilitylayername().empty())
    set("labelProbabilityLayerName",
        builder.getStringAttr(classifier.labelprobabilitylayername()));
  return attributes;
}

//===----------------------------------------------------------------------===//
// Types of inputs
//===----------------------------------------------------------------------===//

std::pair<int64_t, int64_t>
mlc::getDeclaredSize(const spec::ImageFeatureType &image) {
  if (image.width() != 0 || image.height() != 0)
    return {image.height(), image.width()};
  if (image.enumeratedsizes().sizes_size() > 0) {
    const auto &first = image.enumeratedsizes().sizes(0);
    return {first.height(), first.width()};
  }
  const auto &range = image.imagesizerange();
  return {range.heightrange().lowerbound(), range.widthrange().lowerbound()};
}

/// 0 if the color space is none that we know.
static int64_t getChannels(const spec::ImageFeatureType &image) {
  switch (image.colorspace()) {
  case spec::ImageFeatureType::RGB:
  case spec::ImageFeatureType::BGR:
    return 3;
  case spec::ImageFeatureType::GRAYSCALE:
  case spec::ImageFeatureType::GRAYSCALE_FLOAT16:
    return 1;
  default:
    return 0;
  }
}

static std::string describeLimits() {
  return ", which is not between 1 and " + std::to_string(kMaxImageSide) +
         " a side and " + std::to_string(kMaxImagePixels) + " pixels in all";
}

LogicalResult mlc::checkImageOutput(Location loc,
                                    const spec::FeatureDescription &feature,
                                    ArrayRef<int64_t> shape) {
  int64_t channels = getChannels(feature.type().imagetype());
  if (channels == 0)
    return emitError(loc) << "output '" << feature.name()
                          << "' has no known color space";
  if (shape.size() >= 3 && shape[shape.size() - 3] == channels &&
      llvm::all_of(shape.drop_back(3),
                   [](int64_t size) { return size == 1; })) {
    ArrayRef<int64_t> size = shape.take_back(2);
    if (isImageSize(size[0], size[1]))
      return success();
    return emitError(loc) << "output '" << feature.name() << "' is an image of "
                          << formatShape(size) << describeLimits();
  }
  return emitError(loc) << "output '" << feature.name() << "' is an image of "
                        << channels
                        << (channels == 1 ? " channel" : " channels")
                        << ", but the network gives the shape "
                        << formatShape(shape);
}

static LogicalResult getImageShape(Location loc, StringRef name,
                                   const spec::ImageFeatureType &image,
                                   bool isRank5,
                                   SmallVectorImpl<int64_t> &shape) {
  int64_t channels = getChannels(image);
  if (channels == 0)
    return emitError(loc) << "input '" << name << "' has no known color space";
  auto [height, width] = getDeclaredSize(image);
  if (height > 0 && width > 0 && !isImageSize(height, width))
    return emitError(loc) << "input '" << name << "' is an image of "
                          << formatShape({height, width}) << describeLimits();
  shape.assign({1, channels, height, width});
  if (isRank5)
    shape.insert(shape.begin(), 1);
  return success();
}

SmallVector<int64_t>
mlc::getDeclaredShape(const spec::ArrayFeatureType &array) {
  if (array.shape_size() == 0 && array.enumeratedshapes().shapes_size() > 0) {
    const auto &first = array.enumeratedshapes().shapes(0).shape();
    return {first.begin(), first.end()};
  }
  SmallVector<int64_t> shape(array.shape().begin(), array.shape().end());
  if (shape.empty())
    for (const spec::SizeRange &range : array.shaperange().sizeranges())
      shape.push_back(
          std::max(static_cast<int64_t>(range.lowerbound()), int64_t(1)));
  return shape;
}

static LogicalResult getArrayShape(Location loc, StringRef name,
                                   const spec::ArrayFeatureType &array,
                                   bool isRank5,
                                   SmallVectorImpl<int64_t> &shape) {
  shape = getDeclaredShape(array);
  size_t rank = shape.size();
  if (rank == 0)
    return emitError(loc) << "input '" << name << "' has no shape";
  if (rank > 5)
    return emitError(loc) << "input '" << name << "' has rank " << rank
                          << ", but Core ML has ranks up to 5";
  if (!isRank5)
    return success();
  if (rank != 1 && rank != 3 && rank != 5)
    return emitError(loc) << "input '" << name << "' has rank " << rank
                          << ", but RANK5_ARRAY_MAPPING takes ranks 1 (C), 3 "
                             "(C, H, W) and 5";
  if (rank == 1)
    shape.append({1, 1});
  if (rank < 5)
    shape.insert(shape.begin(), {1, 1});
  return success();
}

FailureOr<RankedTensorType>
mlc::getInputType(Location loc, const spec::FeatureDescription &feature,
                  const Network &network) {
  StringRef name = feature.name();
  const spec::FeatureType &type = feature.type();
  bool isRank5 = network.arrayMapping == spec::RANK5_ARRAY_MAPPING;
  SmallVector<int64_t> shape;
  LogicalResult result = success();
  switch (type.Type_case()) {
  case spec::FeatureType::kImageType:
    result =
        getImageShape(loc, name, type.imagetype(),
                      network.imageMapping == spec::RANK5_IMAGE_MAPPING, shape);
    break;
  case spec::FeatureType::kMultiArrayType:
    // The manifest keeps it, and JSON has no word for infinity.
    if (!std::isfinite(type.multiarraytype().floatdefaultvalue()) ||
        !std::isfinite(type.multiarraytype().doubledefaultvalue()))
      return emitError(loc)
             << "input '" << name << "' has a default value that is not finite";
    result = getArrayShape(loc, name, type.multiarraytype(), isRank5, shape);
    break;
  case spec::FeatureType::kInt64Type:
  case spec::FeatureType::kDoubleType:
    shape.assign(isRank5 ? 5 : 1, 1);
    break;
  case spec::FeatureType::TYPE_NOT_SET:
    return emitError(loc) << "input '" << name << "' has no type";
  default:
    return emitError(loc) << "input '" << name
                          << "' is neither an image, nor a multi-array, nor a "
                             "number";
  }
  if (failed(result))
    return failure();
  if (!countElements(shape))
    return emitError(loc) << "input '" << name << "' has the shape "
                          << formatShape(shape)
                          << ", which is empty or larger than 2^31 elements";
  return RankedTensorType::get(shape, Float32Type::get(loc.getContext()));
}
