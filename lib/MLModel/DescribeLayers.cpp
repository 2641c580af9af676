#include "DescribeLayers.h"

#include "ImportGraph.h"
#include "WeightSummary.h"
#include "mlc/Support/Provenance.h"
#include <cmath>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlir;
using namespace mlc;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using llvm::json::Array;
using llvm::json::Object;
using Json = llvm::json::Value;

static constexpr int kMaxListed = 64;

Array mlc::describeShape(ArrayRef<int64_t> shape) {
  Array array;
  for (int64_t size : shape)
    array.push_back(size);
  return array;
}

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

/// JSON has no word for infinity.
static Json describeNumber(double number) {
  return std::isfinite(number) ? Json(number) : Json(nullptr);
}

static Json describeEnum(const FieldDescriptor &field, int number) {
  const auto *value = field.enum_type()->FindValueByNumber(number);
  return value ? Json(std::string(value->name())) : Json(number);
}

/// Element `i` of a repeated field, or the field itself if `i` is negative.
static Json describeField(const Message &message, const FieldDescriptor &field,
                          int i) {
  const Reflection &get = *message.GetReflection();
#define MLC_GET(Type)                                                          \
  (i < 0 ? get.Get##Type(message, &field)                                      \
         : get.GetRepeated##Type(message, &field, i))
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_BOOL:
    return MLC_GET(Bool);
  case FieldDescriptor::CPPTYPE_INT32:
    return MLC_GET(Int32);
  case FieldDescriptor::CPPTYPE_INT64:
    return MLC_GET(Int64);
  case FieldDescriptor::CPPTYPE_UINT32:
    return int64_t(MLC_GET(UInt32));
  case FieldDescriptor::CPPTYPE_UINT64:
    return MLC_GET(UInt64);
  case FieldDescriptor::CPPTYPE_FLOAT:
    return describeNumber(MLC_GET(Float));
  case FieldDescriptor::CPPTYPE_DOUBLE:
    return describeNumber(MLC_GET(Double));
  case FieldDescriptor::CPPTYPE_STRING:
    if (field.type() == FieldDescriptor::TYPE_BYTES)
      return Object{{"bytes", int64_t(MLC_GET(String).size())}};
    return llvm::json::fixUTF8(MLC_GET(String));
  case FieldDescriptor::CPPTYPE_ENUM:
    return describeEnum(field,
                        i < 0 ? get.GetEnumValue(message, &field)
                              : get.GetRepeatedEnumValue(message, &field, i));
  case FieldDescriptor::CPPTYPE_MESSAGE:
    return describeFields(MLC_GET(Message));
  }
#undef MLC_GET
  llvm_unreachable("all types of fields are above");
}

Object mlc::describeFields(const Message &message) {
  Object object;
  const Reflection &get = *message.GetReflection();
  std::vector<const FieldDescriptor *> fields;
  get.ListFields(message, &fields);
  for (const FieldDescriptor *field : fields) {
    if (field->message_type() == spec::WeightParams::descriptor() ||
        field->message_type() == spec::NeuralNetwork::descriptor() ||
        field->message_type() == spec::LSTMWeightParams::descriptor())
      continue;
    StringRef name = field->name();
    if (!field->is_repeated()) {
      object[name] = describeField(message, *field, -1);
      continue;
    }
    int count = get.FieldSize(message, field);
    if (count > kMaxListed) {
      object[name] = Object{{"elements", count}};
      continue;
    }
    Array list;
    for (int i = 0; i < count; ++i)
      list.push_back(describeField(message, *field, i));
    object[name] = std::move(list);
  }
  return object;
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

static Array describeBorder(const spec::BorderAmounts &border) {
  Array amounts;
  for (int i = 0; i < 2; ++i) {
    bool isThere = i < border.borderamounts_size();
    amounts.push_back(isThere ? border.borderamounts(i).startedgesize() : 0);
    amounts.push_back(isThere ? border.borderamounts(i).endedgesize() : 0);
  }
  return amounts;
}

static void setPair(Object &fields, StringRef name,
                    const google::protobuf::RepeatedField<uint64_t> &values,
                    uint64_t otherwise) {
  if (values.empty())
    fields[name] = Array{otherwise, otherwise};
}

/// "paddingType" and "paddingAmounts" (top, bottom, left, right) instead of
/// messages.
template <typename Params>
static void setPadding(Object &fields, const Params &params) {
  fields.erase("valid");
  fields.erase("same");
  if (params.has_valid()) {
    fields["paddingType"] = "valid";
    fields["paddingAmounts"] = describeBorder(params.valid().paddingamounts());
  } else if (params.has_same()) {
    fields["paddingType"] = "same";
    fields["asymmetryMode"] =
        spec::SamePadding::SamePaddingMode_Name(params.same().asymmetrymode());
  }
}

static void setDefaults(Object &fields,
                        const spec::ConvolutionLayerParams &params) {
  setPair(fields, "kernelSize", params.kernelsize(), 3);
  setPair(fields, "stride", params.stride(), 1);
  setPair(fields, "dilationFactor", params.dilationfactor(), 1);
  fields["nGroups"] = std::max<uint64_t>(params.ngroups(), 1);
  setPadding(fields, params);
}

static void setDefaults(Object &fields,
                        const spec::PoolingLayerParams &params) {
  fields["type"] = spec::PoolingLayerParams::PoolingType_Name(params.type());
  if (params.globalpooling())
    return;
  setPair(fields, "kernelSize", params.kernelsize(), 3);
  setPair(fields, "stride", params.stride(), 1);
  setPadding(fields, params);
  if (params.has_includelastpixel()) {
    fields.erase("includeLastPixel");
    fields["paddingType"] = "includeLastPixel";
    Array amounts;
    for (uint64_t amount : params.includelastpixel().paddingamounts()) {
      amounts.push_back(amount);
      amounts.push_back(amount);
    }
    fields["paddingAmounts"] = std::move(amounts);
  }
}

/// The parameters of a layer but its weights.
static Object describeParameters(const spec::NeuralNetworkLayer &layer) {
  const Reflection &get = *layer.GetReflection();
  const FieldDescriptor *field = get.GetOneofFieldDescriptor(
      layer, layer.GetDescriptor()->FindOneofByName("layer"));
  if (!field)
    return {};
  Object fields = describeFields(get.GetMessage(layer, field));
  if (layer.has_convolution())
    setDefaults(fields, layer.convolution());
  else if (layer.has_pooling())
    setDefaults(fields, layer.pooling());
  return fields;
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// The elements of attributes, by the path of the field that they come from.
static void addElements(Attribute attribute, const std::string &path,
                        llvm::StringMap<int64_t> &elements) {
  if (auto dictionary = dyn_cast<DictionaryAttr>(attribute)) {
    for (NamedAttribute entry : dictionary)
      addElements(entry.getValue(),
                  (path.empty() ? "" : path + ".") + entry.getName().str(),
                  elements);
  } else if (auto list = dyn_cast<ArrayAttr>(attribute)) {
    for (auto [index, entry] : llvm::enumerate(list))
      addElements(entry, path + "[" + std::to_string(index) + "]", elements);
  } else if (auto values = dyn_cast<ElementsAttr>(attribute);
             values && !isa<DenseArrayAttr>(attribute)) {
    elements[path] = values.getNumElements();
  }
}

ImportedLayer mlc::summarizeImport(const spec::NeuralNetworkLayer &layer,
                                   Operation *op) {
  ImportedLayer result;
  for (auto [name, value] : llvm::zip(layer.output(), op->getResults()))
    result.shapes.emplace_back(
        cast<RankedTensorType>(value.getType()).getShape());
  addElements(op->getAttrDictionary(), "", result.elements);
  return result;
}

/// Sets "weights" and "parameters".
static void describeWeights(const spec::NeuralNetworkLayer &layer,
                            const ImportedLayer *imported, Object &object,
                            LayerTotals &totals) {
  const Reflection &get = *layer.GetReflection();
  const FieldDescriptor *field = get.GetOneofFieldDescriptor(
      layer, layer.GetDescriptor()->FindOneofByName("layer"));
  int64_t parameters = 0;
  Array list;
  auto add = [&](const std::string &name, const spec::WeightParams &weights) {
    WeightSummary summary = summarizeWeights(weights);
    // What the last byte has beyond them is no element.
    if (imported && summary.bits < 8)
      for (StringRef path :
           {StringRef(name), StringRef(name).rsplit('.').second})
        if (auto known = imported->elements.find(path);
            known != imported->elements.end())
          summary.elements = known->second;
    parameters += summary.elements;
    totals.weightBytes += summary.bytes;
    if (summary.elements > 0)
      totals.encodings[summary.encoding.str() +
                       (summary.bits < 16
                            ? " " + std::to_string(summary.bits) + " bits"
                            : "")] += summary.elements;
    Object entry{{"field", name},
                 {"encoding", summary.encoding},
                 {"bits", summary.bits},
                 {"elements", summary.elements},
                 {"bytes", summary.bytes}};
    if (summary.isUpdatable)
      entry["updatable"] = true;
    list.push_back(std::move(entry));
  };
  if (field)
    forEachWeights(get.GetMessage(layer, field), add);
  totals.parameters += parameters;
  object["parameters"] = parameters;
  if (!list.empty())
    object["weights"] = std::move(list);
}

static Array
describeNames(const google::protobuf::RepeatedPtrField<std::string> &names) {
  Array array;
  for (const std::string &name : names)
    array.push_back(llvm::json::fixUTF8(name));
  return array;
}

/// The lists of layers that a branch or loop holds, by their fields.
static Object describeSubnetworks(const spec::NeuralNetworkLayer &layer,
                                  const ImportedLayers &imported,
                                  LayerTotals &totals) {
  Object networks;
  auto add = [&](StringRef name, const spec::NeuralNetwork &network) {
    if (network.layers_size() > 0)
      networks[name] = describeLayers(network.layers(), imported, totals);
  };
  if (layer.has_branch()) {
    add("ifBranch", layer.branch().ifbranch());
    add("elseBranch", layer.branch().elsebranch());
  } else if (layer.has_loop()) {
    add("conditionNetwork", layer.loop().conditionnetwork());
    add("bodyNetwork", layer.loop().bodynetwork());
  }
  return networks;
}

Array mlc::describeLayers(const Layers &layers, const ImportedLayers &imported,
                          LayerTotals &totals) {
  Array list;
  for (auto [index, layer] : llvm::enumerate(layers)) {
    StringRef type = getLayerType(layer);
    auto found = imported.find(&layer);
    const ImportedLayer *known =
        found == imported.end() ? nullptr : &found->second;
    // Layers without a name are called by their number, as in messages.
    std::string name = layer.name().empty() ? "layer " + std::to_string(index)
                                            : llvm::json::fixUTF8(layer.name());
    Object object{{"name", name},
                  {"type", type.empty() ? StringRef("unknown") : type},
                  {"inputs", describeNames(layer.input())},
                  {"outputs", describeNames(layer.output())}};
    ++totals.types[type.empty() ? "unknown" : type.str()];
    if (layer.isupdatable()) {
      object["updatable"] = true;
      totals.updatable.push_back(name);
    }
    if (known) {
      Array shapes;
      for (ArrayRef<int64_t> shape : known->shapes)
        shapes.push_back(describeShape(shape));
      object["shapes"] = std::move(shapes);
    }
    describeWeights(layer, known, object, totals);
    if (Object fields = describeParameters(layer); !fields.empty())
      object["attributes"] = std::move(fields);
    if (Object networks = describeSubnetworks(layer, imported, totals);
        !networks.empty())
      object["networks"] = std::move(networks);
    if (totals.keepsLayers)
      list.push_back(std::move(object));
  }
  return list;
}
