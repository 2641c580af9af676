// Fields to attributes, and the creation of an operation whose result types its
// own shape inference gives. (Weights are in ImportWeights.cpp.)

#include "LayerImporter.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlir;
using namespace mlc;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string mlc::formatShape(ArrayRef<int64_t> shape) {
  return llvm::join(
      llvm::map_range(shape, [](int64_t size) { return std::to_string(size); }),
      "x");
}

static RegisteredOperationName lookupOperation(StringRef name,
                                               MLIRContext *context) {
  auto operation =
      RegisteredOperationName::lookup(("coreml." + name).str(), context);
  assert(operation && "the table names an operation that the dialect lacks");
  return *operation;
}

LayerImporter::LayerImporter(OpBuilder &builder, Location loc,
                             StringRef operation,
                             std::shared_ptr<const void> owner,
                             ArrayRef<Value> inputs, unsigned numOutputs)
    : builder(builder), loc(loc),
      operation(lookupOperation(operation, builder.getContext())),
      owner(std::move(owner)), inputs(inputs), numOutputs(numOutputs) {}

InFlightDiagnostic LayerImporter::emitError() const {
  return mlir::emitError(loc);
}

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

/// A uint64 that stands for a size, an axis or a count.
static FailureOr<int64_t> narrow(const LayerImporter &layer, StringRef name,
                                 uint64_t value) {
  if (value <= static_cast<uint64_t>(kMaxElements))
    return static_cast<int64_t>(value);
  layer.emitError() << name << " is " << value << ", more than any value may "
                    << "have elements (" << kMaxElements << ")";
  return failure();
}

/// Enumeration attributes spell their values as the specification does, and
/// their mnemonic is the enumeration's name in snake case: so the text form of
/// the attribute follows from the field.
LogicalResult LayerImporter::setEnum(const FieldDescriptor &field, int number) {
  const auto *value = field.enum_type()->FindValueByNumber(number);
  if (!value)
    return emitError() << field.name() << " has the unknown value " << number;
  std::string text =
      "#coreml<" +
      llvm::convertToSnakeFromCamelCase(field.enum_type()->name()) + " " +
      value->name() + ">";
  Attribute attribute = parseAttribute(text, builder.getContext());
  assert(attribute && "the dialect lacks an enumeration of the format");
  set(field.name(), attribute);
  return success();
}

LogicalResult LayerImporter::setField(const Message &params,
                                      const FieldDescriptor &field) {
  const google::protobuf::Reflection &get = *params.GetReflection();
  StringRef name = field.name();
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_BOOL:
    set(name, builder.getBoolAttr(get.GetBool(params, &field)));
    return success();
  case FieldDescriptor::CPPTYPE_FLOAT:
    set(name, builder.getF32FloatAttr(get.GetFloat(params, &field)));
    return success();
  case FieldDescriptor::CPPTYPE_INT32:
    set(name, builder.getI64IntegerAttr(get.GetInt32(params, &field)));
    return success();
  case FieldDescriptor::CPPTYPE_INT64:
    set(name, builder.getI64IntegerAttr(get.GetInt64(params, &field)));
    return success();
  case FieldDescriptor::CPPTYPE_UINT64: {
    FailureOr<int64_t> value =
        narrow(*this, name, get.GetUInt64(params, &field));
    if (failed(value))
      return failure();
    set(name, builder.getI64IntegerAttr(*value));
    return success();
  }
  case FieldDescriptor::CPPTYPE_ENUM:
    return setEnum(field, get.GetEnumValue(params, &field));
  default:
    return success();
  }
}

LogicalResult LayerImporter::setRepeated(const Message &params,
                                         const FieldDescriptor &field) {
  const google::protobuf::Reflection &get = *params.GetReflection();
  StringRef name = field.name();
  int count = get.FieldSize(params, &field);
  if (count == 0)
    return success();
  switch (field.cpp_type()) {
  case FieldDescriptor::CPPTYPE_UINT64: {
    SmallVector<int64_t> values;
    for (int i = 0; i < count; ++i) {
      FailureOr<int64_t> value =
          narrow(*this, name, get.GetRepeatedUInt64(params, &field, i));
      if (failed(value))
        return failure();
      values.push_back(*value);
    }
    set(name, builder.getDenseI64ArrayAttr(values));
    return success();
  }
  case FieldDescriptor::CPPTYPE_INT64: {
    const auto &values = get.GetRepeatedFieldRef<int64_t>(params, &field);
    set(name, builder.getDenseI64ArrayAttr(
                  SmallVector<int64_t>(values.begin(), values.end())));
    return success();
  }
  case FieldDescriptor::CPPTYPE_FLOAT: {
    const auto &values = get.GetRepeatedFieldRef<float>(params, &field);
    set(name, builder.getDenseF32ArrayAttr(
                  SmallVector<float>(values.begin(), values.end())));
    return success();
  }
  case FieldDescriptor::CPPTYPE_BOOL: {
    const auto &values = get.GetRepeatedFieldRef<bool>(params, &field);
    set(name, builder.getDenseBoolArrayAttr(
                  SmallVector<bool>(values.begin(), values.end())));
    return success();
  }
  default:
    return success();
  }
}

LogicalResult LayerImporter::setFields(const Message &params) {
  const google::protobuf::Descriptor &type = *params.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor &field = *type.field(i);
    if (!llvm::is_contained(operation.getAttributeNames(), field.name()))
      continue;
    if (failed(field.is_repeated() ? setRepeated(params, field)
                                   : setField(params, field)))
      return failure();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

LogicalResult LayerImporter::checkSizes(StringRef name,
                                        ArrayRef<uint64_t> sizes) {
  for (uint64_t size : sizes)
    if (size == 0 || size >= static_cast<uint64_t>(kMaxElements))
      return emitError() << name << " is " << size
                         << ", which is no size that a value may have";
  return success();
}

/// Properties of an operation that is still to be created.
namespace {
class Properties {
public:
  explicit Properties(RegisteredOperationName name) : name(name) {
    if (size_t size = name.getOpPropertyByteSize()) {
      storage = llvm::allocate_buffer(size, alignof(std::max_align_t));
      name.initOpProperties(get(), OpaqueProperties(nullptr));
    }
  }
  ~Properties() {
    if (!storage)
      return;
    name.destroyOpProperties(get());
    llvm::deallocate_buffer(storage, name.getOpPropertyByteSize(),
                            alignof(std::max_align_t));
  }
  OpaqueProperties get() const { return OpaqueProperties(storage); }
  explicit operator bool() const { return storage; }

private:
  RegisteredOperationName name;
  void *storage = nullptr;
};
} // namespace

Operation *LayerImporter::create() {
  MLIRContext *context = builder.getContext();
  DictionaryAttr dictionary = attributes.getDictionary(context);
  Properties properties(operation);
  // Also checks that each attribute is of the kind that the operation wants.
  if (properties && failed(operation.setOpPropertiesFromAttribute(
                        operation, properties.get(), dictionary,
                        [&] { return emitError(); })))
    return nullptr;
  if (failed(operation.verifyInherentAttrs(attributes,
                                           [&] { return emitError(); })))
    return nullptr;

  SmallVector<Type> types;
  auto *interface = operation.getInterface<InferTypeOpInterface>();
  assert(interface && "every layer infers its result types");
  if (failed(interface->inferReturnTypes(context, loc, inputs, dictionary,
                                         properties.get(), {}, types)))
    return nullptr;
  // The table of layers has checked the least number.
  bool mayNameFewer = operation.hasTrait<coreml::OptionalOutputs>();
  if (types.size() < numOutputs ||
      (types.size() > numOutputs && !mayNameFewer)) {
    emitError() << "has " << types.size() << " outputs, but the file names "
                << numOutputs;
    return nullptr;
  }
  for (Type type : types)
    if (auto tensor = dyn_cast<RankedTensorType>(type);
        !tensor || !countElements(tensor.getShape())) {
      emitError() << "its output would be " << type
                  << ", which is empty or larger than 2^31 elements";
      return nullptr;
    }
  OperationState state(loc, operation, inputs, types, dictionary.getValue());
  return builder.create(state);
}
