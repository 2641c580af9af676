// One function for each direction and each shape of a field: single, list, map.

#include "MessageAttributes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>
#include <google/protobuf/unknown_field_set.h>

using namespace mlir;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using mlc::ErrorEmitter;

bool mlc::isSet(const Message &message, const FieldDescriptor &field) {
  const Reflection &get = *message.GetReflection();
  return field.is_repeated() ? get.FieldSize(message, &field) > 0
                             : get.HasField(message, &field);
}

//===----------------------------------------------------------------------===//
// To attributes
//===----------------------------------------------------------------------===//

static Attribute toScalar(Builder &builder, const Message &message,
                          const FieldDescriptor &field) {
  const Reflection &get = *message.GetReflection();
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_BOOL:
    return builder.getBoolAttr(get.GetBool(message, &field));
  case FieldDescriptor::CPPTYPE_INT32:
    return builder.getI64IntegerAttr(get.GetInt32(message, &field));
  case FieldDescriptor::CPPTYPE_INT64:
    return builder.getI64IntegerAttr(get.GetInt64(message, &field));
  case FieldDescriptor::CPPTYPE_UINT32:
    return builder.getI64IntegerAttr(get.GetUInt32(message, &field));
  case FieldDescriptor::CPPTYPE_UINT64:
    return builder.getI64IntegerAttr(
        static_cast<int64_t>(get.GetUInt64(message, &field)));
  case FieldDescriptor::CPPTYPE_FLOAT:
    return builder.getF32FloatAttr(get.GetFloat(message, &field));
  case FieldDescriptor::CPPTYPE_DOUBLE:
    return builder.getF64FloatAttr(get.GetDouble(message, &field));
  case FieldDescriptor::CPPTYPE_STRING:
    return builder.getStringAttr(get.GetString(message, &field));
  case FieldDescriptor::CPPTYPE_ENUM: {
    int number = get.GetEnumValue(message, &field);
    const auto *value = field.enum_type()->FindValueByNumber(number);
    return value ? Attribute(builder.getStringAttr(value->name()))
                 : builder.getI64IntegerAttr(number);
  }
  case FieldDescriptor::CPPTYPE_MESSAGE:
    return mlc::toAttribute(builder, get.GetMessage(message, &field));
  }
  llvm_unreachable("all types of fields are above");
}

/// A map from strings to strings reads best as a dictionary, which has no empty
/// keys; then, as any other map, it becomes a list of entries.
static Attribute toDictionary(Builder &builder, const Message &message,
                              const FieldDescriptor &field) {
  const FieldDescriptor *key = field.message_type()->map_key();
  const FieldDescriptor *value = field.message_type()->map_value();
  if (key->cpp_type() != FieldDescriptor::CPPTYPE_STRING)
    return {};
  NamedAttrList entries;
  for (int i = 0, e = message.GetReflection()->FieldSize(message, &field);
       i < e; ++i) {
    const Message &entry =
        message.GetReflection()->GetRepeatedMessage(message, &field, i);
    std::string name = entry.GetReflection()->GetString(entry, key);
    if (name.empty())
      return {};
    entries.append(name, toScalar(builder, entry, *value));
  }
  return entries.getDictionary(builder.getContext());
}

template <typename T>
static SmallVector<T> getValues(const Message &message,
                                const FieldDescriptor &field) {
  const auto &values =
      message.GetReflection()->GetRepeatedFieldRef<T>(message, &field);
  return SmallVector<T>(values.begin(), values.end());
}

static Attribute toList(Builder &builder, const Message &message,
                        const FieldDescriptor &field) {
  const Reflection &get = *message.GetReflection();
  if (field.is_map())
    if (Attribute dictionary = toDictionary(builder, message, field))
      return dictionary;
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_INT64:
    return builder.getDenseI64ArrayAttr(getValues<int64_t>(message, field));
  case FieldDescriptor::CPPTYPE_UINT64: {
    auto values = getValues<uint64_t>(message, field);
    return builder.getDenseI64ArrayAttr(
        SmallVector<int64_t>(values.begin(), values.end()));
  }
  case FieldDescriptor::CPPTYPE_FLOAT:
    return builder.getDenseF32ArrayAttr(getValues<float>(message, field));
  case FieldDescriptor::CPPTYPE_DOUBLE:
    return builder.getDenseF64ArrayAttr(getValues<double>(message, field));
  case FieldDescriptor::CPPTYPE_BOOL:
    return builder.getDenseBoolArrayAttr(getValues<bool>(message, field));
  default:
    break;
  }
  SmallVector<Attribute> elements;
  for (int i = 0, e = get.FieldSize(message, &field); i < e; ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING)
      elements.push_back(
          builder.getStringAttr(get.GetRepeatedString(message, &field, i)));
    else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE)
      elements.push_back(mlc::toAttribute(
          builder, get.GetRepeatedMessage(message, &field, i)));
  }
  return builder.getArrayAttr(elements);
}

Attribute mlc::toAttribute(Builder &builder, const Message &message,
                           const FieldDescriptor &field) {
  return field.is_repeated() ? toList(builder, message, field)
                             : toScalar(builder, message, field);
}

StringAttr mlc::getUnknownFields(Builder &builder, const Message &message) {
  const auto &unknown = message.GetReflection()->GetUnknownFields(message);
  if (unknown.empty())
    return {};
  std::string bytes;
  unknown.SerializeToString(&bytes);
  return builder.getStringAttr(bytes);
}

DictionaryAttr mlc::toAttribute(Builder &builder, const Message &message) {
  std::vector<const FieldDescriptor *> fields;
  message.GetReflection()->ListFields(message, &fields);
  NamedAttrList attributes;
  for (const FieldDescriptor *field : fields)
    attributes.append(field->name(), toAttribute(builder, message, *field));
  if (StringAttr unknown = getUnknownFields(builder, message))
    attributes.append(kUnknownFields, unknown);
  return attributes.getDictionary(builder.getContext());
}

//===----------------------------------------------------------------------===//
// From attributes
//===----------------------------------------------------------------------===//

static LogicalResult wrongKind(const FieldDescriptor &field, Attribute value,
                               ErrorEmitter emitError) {
  return emitError() << "field " << field.name() << " cannot be " << value;
}

/// The number of a value of an enumeration: a name, a number, or an attribute
/// of the dialect, which ends in the name.
static std::optional<int> getEnumNumber(const FieldDescriptor &field,
                                        Attribute value) {
  if (auto number = dyn_cast<IntegerAttr>(value))
    return static_cast<int>(number.getInt());
  std::string text;
  if (auto name = dyn_cast<StringAttr>(value)) {
    text = name.str();
  } else {
    llvm::raw_string_ostream os(text);
    value.print(os);
    StringRef last = StringRef(text).rsplit(' ').second;
    last.consume_back(">");
    text = last.str();
  }
  const auto *known = field.enum_type()->FindValueByName(text);
  return known ? std::optional<int>(known->number()) : std::nullopt;
}

/// A number, or the only element of some.
static std::optional<APFloat> getNumber(Attribute value) {
  if (auto number = dyn_cast<FloatAttr>(value))
    return number.getValue();
  auto elements = dyn_cast<DenseElementsAttr>(value);
  if (elements && elements.getNumElements() == 1 &&
      isa<FloatType>(elements.getElementType()))
    return *elements.value_begin<APFloat>();
  return std::nullopt;
}

static LogicalResult setInteger(Message &message, const FieldDescriptor &field,
                                Attribute value, ErrorEmitter emitError) {
  const Reflection &set = *message.GetReflection();
  auto number = dyn_cast<IntegerAttr>(value);
  if (!number || number.getValue().getSignificantBits() > 64)
    return wrongKind(field, value, emitError);
  int64_t n = number.getValue().getSExtValue();
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_INT32:
    if (n != static_cast<int32_t>(n))
      return wrongKind(field, value, emitError);
    set.SetInt32(&message, &field, static_cast<int32_t>(n));
    return success();
  case FieldDescriptor::CPPTYPE_UINT32:
    if (n != static_cast<uint32_t>(n))
      return wrongKind(field, value, emitError);
    set.SetUInt32(&message, &field, static_cast<uint32_t>(n));
    return success();
  case FieldDescriptor::CPPTYPE_UINT64:
    set.SetUInt64(&message, &field, static_cast<uint64_t>(n));
    return success();
  default:
    set.SetInt64(&message, &field, n);
    return success();
  }
}

static LogicalResult setScalar(Message &message, const FieldDescriptor &field,
                               Attribute value, ErrorEmitter emitError) {
  const Reflection &set = *message.GetReflection();
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_BOOL:
    if (auto flag = dyn_cast<BoolAttr>(value)) {
      set.SetBool(&message, &field, flag.getValue());
      return success();
    }
    break;
  case FieldDescriptor::CPPTYPE_FLOAT:
  case FieldDescriptor::CPPTYPE_DOUBLE:
    if (std::optional<APFloat> number = getNumber(value)) {
      bool isFloat = field.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT, lost;
      const llvm::fltSemantics &wanted =
          isFloat ? APFloat::IEEEsingle() : APFloat::IEEEdouble();
      if (&number->getSemantics() != &wanted)
        number->convert(wanted, APFloat::rmNearestTiesToEven, &lost);
      if (isFloat)
        set.SetFloat(&message, &field, number->convertToFloat());
      else
        set.SetDouble(&message, &field, number->convertToDouble());
      return success();
    }
    break;
  case FieldDescriptor::CPPTYPE_STRING:
    if (auto text = dyn_cast<StringAttr>(value)) {
      set.SetString(&message, &field, text.str());
      return success();
    }
    break;
  case FieldDescriptor::CPPTYPE_ENUM:
    if (std::optional<int> number = getEnumNumber(field, value)) {
      set.SetEnumValue(&message, &field, *number);
      return success();
    }
    break;
  case FieldDescriptor::CPPTYPE_MESSAGE:
    if (auto dictionary = dyn_cast<DictionaryAttr>(value))
      return mlc::fromAttribute(
          dictionary, *set.MutableMessage(&message, &field), emitError);
    break;
  default:
    return setInteger(message, field, value, emitError);
  }
  return wrongKind(field, value, emitError);
}

template <typename T, typename Values>
static LogicalResult addValues(Message &message, const FieldDescriptor &field,
                               const Values &values) {
  auto list =
      message.GetReflection()->GetMutableRepeatedFieldRef<T>(&message, &field);
  for (auto value : values)
    list.Add(static_cast<T>(value));
  return success();
}

/// Lists of numbers are dense arrays.
static LogicalResult setNumbers(Message &message, const FieldDescriptor &field,
                                Attribute value, ErrorEmitter emitError) {
  if (auto integers = dyn_cast<DenseI64ArrayAttr>(value)) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT64)
      return addValues<int64_t>(message, field, integers.asArrayRef());
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64)
      return addValues<uint64_t>(message, field, integers.asArrayRef());
  }
  auto floats = dyn_cast<DenseF32ArrayAttr>(value);
  if (floats && field.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT)
    return addValues<float>(message, field, floats.asArrayRef());
  auto doubles = dyn_cast<DenseF64ArrayAttr>(value);
  if (doubles && field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE)
    return addValues<double>(message, field, doubles.asArrayRef());
  auto flags = dyn_cast<DenseBoolArrayAttr>(value);
  if (flags && field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL)
    return addValues<bool>(message, field, flags.asArrayRef());
  return wrongKind(field, value, emitError);
}

static LogicalResult setMap(Message &message, const FieldDescriptor &field,
                            DictionaryAttr entries, ErrorEmitter emitError) {
  const FieldDescriptor *key = field.message_type()->map_key();
  if (key->cpp_type() != FieldDescriptor::CPPTYPE_STRING)
    return wrongKind(field, entries, emitError);
  for (NamedAttribute entry : entries) {
    Message &added = *message.GetReflection()->AddMessage(&message, &field);
    added.GetReflection()->SetString(&added, key, entry.getName().str());
    if (failed(mlc::setField(added, *field.message_type()->map_value(),
                             entry.getValue(), emitError)))
      return failure();
  }
  return success();
}

static LogicalResult setList(Message &message, const FieldDescriptor &field,
                             Attribute value, ErrorEmitter emitError) {
  const Reflection &set = *message.GetReflection();
  if (auto entries = dyn_cast<DictionaryAttr>(value); entries && field.is_map())
    return setMap(message, field, entries, emitError);
  auto list = dyn_cast<ArrayAttr>(value);
  if (!list)
    return setNumbers(message, field, value, emitError);
  for (Attribute element : list) {
    auto text = dyn_cast<StringAttr>(element);
    auto fields = dyn_cast<DictionaryAttr>(element);
    if (text && field.cpp_type() == FieldDescriptor::CPPTYPE_STRING)
      set.AddString(&message, &field, text.str());
    else if (!fields || field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
      return wrongKind(field, value, emitError);
    else if (failed(mlc::fromAttribute(
                 fields, *set.AddMessage(&message, &field), emitError)))
      return failure();
  }
  return success();
}

LogicalResult mlc::setField(Message &message, const FieldDescriptor &field,
                            Attribute value, ErrorEmitter emitError) {
  return field.is_repeated() ? setList(message, field, value, emitError)
                             : setScalar(message, field, value, emitError);
}

LogicalResult mlc::addUnknownFields(Message &message, Attribute value,
                                    ErrorEmitter emitError) {
  auto bytes = dyn_cast<StringAttr>(value);
  google::protobuf::UnknownFieldSet unknown;
  if (!bytes || !unknown.ParseFromString(bytes.str()))
    return emitError() << "the unknown fields of " << message.GetTypeName()
                       << " are damaged";
  message.GetReflection()->MutableUnknownFields(&message)->MergeFrom(unknown);
  return success();
}

LogicalResult mlc::fromAttribute(DictionaryAttr dictionary, Message &message,
                                 ErrorEmitter emitError) {
  for (NamedAttribute entry : dictionary) {
    if (entry.getName() == kUnknownFields) {
      if (failed(addUnknownFields(message, entry.getValue(), emitError)))
        return failure();
      continue;
    }
    const FieldDescriptor *field =
        message.GetDescriptor()->FindFieldByName(entry.getName().str());
    if (!field)
      return emitError() << "there is no field " << entry.getName().getValue()
                         << " in " << message.GetTypeName();
    if (failed(setField(message, *field, entry.getValue(), emitError)))
      return failure();
  }
  return success();
}
