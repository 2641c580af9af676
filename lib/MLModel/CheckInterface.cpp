// What a model says of its inputs and outputs.
#include "Checks.h"

using namespace mlc;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Features
//===----------------------------------------------------------------------===//

namespace {
/// One feature, and where it stands.
struct Place {
  const CheckedModel &model;
  const spec::FeatureDescription &feature;
  bool isInput;
  void report(const Twine &message) const {
    model.report((isInput ? "input '" : "output '") + feature.name() + "'",
                 message);
  }
};
} // namespace

static bool isOrdered(const spec::SizeRange &range) {
  return range.upperbound() <= 0 ||
         range.lowerbound() <= uint64_t(range.upperbound());
}

static bool contains(const spec::SizeRange &range, int64_t size) {
  return size >= int64_t(range.lowerbound()) &&
         (range.upperbound() < 0 || size <= range.upperbound());
}

static void checkShapeRange(const Place &place,
                            const spec::ArrayFeatureType &array) {
  const auto &ranges = array.shaperange().sizeranges();
  for (auto [index, range] : llvm::enumerate(ranges))
    if (!isOrdered(range))
      place.report("shapeRange of dimension " + Twine(index) + " ends (" +
                   Twine(range.upperbound()) + ") before it begins (" +
                   Twine(range.lowerbound()) + ")");
  if (array.shape_size() == 0)
    return;
  if (array.shape_size() != ranges.size()) {
    place.report("shape has " + Twine(array.shape_size()) +
                 " dimensions, shapeRange " + Twine(ranges.size()));
    return;
  }
  for (auto [size, range] : llvm::zip(array.shape(), ranges))
    if (!contains(range, size))
      return place.report("the default shape is outside of shapeRange");
}

static void checkEnumeratedShapes(const Place &place,
                                  const spec::ArrayFeatureType &array) {
  const auto &shapes = array.enumeratedshapes().shapes();
  if (shapes.empty())
    place.report("enumeratedShapes is empty");
  bool isListed = array.shape_size() == 0;
  for (const auto &shape : shapes) {
    if (shape.shape_size() == 0)
      place.report("enumeratedShapes has a shape without dimensions");
    isListed |= llvm::equal(shape.shape(), array.shape());
  }
  if (!isListed)
    place.report("the default shape is not among enumeratedShapes");
}

static void checkDefaultValue(const Place &place,
                              const spec::ArrayFeatureType &array) {
  using Array = spec::ArrayFeatureType;
  bool fits = true;
  switch (array.defaultOptionalValue_case()) {
  case Array::kDoubleDefaultValue:
    fits = array.datatype() == Array::DOUBLE;
    break;
  case Array::kFloatDefaultValue:
    fits = array.datatype() == Array::FLOAT32 ||
           array.datatype() == Array::FLOAT16;
    break;
  case Array::kIntDefaultValue:
    fits = array.datatype() == Array::INT32 ||
           (array.datatype() == Array::INT8 &&
            array.intdefaultvalue() >= -128 && array.intdefaultvalue() <= 127);
    break;
  case Array::DEFAULTOPTIONALVALUE_NOT_SET:
    break;
  }
  if (!fits)
    place.report("the default value does not fit dataType " +
                 Array::ArrayDataType_Name(array.datatype()));
}

static void checkArray(const Place &place,
                       const spec::ArrayFeatureType &array) {
  using Array = spec::ArrayFeatureType;
  // Versions 1 and 2 do not look at flexible shapes.
  bool isFlexible =
      place.model.version() >= 3 &&
      array.ShapeFlexibility_case() != Array::SHAPEFLEXIBILITY_NOT_SET;
  if (isFlexible && array.has_enumeratedshapes())
    checkEnumeratedShapes(place, array);
  else if (isFlexible)
    checkShapeRange(place, array);
  if (place.isInput && array.shape_size() == 0 && !isFlexible)
    place.report("has no shape");
  for (auto [index, size] : llvm::enumerate(array.shape()))
    if (size < 0)
      place.report("shape has the size " + Twine(size) + " in dimension " +
                   Twine(index));
  switch (array.datatype()) {
  case Array::FLOAT32:
  case Array::DOUBLE:
  case Array::INT32:
  case Array::INT8:
  case Array::FLOAT16:
    break;
  default:
    place.report("dataType is missing or unknown; it must be FLOAT32, DOUBLE, "
                 "INT32, FLOAT16 or INT8");
  }
  checkDefaultValue(place, array);
}

static void checkImage(const Place &place,
                       const spec::ImageFeatureType &image) {
  using Image = spec::ImageFeatureType;
  auto [height, width] = getDeclaredSize(image);
  bool hasDefault = image.width() > 0 && image.height() > 0;
  bool isFlexible = place.model.version() >= 3;
  if (isFlexible && image.has_enumeratedsizes()) {
    const auto &sizes = image.enumeratedsizes().sizes();
    if (sizes.empty())
      place.report("enumeratedSizes is empty");
    if (hasDefault && llvm::none_of(sizes, [&](const auto &size) {
          return int64_t(size.width()) == image.width() &&
                 int64_t(size.height()) == image.height();
        }))
      place.report("the default size is not among enumeratedSizes");
  } else if (isFlexible && image.has_imagesizerange()) {
    const auto &range = image.imagesizerange();
    if (!isOrdered(range.widthrange()))
      place.report("widthRange ends before it begins");
    if (!isOrdered(range.heightrange()))
      place.report("heightRange ends before it begins");
    if (hasDefault && !contains(range.widthrange(), image.width()))
      place.report("the default width is outside of widthRange");
    if (hasDefault && !contains(range.heightrange(), image.height()))
      place.report("the default height is outside of heightRange");
  }
  if (width <= 0 || height <= 0)
    place.report("width or height is missing or not positive");
  switch (image.colorspace()) {
  case Image::RGB:
  case Image::BGR:
  case Image::GRAYSCALE:
  case Image::GRAYSCALE_FLOAT16:
    break;
  default:
    place.report("colorSpace is missing or unknown; it must be RGB, BGR, "
                 "GRAYSCALE or GRAYSCALE_FLOAT16");
  }
}

static void checkFeature(const Place &place) {
  const spec::FeatureType &type = place.feature.type();
  if (place.feature.name().empty())
    place.report("has no name");
  switch (type.Type_case()) {
  case spec::FeatureType::kMultiArrayType:
    return checkArray(place, type.multiarraytype());
  case spec::FeatureType::kImageType:
    return checkImage(place, type.imagetype());
  case spec::FeatureType::kDictionaryType:
    if (type.dictionarytype().KeyType_case() ==
        spec::DictionaryFeatureType::KEYTYPE_NOT_SET)
      place.report("dictionaryType has neither int64 nor string keys");
    return;
  case spec::FeatureType::kSequenceType:
    if (type.sequencetype().Type_case() ==
        spec::SequenceFeatureType::TYPE_NOT_SET)
      place.report("sequenceType has neither int64 nor string elements");
    return;
  case spec::FeatureType::kStateType:
    if (!place.isInput)
      place.report("a state is no output");
    return;
  case spec::FeatureType::TYPE_NOT_SET:
    return place.report("has no type");
  default:
    return;
  }
}

static void checkFeatures(const CheckedModel &model) {
  for (const spec::FeatureDescription &input : model.description().input())
    checkFeature({model, input, true});
  for (const spec::FeatureDescription &output : model.description().output())
    checkFeature({model, output, false});
}

//===----------------------------------------------------------------------===//
// All of them
//===----------------------------------------------------------------------===//

static void checkOptional(const CheckedModel &model) {
  for (const spec::FeatureDescription &output : model.description().output())
    if (output.type().isoptional())
      model.report("output '" + output.name() + "'",
                   "isOptional: only inputs may be");
  const auto &inputs = model.description().input();
  if (model.network && !inputs.empty() &&
      llvm::all_of(inputs, [](const auto &input) {
        return input.type().isoptional() && !input.type().has_statetype();
      }))
    model.report("the model", "all inputs are optional; a network needs one "
                              "that is not");
}

static void checkCounts(const CheckedModel &model) {
  if (model.description().functions_size() > 0)
    return;
  if (model.description().input().empty() && !model.model.has_mlprogram())
    model.report("the model", "has no inputs");
  if (model.description().output().empty())
    model.report("the model", "has no outputs");
  if (model.network && model.network->layers.empty())
    model.report("the model", "the network has no layers");
}

static void checkNetworkTypes(const CheckedModel &model) {
  auto isArray = [](const spec::FeatureDescription &feature) {
    const spec::FeatureType &type = feature.type();
    return type.has_imagetype() || type.has_multiarraytype() ||
           type.has_statetype() ||
           type.Type_case() == spec::FeatureType::TYPE_NOT_SET;
  };
  if (!model.network)
    return;
  for (const spec::FeatureDescription &input : model.description().input())
    if (!isArray(input))
      model.report("input '" + input.name() + "'",
                   "a network reads images and multi-arrays only");
  if (!model.model.has_neuralnetwork())
    return;
  for (const spec::FeatureDescription &output : model.description().output())
    if (!isArray(output))
      model.report("output '" + output.name() + "'",
                   "a neuralNetwork gives images and multi-arrays only");
}

/// Ranks of inputs and the mapping of arrays.
static void checkMapping(const CheckedModel &model) {
  if (!model.network)
    return;
  bool isExact = model.network->arrayMapping != spec::RANK5_ARRAY_MAPPING;
  bool hasArray = false;
  for (const spec::FeatureDescription &input : model.description().input()) {
    if (!input.type().has_multiarraytype())
      continue;
    hasArray = true;
    int rank = getDeclaredShape(input.type().multiarraytype()).size();
    if (!model.hasRanks && rank != 1 && rank != 3)
      model.report("input '" + input.name() + "'",
                   "shape has " + Twine(rank) +
                       " dimensions; with RANK5_ARRAY_MAPPING it has 1 or 3");
    if (model.hasRanks && input.type().multiarraytype().shape_size() == 0)
      model.report("input '" + input.name() + "'",
                   "has no default shape, which it needs beside layers or "
                   "mappings of version 4");
  }
  if (hasArray && model.hasRanks && !isExact)
    model.report("the model",
                 "arrayInputShapeMapping is RANK5_ARRAY_MAPPING beside layers "
                 "or an image mapping of version 4; it must be "
                 "EXACT_ARRAY_MAPPING");
}

//===----------------------------------------------------------------------===//
// Classifiers and regressors
//===----------------------------------------------------------------------===//

static const spec::FeatureDescription *findOutput(const CheckedModel &model,
                                                  const std::string &name) {
  for (const spec::FeatureDescription &output : model.description().output())
    if (output.name() == name)
      return &output;
  return nullptr;
}

static void checkClassifier(const CheckedModel &model) {
  if (!model.model.has_neuralnetworkclassifier())
    return;
  const auto &classifier = model.model.neuralnetworkclassifier();
  bool isInt = classifier.has_int64classlabels();
  int count = isInt ? classifier.int64classlabels().vector_size()
                    : classifier.stringclasslabels().vector_size();
  if (count == 0)
    model.report("the model", "a classifier has no class labels");
  const std::string &label = model.description().predictedfeaturename();
  const std::string &probabilities =
      model.description().predictedprobabilitiesname();
  if (label.empty())
    model.report("the model", "predictedFeatureName is missing");
  else if (const auto *output = findOutput(model, label); !output)
    model.report("the model", "predictedFeatureName '" + label +
                                  "' is not among the outputs");
  else if (isInt ? !output->type().has_int64type()
                 : !output->type().has_stringtype())
    model.report("output '" + label + "'", Twine("is no ") +
                                               (isInt ? "int64" : "string") +
                                               ", which the class labels are");
  if (probabilities.empty())
    return;
  const auto *output = findOutput(model, probabilities);
  if (!output)
    model.report("the model", "predictedProbabilitiesName '" + probabilities +
                                  "' is not among the outputs");
  else if (!output->type().has_dictionarytype() &&
           !output->type().has_multiarraytype())
    model.report("output '" + probabilities + "'",
                 "is no dictionary of probabilities");
}

static void checkRegressor(const CheckedModel &model) {
  if (!model.model.has_neuralnetworkregressor())
    return;
  const std::string &name = model.description().predictedfeaturename();
  const auto *output = findOutput(model, name);
  if (name.empty())
    model.report("the model", "predictedFeatureName is missing");
  else if (!output)
    model.report("the model", "predictedFeatureName '" + name +
                                  "' is not among the outputs");
  else if (!output->type().has_doubletype() &&
           !output->type().has_multiarraytype())
    model.report("output '" + name + "'", "is neither a number nor an array");
}

llvm::ArrayRef<CheckRule> mlc::getInterfaceRules() {
  static const CheckRule rules[] = {
      {"counts", checkCounts},         {"feature", checkFeatures},
      {"optional", checkOptional},     {"network-types", checkNetworkTypes},
      {"array-mapping", checkMapping}, {"classifier", checkClassifier},
      {"regressor", checkRegressor},
  };
  return rules;
}
