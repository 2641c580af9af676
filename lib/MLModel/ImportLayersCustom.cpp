// Layers of classes that a folder describes. What the description says is put
// together with what the file says of this layer, so that nothing later needs
// the folder.

#include "CustomLayers.h"
#include "NetworkImporter.h"
#include "mlc/Dialect/CoreML/Custom.h"
#include "mlc/Support/IntegerExpression.h"
#include "llvm/ADT/MapVector.h"
#include <cmath>

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;
using Parameter = spec::CustomLayerParams::CustomLayerParamValue;

//===----------------------------------------------------------------------===//
// Classes that nobody described
//===----------------------------------------------------------------------===//

using LayersOfClass = llvm::MapVector<StringRef, std::vector<StringRef>>;

static void findMissing(MLIRContext *context, const Layers &layers,
                        LayersOfClass &missing) {
  for (const Layer &layer : layers) {
    forEachSubnetwork(layer, [&](const Layers &inner) {
      findMissing(context, inner, missing);
    });
    StringRef name = layer.custom().classname();
    if (layer.has_custom() && !CustomLayers::lookup(context, name))
      missing[name].push_back(layer.name());
  }
}

LogicalResult mlc::checkCustomClasses(MLIRContext *context,
                                      const Layers &layers) {
  constexpr size_t kMaxLayers = 8;
  LayersOfClass missing;
  findMissing(context, layers, missing);
  if (missing.empty())
    return success();
  InFlightDiagnostic error = mlir::emitError(UnknownLoc::get(context));
  error << "give the folder that describes with --custom-layers: ";
  llvm::interleave(
      missing,
      [&](const auto &entry) {
        ArrayRef<StringRef> names = entry.second;
        error << "the class '" << entry.first << "' of "
              << (names.size() == 1 ? "layer " : "layers ");
        llvm::interleave(
            names.take_front(kMaxLayers),
            [&](StringRef name) { error << "'" << name << "'"; },
            [&] { error << ", "; });
        if (names.size() > kMaxLayers)
          error << " and " << names.size() - kMaxLayers << " more";
      },
      [&] { error << "; "; });
  return error;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// A parameter as the file has it.
static Attribute describe(Builder &b, const Parameter &value) {
  switch (value.value_case()) {
  case Parameter::kDoubleValue:
    return b.getF64FloatAttr(value.doublevalue());
  case Parameter::kStringValue:
    return b.getStringAttr(value.stringvalue());
  case Parameter::kIntValue:
    return b.getI32IntegerAttr(value.intvalue());
  case Parameter::kLongValue:
    return b.getI64IntegerAttr(value.longvalue());
  case Parameter::kBoolValue:
    return b.getBoolAttr(value.boolvalue());
  case Parameter::VALUE_NOT_SET:
    return b.getUnitAttr();
  }
  return b.getUnitAttr();
}

/// A parameter as the body sees it, or null if it is not of its type.
static Attribute convert(Builder &b, const CustomClass::Parameter &parameter,
                         const Parameter &value) {
  using Type = CustomClass::Type;
  auto integer = [&]() -> std::optional<int64_t> {
    if (value.has_intvalue())
      return value.intvalue();
    if (value.has_longvalue())
      return value.longvalue();
    return std::nullopt;
  };
  switch (parameter.type) {
  case Type::Int:
    if (std::optional<int64_t> number = integer();
        number && llvm::isInt<32>(*number))
      return b.getI64IntegerAttr(*number);
    return {};
  case Type::Float:
    if (value.has_doublevalue())
      return b.getF32FloatAttr(float(value.doublevalue()));
    if (std::optional<int64_t> number = integer())
      return b.getF32FloatAttr(float(*number));
    return {};
  case Type::Bool:
    if (value.has_boolvalue())
      return b.getBoolAttr(value.boolvalue());
    return {};
  case Type::String: {
    auto found = llvm::find(parameter.values, value.stringvalue());
    if (value.has_stringvalue() && found != parameter.values.end())
      return b.getI64IntegerAttr(found - parameter.values.begin());
    return {};
  }
  }
  return {};
}

static Attribute getDefault(Builder &b,
                            const CustomClass::Parameter &parameter) {
  switch (parameter.type) {
  case CustomClass::Type::Int:
    return b.getI64IntegerAttr(int64_t(parameter.number));
  case CustomClass::Type::Float:
    return b.getF32FloatAttr(float(parameter.number));
  case CustomClass::Type::Bool:
    return b.getBoolAttr(parameter.number != 0);
  case CustomClass::Type::String:
    return b.getI64IntegerAttr(llvm::find(parameter.values, parameter.text) -
                               parameter.values.begin());
  }
  return {};
}

static StringRef typeName(CustomClass::Type type) {
  switch (type) {
  case CustomClass::Type::Int:
    return "an int of 32 bits";
  case CustomClass::Type::Float:
    return "a float";
  case CustomClass::Type::Bool:
    return "a bool";
  case CustomClass::Type::String:
    return "one of its texts";
  }
  return "";
}

static FailureOr<DictionaryAttr>
getConstants(LayerImporter &importer, const CustomClass &known,
             const spec::CustomLayerParams &params) {
  Builder &b = importer.getBuilder();
  NamedAttrList constants;
  size_t found = 0;
  for (const CustomClass::Parameter &parameter : known.parameters) {
    auto given = params.parameters().find(parameter.name);
    if (given == params.parameters().end()) {
      if (!parameter.hasDefault)
        return importer.emitError()
               << "lacks the parameter '" << parameter.name << "' of the class "
               << "'" << known.name << "'";
      constants.set(parameter.name, getDefault(b, parameter));
      continue;
    }
    ++found;
    Attribute value = convert(b, parameter, given->second);
    if (!value)
      return importer.emitError()
             << "its parameter '" << parameter.name << "' is not "
             << typeName(parameter.type) << ", as the class '" << known.name
             << "' wants";
    constants.set(parameter.name, value);
  }
  if (found != params.parameters().size())
    for (const auto &given : params.parameters())
      if (llvm::none_of(known.parameters, [&](const auto &parameter) {
            return parameter.name == given.first;
          }))
        return importer.emitError()
               << "has the parameter '" << given.first << "', which '"
               << known.description << "' does not know";
  return constants.getDictionary(b.getContext());
}

//===----------------------------------------------------------------------===//
// The layer
//===----------------------------------------------------------------------===//

static ArrayAttr getNames(Builder &b, ArrayRef<std::string> names) {
  return b.getStrArrayAttr(SmallVector<StringRef>(names.begin(), names.end()));
}

static Attribute describe(Builder &b, const CustomClass::Output &output) {
  NamedAttrList parts;
  parts.set("function", b.getStringAttr(output.function));
  if (output.like.empty()) {
    parts.set("shape", getNames(b, output.sizes));
  } else {
    NamedAttrList changes;
    changes.set("like", b.getStringAttr(output.like));
    for (auto [letter, size] : llvm::zip(output.letters, output.sizes))
      changes.set(letter, b.getStringAttr(size));
    parts.set("shape", changes.getDictionary(b.getContext()));
  }
  return parts.getDictionary(b.getContext());
}

static DictionaryAttr getDefinition(Builder &b, const CustomClass &known,
                                    DictionaryAttr constants) {
  NamedAttrList definition;
  definition.set("file", b.getStringAttr(known.file));
  definition.set("source", b.getStringAttr(known.source));
  definition.set("inputs", getNames(b, known.inputs));
  SmallVector<StringRef> weights;
  for (const CustomClass::Weight &weight : known.weights)
    weights.push_back(weight.name);
  definition.set("weights", b.getStrArrayAttr(weights));
  definition.set("constants", constants);
  SmallVector<Attribute> outputs;
  for (const CustomClass::Output &output : known.outputs)
    outputs.push_back(describe(b, output));
  definition.set("outputs", b.getArrayAttr(outputs));
  return definition.getDictionary(b.getContext());
}

/// The weights, each of the size that the description gives it.
static LogicalResult setWeights(LayerImporter &importer,
                                const CustomClass &known,
                                DictionaryAttr definition,
                                const spec::CustomLayerParams &params) {
  if (static_cast<size_t>(params.weights_size()) != known.weights.size())
    return importer.emitError()
           << "has " << params.weights_size() << " weights, but the class '"
           << known.name << "' has " << known.weights.size();
  SmallVector<ArrayRef<int64_t>> shapes;
  for (Value input : importer.getInputs())
    shapes.push_back(cast<RankedTensorType>(input.getType()).getShape());
  SmallVector<Attribute> weights;
  for (auto [weight, values] : llvm::zip(known.weights, params.weights())) {
    llvm::Expected<int64_t> size =
        evaluateInteger(weight.size, [&](StringRef name) {
          return coreml::lookupCustomName(definition, shapes, name);
        });
    if (!size)
      return importer.emitError() << "the size of its weight '" << weight.name
                                  << "': " << llvm::toString(size.takeError());
    FailureOr<ElementsAttr> elements =
        importer.getWeights("weight '" + weight.name + "'", values, {*size});
    if (failed(elements))
      return failure();
    weights.push_back(*elements);
  }
  if (!weights.empty())
    importer.set("weights", importer.getBuilder().getArrayAttr(weights));
  return success();
}

static LogicalResult importCustom(LayerImporter &importer, const Layer &layer) {
  const spec::CustomLayerParams &params = layer.custom();
  Builder &b = importer.getBuilder();
  const CustomClass *known =
      CustomLayers::lookup(b.getContext(), params.classname());
  if (!known)
    return importer.emitError()
           << "the class '" << params.classname() << "' is not described";
  if (importer.getInputs().size() != known->inputs.size())
    return importer.emitError() << "has " << importer.getInputs().size()
                                << " inputs, but the class '" << known->name
                                << "' has " << known->inputs.size();
  FailureOr<DictionaryAttr> constants = getConstants(importer, *known, params);
  if (failed(constants))
    return failure();
  importer.set("className", b.getStringAttr(params.classname()));
  if (!params.description().empty())
    importer.set("description", b.getStringAttr(params.description()));
  NamedAttrList given;
  for (const auto &parameter : params.parameters())
    given.set(parameter.first, describe(b, parameter.second));
  if (!given.empty())
    importer.set("parameters", given.getDictionary(b.getContext()));
  DictionaryAttr definition = getDefinition(b, *known, *constants);
  importer.set("definition", definition);
  return setWeights(importer, *known, definition, params);
}

ArrayRef<LayerEntry> mlc::getCustomLayers() {
  static const LayerEntry entries[] = {
      {Layer::kCustom, "custom", 1, kAny, 1, kAny, importCustom},
  };
  return entries;
}
