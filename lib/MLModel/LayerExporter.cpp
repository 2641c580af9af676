// Attributes to fields by name. Which attributes are at their default is asked
// of the dialect, so that defaults stand in one place.

#include "LayerExporter.h"
#include "mlc/Support/Constants.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlir;
using namespace mlc;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// The attributes that an operation has if none is given.
static DictionaryAttr getDefaults(Operation *op) {
  OperationState state(op->getLoc(), op->getName());
  Operation *empty = Operation::create(state);
  DictionaryAttr defaults = empty->getAttrDictionary();
  empty->destroy();
  return defaults;
}

LayerExporter::LayerExporter(Operation *op, bool withElements)
    : op(op), withElements(withElements) {
  DictionaryAttr defaults = getDefaults(op);
  NamedAttrList others;
  for (NamedAttribute attribute : op->getAttrDictionary())
    if (defaults.get(attribute.getName()) != attribute.getValue())
      others.append(attribute);
  attributes = others.getDictionary(op->getContext());
}

InFlightDiagnostic LayerExporter::emitError() {
  return mlir::emitError(op->getLoc());
}

Attribute LayerExporter::take(StringRef name) {
  std::optional<NamedAttribute> found = attributes.getNamed(name);
  if (!found)
    return {};
  taken.insert(found->getName());
  return found->getValue();
}

LogicalResult LayerExporter::checkAllWritten() {
  for (NamedAttribute attribute : attributes)
    if (!taken.contains(attribute.getName()) &&
        !attribute.getName().strref().starts_with("coreml."))
      return emitError() << "attribute " << attribute.getName().getValue()
                         << " has no field of the format to go to";
  return success();
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// The bytes of half precision elements.
static FailureOr<std::string> getHalves(ElementsAttr elements) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return failure();
    return std::string(blob->getData().data(), blob->getData().size());
  }
  auto dense = dyn_cast<DenseElementsAttr>(elements);
  if (!dense)
    return failure();
  ArrayRef<char> raw = dense.getRawData();
  std::string bytes(raw.data(), raw.size());
  if (dense.isSplat())
    for (int64_t i = 1, e = dense.getNumElements(); i < e; ++i)
      bytes.append(raw.data(), raw.size());
  return bytes;
}

LogicalResult LayerExporter::writeElements(ElementsAttr elements,
                                           Message &params,
                                           const FieldDescriptor &field) {
  if (!withElements) {
    held[{&params, field.number()}] = elements;
    return success();
  }
  bool isBytes = field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  const Reflection &set = *params.GetReflection();
  if (isBytes) {
    FailureOr<std::string> bytes = getHalves(elements);
    if (failed(bytes))
      return emitError() << "has weights without elements";
    set.SetString(&params, &field, std::move(*bytes));
    return success();
  }
  FailureOr<FloatView> values = viewFloats(elements);
  if (failed(values))
    return emitError() << "has weights without elements";
  auto *list = set.MutableRepeatedField<float>(&params, &field);
  ArrayRef<float> floats = *values;
  list->Add(floats.begin(), floats.end());
  return success();
}

LogicalResult LayerExporter::writeWeights(ElementsAttr elements,
                                          spec::WeightParams &weights) {
  using Weights = spec::WeightParams;
  int number = elements.getElementType().isF16()
                   ? Weights::kFloat16ValueFieldNumber
                   : Weights::kFloatValueFieldNumber;
  return writeElements(elements, weights,
                       *Weights::descriptor()->FindFieldByNumber(number));
}

void LayerExporter::writeBorder(ArrayRef<int64_t> amounts,
                                spec::BorderAmounts &border) {
  for (unsigned i = 0; i + 1 < amounts.size(); i += 2) {
    auto *edge = border.add_borderamounts();
    edge->set_startedgesize(amounts[i]);
    edge->set_endedgesize(amounts[i + 1]);
  }
}

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

/// proto3 takes zero as unset; where that means another value, zero cannot be
/// said.
LogicalResult LayerExporter::checkSayable(Message &params,
                                          const FieldDescriptor &field) {
  if (!withElements || isSet(params, field) ||
      !getDefaults(op).contains(field.name()))
    return success();
  return emitError() << field.name()
                     << " cannot be 0 in a file, where that means its default";
}

LogicalResult LayerExporter::writeMessage(Attribute value, bool isUpdatable,
                                          Message &params,
                                          const FieldDescriptor &field) {
  const Reflection &set = *params.GetReflection();
  auto inner = dyn_cast<DictionaryAttr>(value);
  auto list = dyn_cast<ArrayAttr>(value);
  auto amounts = dyn_cast<DenseI64ArrayAttr>(value);
  auto elements = dyn_cast<ElementsAttr>(value);
  if (field.is_repeated()) {
    if (list && llvm::all_of(list, llvm::IsaPred<DictionaryAttr>))
      for (Attribute element : list)
        if (failed(writeFields(cast<DictionaryAttr>(element),
                               *set.AddMessage(&params, &field))))
          return failure();
    return success();
  }
  const auto *type = field.message_type();
  if (elements && type == spec::WeightParams::descriptor()) {
    auto &weights =
        static_cast<spec::WeightParams &>(*set.MutableMessage(&params, &field));
    weights.set_isupdatable(isUpdatable);
    return writeWeights(elements, weights);
  }
  if (amounts && type == spec::BorderAmounts::descriptor()) {
    writeBorder(amounts, static_cast<spec::BorderAmounts &>(
                             *set.MutableMessage(&params, &field)));
    return success();
  }
  return inner ? writeFields(inner, *set.MutableMessage(&params, &field))
               : success();
}

/// "bias" for hasBias: what a truth value tells beside the weight itself.
static std::string getTold(StringRef name) {
  if (!name.consume_front("has") || name.empty())
    return "";
  return std::string(1, llvm::toLower(name.front())) + name.substr(1).str();
}

LogicalResult LayerExporter::writeField(DictionaryAttr source, Message &params,
                                        const FieldDescriptor &field) {
  const Reflection &set = *params.GetReflection();
  bool isMessage = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
  std::optional<NamedAttribute> found = source.getNamed(field.name());
  if (found) {
    Attribute value = found->getValue();
    taken.insert(found->getName());
    if (isMessage)
      return writeMessage(
          value, source.contains("coreml." + field.name() + "_isUpdatable"),
          params, field);
    auto elements = dyn_cast<ElementsAttr>(value);
    if (elements && field.is_repeated() && !isa<DenseArrayAttr>(value))
      return writeElements(elements, params, field);
    if (failed(setField(params, field, value, [&] { return emitError(); })))
      return failure();
    return checkSayable(params, field);
  }
  if (isMessage && !field.is_repeated() && !field.containing_oneof() &&
      field.message_type() != spec::WeightParams::descriptor()) {
    // A message that groups fields is there if one of them is.
    Message &group = *set.MutableMessage(&params, &field);
    if (failed(writeFields(source, group)))
      return failure();
    std::vector<const FieldDescriptor *> fields;
    group.GetReflection()->ListFields(group, &fields);
    if (fields.empty())
      set.ClearField(&params, &field);
    return success();
  }
  std::string told = getTold(field.name());
  if (!told.empty() && source.contains(told) &&
      field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL)
    set.SetBool(&params, &field, true);
  return success();
}

LogicalResult LayerExporter::writeFields(DictionaryAttr source,
                                         Message &params) {
  const auto &type = *params.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i)
    if (failed(writeField(source, params, *type.field(i))))
      return failure();
  return success();
}

LogicalResult LayerExporter::writeFields(Message &params) {
  return writeFields(attributes, params);
}
