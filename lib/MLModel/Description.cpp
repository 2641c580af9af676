// A model file as JSON, from its messages: so that a file with a fault shows
// what it holds, too. The import adds the shapes of what layers give.
#include "mlc/MLModel/Description.h"

#include "DescribeLayers.h"
#include "ImportFeatures.h"
#include "InputShapeRules.h"
#include "mlc/MLModel/Import.h"
#include "mlc/MLModel/MLModel.h"
#include <google/protobuf/descriptor.h>

using namespace mlir;
using namespace mlc;
using llvm::json::Array;
using llvm::json::Object;

//===----------------------------------------------------------------------===//
// Features
//===----------------------------------------------------------------------===//

/// [least, greatest], or [least, null] without a limit.
static Array describeRange(const spec::SizeRange &range) {
  Array array{range.lowerbound()};
  if (range.upperbound() < 0)
    array.push_back(nullptr);
  else
    array.push_back(range.upperbound());
  return array;
}

static void describeImage(const spec::ImageFeatureType &image, Object &object) {
  auto [height, width] = getDeclaredSize(image);
  object["shape"] = Array{height, width};
  object["colorSpace"] =
      spec::ImageFeatureType::ColorSpace_Name(image.colorspace());
  if (image.has_imagesizerange())
    object["shapeRange"] =
        Array{describeRange(image.imagesizerange().heightrange()),
              describeRange(image.imagesizerange().widthrange())};
  Array sizes;
  for (const auto &size : image.enumeratedsizes().sizes())
    sizes.push_back(Array{size.height(), size.width()});
  if (!sizes.empty())
    object["enumeratedShapes"] = std::move(sizes);
}

static void describeArray(const spec::ArrayFeatureType &array, Object &object) {
  object["shape"] = describeShape(getDeclaredShape(array));
  object["dataType"] =
      spec::ArrayFeatureType::ArrayDataType_Name(array.datatype());
  Array ranges, shapes;
  for (const spec::SizeRange &range : array.shaperange().sizeranges())
    ranges.push_back(describeRange(range));
  if (!ranges.empty())
    object["shapeRange"] = std::move(ranges);
  for (const auto &shape : array.enumeratedshapes().shapes())
    shapes.push_back(describeShape(
        SmallVector<int64_t>(shape.shape().begin(), shape.shape().end())));
  if (!shapes.empty())
    object["enumeratedShapes"] = std::move(shapes);
  Object fields = describeFields(array);
  for (StringRef name :
       {"intDefaultValue", "floatDefaultValue", "doubleDefaultValue"})
    if (auto *value = fields.get(name))
      object["defaultValue"] = llvm::json::Value(*value);
}

static Object describeFeature(const spec::FeatureDescription &feature) {
  const spec::FeatureType &type = feature.type();
  const auto *field = type.GetReflection()->GetOneofFieldDescriptor(
      type, type.GetDescriptor()->FindOneofByName("Type"));
  StringRef name = field ? StringRef(field->name()) : "unknown";
  name.consume_back("Type");
  Object object{{"name", llvm::json::fixUTF8(feature.name())},
                {"type", name.str()}};
  if (!feature.shortdescription().empty())
    object["shortDescription"] =
        llvm::json::fixUTF8(feature.shortdescription());
  if (type.isoptional())
    object["optional"] = true;
  if (type.has_imagetype())
    describeImage(type.imagetype(), object);
  else if (type.has_multiarraytype())
    describeArray(type.multiarraytype(), object);
  else if (type.has_dictionarytype())
    object["keyType"] =
        type.dictionarytype().has_int64keytype() ? "int64" : "string";
  if (std::string others = describeFlexibility(feature); !others.empty())
    object["flexible"] = others;
  return object;
}

static Array describeFeatures(
    const google::protobuf::RepeatedPtrField<spec::FeatureDescription> &list) {
  Array array;
  for (const spec::FeatureDescription &feature : list)
    array.push_back(describeFeature(feature));
  return array;
}

/// What outputs are in the network: arrays without a declared shape, and
/// probabilities, have no other.
static void setOutputShapes(Array &outputs, ModuleOp module, bool isExact) {
  auto main = *module.getOps<func::FuncOp>().begin();
  for (unsigned i = 0, e = main.getNumResults(); i < e; ++i) {
    auto feature =
        main.getResultAttrOfType<DictionaryAttr>(i, "coreml.feature");
    auto name = feature ? feature.getAs<StringAttr>("name") : StringAttr();
    if (!name)
      continue;
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(main.getResultTypes()[i]).getShape();
    for (llvm::json::Value &value : outputs) {
      Object &output = *value.getAsObject();
      if (output.getString("name") != name.getValue())
        continue;
      output["networkShape"] = describeShape(shape);
      if (output.getString("type") == "image") {
        output["shape"] = describeShape(shape.take_back(2));
        continue;
      }
      if (const Array *declared = output.getArray("shape");
          declared && !declared->empty()) {
        output["declaredShape"] = Array(*declared);
        int64_t count = 1;
        for (const llvm::json::Value &size : *declared)
          count *= size.getAsInteger().value_or(0);
        // `run` gives the declared one where that is only another view.
        if (count == countElements(shape))
          continue;
      }
      // Without the ones in front and behind that RANK5_ARRAY_MAPPING adds.
      if (!isExact && shape.size() == 5 && shape[0] == 1 && shape[1] == 1) {
        shape = shape.drop_front(2);
        if (shape[1] == 1 && shape[2] == 1)
          shape = shape.take_front(1);
      }
      output["shape"] = describeShape(shape);
    }
  }
}

//===----------------------------------------------------------------------===//
// The network
//===----------------------------------------------------------------------===//

static Array describePreprocessing(
    const google::protobuf::RepeatedPtrField<spec::NeuralNetworkPreprocessing>
        &steps) {
  Array list;
  for (const spec::NeuralNetworkPreprocessing &step : steps) {
    Object object{{"feature", llvm::json::fixUTF8(step.featurename())}};
    if (step.has_scaler()) {
      const spec::NeuralNetworkImageScaler &scaler = step.scaler();
      object["type"] = "scaler";
      object["channelScale"] = double(scaler.channelscale());
      object["redBias"] = double(scaler.redbias());
      object["greenBias"] = double(scaler.greenbias());
      object["blueBias"] = double(scaler.bluebias());
      object["grayBias"] = double(scaler.graybias());
    } else if (step.has_meanimage()) {
      object["type"] = "meanImage";
      object["elements"] = step.meanimage().meanimage_size();
    } else {
      object["type"] = "unknown";
    }
    list.push_back(std::move(object));
  }
  return list;
}

static Object describeTraining(const spec::ModelDescription &description,
                               const spec::NetworkUpdateParameters &update) {
  Object training = describeFields(update);
  training["inputs"] = describeFeatures(description.traininginput());
  return training;
}

template <typename Kind>
static void describeNetwork(const Kind &network,
                            const spec::ModelDescription &description,
                            const ImportedLayers &imported, bool withLayers,
                            Object &object) {
  object["arrayInputShapeMapping"] =
      spec::NeuralNetworkMultiArrayShapeMapping_Name(
          network.arrayinputshapemapping());
  object["imageInputShapeMapping"] = spec::NeuralNetworkImageShapeMapping_Name(
      network.imageinputshapemapping());
  if (network.preprocessing_size() > 0)
    object["preprocessing"] = describePreprocessing(network.preprocessing());
  LayerTotals totals;
  totals.keepsLayers = withLayers;
  Array layers = describeLayers(network.layers(), imported, totals);
  if (withLayers)
    object["layers"] = std::move(layers);
  Object types, encodings;
  for (auto &[type, count] : totals.types)
    types[type] = count;
  for (auto &[encoding, count] : totals.encodings)
    encodings[encoding] = count;
  object["layerTypes"] = std::move(types);
  object["parameters"] = totals.parameters;
  object["weightBytes"] = totals.weightBytes;
  object["weightEncodings"] = std::move(encodings);
  Array updatable;
  for (const std::string &layer : totals.updatable)
    updatable.push_back(layer);
  if (!updatable.empty())
    object["updatableLayers"] = std::move(updatable);
  if (network.has_updateparams() || description.traininginput_size() > 0)
    object["training"] = describeTraining(description, network.updateparams());
}

static void describeLabels(const spec::NeuralNetworkClassifier &classifier,
                           Object &object) {
  Array labels;
  for (const std::string &label : classifier.stringclasslabels().vector())
    labels.push_back(llvm::json::fixUTF8(label));
  for (int64_t label : classifier.int64classlabels().vector())
    labels.push_back(label);
  object["labels"] = std::move(labels);
}

static Object describe(const spec::Model &model, const ImportedLayers &imported,
                       bool withLayers) {
  const spec::ModelDescription &description = model.description();
  Object object{{"kind", getModelKind(model)},
                {"specificationVersion", model.specificationversion()},
                {"updatable", model.isupdatable()},
                {"inputs", describeFeatures(description.input())},
                {"outputs", describeFeatures(description.output())}};
  const spec::Metadata &metadata = description.metadata();
  object["metadata"] = describeFields(metadata);
  Object others;
  for (auto &[key, value] : metadata.userdefined())
    others[llvm::json::fixUTF8(key)] = llvm::json::fixUTF8(value);
  (*object.getObject("metadata")).erase("userDefined");
  if (!others.empty())
    (*object.getObject("metadata"))["userDefined"] = std::move(others);
  for (auto [name, text] :
       {std::pair("predictedFeatureName", description.predictedfeaturename()),
        std::pair("predictedProbabilitiesName",
                  description.predictedprobabilitiesname())})
    if (!text.empty())
      object[name] = llvm::json::fixUTF8(text);
  if (model.has_neuralnetwork()) {
    describeNetwork(model.neuralnetwork(), description, imported, withLayers,
                    object);
  } else if (model.has_neuralnetworkregressor()) {
    describeNetwork(model.neuralnetworkregressor(), description, imported,
                    withLayers, object);
  } else if (model.has_neuralnetworkclassifier()) {
    describeNetwork(model.neuralnetworkclassifier(), description, imported,
                    withLayers, object);
    describeLabels(model.neuralnetworkclassifier(), object);
  }
  return object;
}

llvm::Expected<DescribedModel>
mlc::describeModelFile(StringRef path, MLIRContext *context,
                       ArrayRef<InputShape> shapes, bool withLayers) {
  auto read = readModelFile(path);
  if (!read)
    return read.takeError();
  std::shared_ptr<spec::Model> model = std::move(*read);
  spec::ModelDescription original = model->description();
  if (llvm::Error error = setInputShapes(*model, shapes))
    return std::move(error);
  ImportedLayers imported;
  ImportOptions options;
  options.onLayer = [&](const spec::NeuralNetworkLayer &layer, Operation *op) {
    imported[&layer] = summarizeImport(layer, op);
  };
  DescribedModel result;
  result.module = importSequence(model, context, options, shapes, original);
  result.description = describe(*model, imported, withLayers);
  bool isExact = result.description.getString("arrayInputShapeMapping") ==
                 "EXACT_ARRAY_MAPPING";
  if (result.module)
    setOutputShapes(*result.description.getArray("outputs"), *result.module,
                    isExact);
  return std::move(result);
}
