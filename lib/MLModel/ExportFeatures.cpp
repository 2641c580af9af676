// The description of a model back from attributes: the inverse of
// ImportFeatures.cpp.

#include "MessageAttributes.h"
#include "ModelExporter.h"
#include "llvm/ADT/StringSwitch.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlir;
using namespace mlc;
using google::protobuf::FieldDescriptor;

static LogicalResult exportFeature(DictionaryAttr attributes,
                                   spec::FeatureDescription &feature,
                                   ErrorEmitter emitError) {
  auto getText = [&](StringRef name) {
    auto text = attributes.getAs<StringAttr>(name);
    return text ? text.str() : "";
  };
  feature.set_name(getText("name"));
  feature.set_shortdescription(getText("shortDescription"));
  spec::FeatureType &type = *feature.mutable_type();
  if (attributes.contains("isOptional"))
    type.set_isoptional(true);
  std::string kind = getText("type"), keyType = getText("keyType");
  if (kind.empty())
    return success();
  const FieldDescriptor *field =
      type.GetDescriptor()->FindFieldByName(kind + "Type");
  if (!field || !field->containing_oneof())
    return emitError() << "feature '" << feature.name()
                       << "' has the unknown type " << kind;
  NamedAttrList rest(attributes);
  for (StringRef ours :
       {"name", "shortDescription", "isOptional", "type", "keyType", "state"})
    rest.erase(ours);
  // In a number of states "state" is the name of another feature.
  auto &inner = *type.GetReflection()->MutableMessage(&type, field);
  if (failed(fromAttribute(rest.getDictionary(attributes.getContext()), inner,
                           emitError)))
    return failure();
  if (keyType == "int64")
    type.mutable_dictionarytype()->mutable_int64keytype();
  else if (keyType == "string")
    type.mutable_dictionarytype()->mutable_stringkeytype();
  return success();
}

LogicalResult
ModelExporter::exportFeatures(spec::ModelDescription &description) {
  auto add = [&](DictionaryAttr attributes, auto &list) -> LogicalResult {
    if (!attributes)
      return function.emitError() << "has no coreml.feature at each argument";
    return exportFeature(attributes, *list.Add(),
                         [&] { return function.emitError(); });
  };
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i)
    if (failed(
            add(function.getArgAttrOfType<DictionaryAttr>(i, "coreml.feature"),
                *description.mutable_input())))
      return failure();
  for (unsigned i = 0, e = function.getNumResults(); i < e; ++i)
    if (failed(add(
            function.getResultAttrOfType<DictionaryAttr>(i, "coreml.feature"),
            *description.mutable_output())))
      return failure();
  // The order among the outputs is part of the file's form.
  auto label = module->getAttrOfType<DictionaryAttr>("coreml.label");
  return label ? add(label, *description.mutable_output()) : success();
}

/// Attributes of the module that are no fields of the description.
static bool isOutsideDescription(StringRef name) {
  return llvm::StringSwitch<bool>(name)
      .Cases({"kind", "specificationVersion", "isUpdatable", "updateParams",
              "arrayInputShapeMapping", "imageInputShapeMapping", "classLabels",
              "labelProbabilityLayerName", "label", "file"},
             true)
      .Default(false);
}

LogicalResult
ModelExporter::exportAttributes(spec::ModelDescription &description) {
  NamedAttrList fields;
  for (NamedAttribute attribute : module->getAttrs()) {
    StringRef name = attribute.getName();
    if (name.consume_front("coreml.") && !isOutsideDescription(name))
      fields.append(name, attribute.getValue());
  }
  return fromAttribute(fields.getDictionary(module.getContext()), description,
                       [&] { return emitError(); });
}

//===----------------------------------------------------------------------===//
// The network but for its layers
//===----------------------------------------------------------------------===//

template <typename Kind>
LogicalResult ModelExporter::exportNetworkOptions(Kind &network) {
  NamedAttrList fields;
  for (StringRef name :
       {"updateParams", "arrayInputShapeMapping", "imageInputShapeMapping"})
    if (Attribute value = module->getAttr(("coreml." + name).str()))
      fields.append(name, value);
  return fromAttribute(fields.getDictionary(module.getContext()), network,
                       [&] { return emitError(); });
}

/// The name under which a reader finds the probabilities: that of the file, if
/// it still leads there.
std::string ModelExporter::getProbabilityName() {
  auto attribute =
      module->getAttrOfType<StringAttr>("coreml.labelProbabilityLayerName");
  std::string name = attribute ? attribute.str() : "";
  Operation *terminator = function.getBody().front().getTerminator();
  Value probabilities;
  for (auto [index, value] : llvm::enumerate(terminator->getOperands()))
    if (auto feature = function.getResultAttrOfType<DictionaryAttr>(
            index, "coreml.feature");
        feature && !isNamedByFeature(feature, /*isClassifier=*/true))
      probabilities = value;
  if (!probabilities)
    return name;
  Value found, ofLayer;
  for (Operation &op : function.getBody().front().without_terminator()) {
    for (Value result : op.getResults())
      if (names.getBlob(result) == name)
        found = result;
    if (!isPreprocessing(&op) && (name.empty() || names.getLayer(&op) == name))
      ofLayer = op.getResult(0);
  }
  if (!found || name.empty())
    found = ofLayer;
  return found == probabilities ? name : names.getBlob(probabilities).str();
}

void ModelExporter::exportClassLabels(
    spec::NeuralNetworkClassifier &classifier) {
  Attribute labels = module->getAttr("coreml.classLabels");
  if (auto numbers = dyn_cast_or_null<DenseI64ArrayAttr>(labels))
    for (int64_t number : numbers.asArrayRef())
      classifier.mutable_int64classlabels()->add_vector(number);
  if (auto texts = dyn_cast_or_null<ArrayAttr>(labels))
    for (auto text : texts.getAsRange<StringAttr>())
      classifier.mutable_stringclasslabels()->add_vector(text.str());
  classifier.set_labelprobabilitylayername(getProbabilityName());
}

LogicalResult ModelExporter::exportDescription(spec::Model &model) {
  auto kind = module->getAttrOfType<StringAttr>("coreml.kind");
  if (!kind)
    return emitError() << "has no coreml.kind, so it is no model";
  // Without one it is what the whole needs, in the end.
  if (auto version =
          module->getAttrOfType<IntegerAttr>("coreml.specificationVersion"))
    model.set_specificationversion(version.getInt());
  auto updatable = module->getAttrOfType<BoolAttr>("coreml.isUpdatable");
  model.set_isupdatable(updatable && updatable.getValue());
  if (failed(exportFeatures(*model.mutable_description())) ||
      failed(exportAttributes(*model.mutable_description())))
    return failure();
  if (kind == "neuralNetwork")
    return exportNetworkOptions(*model.mutable_neuralnetwork());
  if (kind == "neuralNetworkRegressor")
    return exportNetworkOptions(*model.mutable_neuralnetworkregressor());
  if (kind != "neuralNetworkClassifier")
    return emitError() << "is of the kind " << kind << ", which is no network";
  exportClassLabels(*model.mutable_neuralnetworkclassifier());
  return exportNetworkOptions(*model.mutable_neuralnetworkclassifier());
}
