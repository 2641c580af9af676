// The difference of two messages, and its application, both by reflection.

#include "FileForm.h"
#include "NeuralNetwork.pb.h"
#include "mlc/Support/Constants.h"
#include "llvm/Support/xxhash.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlir;
using namespace mlc;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace spec = CoreML::Specification;

static constexpr llvm::StringLiteral kWas = "_was";
static constexpr llvm::StringLiteral kDecoded = "_decoded";

/// Tells floats from others, bit by bit.
static int64_t fingerprint(ArrayRef<float> floats) {
  return static_cast<int64_t>(llvm::xxh3_64bits(
      ArrayRef(reinterpret_cast<const uint8_t *>(floats.data()),
               floats.size() * sizeof(float))));
}

static bool isQuantized(const spec::WeightParams &weights) {
  return !weights.rawvalue().empty() || !weights.int8rawvalue().empty();
}

//===----------------------------------------------------------------------===//
// Difference
//===----------------------------------------------------------------------===//

namespace {

/// Collects what the fields of one message say otherwise.
class Difference {
public:
  Difference(Builder &builder, const Message &exported, const Message &original,
             const HeldElements &held, FieldFilter skip)
      : builder(builder), exported(exported), original(original), held(held),
        skip(skip) {}

  DictionaryAttr run();

private:
  void compare(const FieldDescriptor &field);
  DictionaryAttr compareElements(const FieldDescriptor &field);
  void addFingerprint();

  Builder &builder;
  const Message &exported, &original;
  const HeldElements &held;
  FieldFilter skip;
  NamedAttrList now, was;
};

} // namespace

/// Lists of as many messages are compared one by one.
DictionaryAttr Difference::compareElements(const FieldDescriptor &field) {
  const Reflection &get = *original.GetReflection();
  NamedAttrList elements;
  for (int i = 0, e = get.FieldSize(original, &field); i < e; ++i)
    if (DictionaryAttr element = getFileForm(
            builder, get.GetRepeatedMessage(exported, &field, i),
            get.GetRepeatedMessage(original, &field, i), held, skip))
      elements.append(std::to_string(i), element);
  return elements.empty() ? DictionaryAttr()
                          : elements.getDictionary(builder.getContext());
}

void Difference::compare(const FieldDescriptor &field) {
  if (skip(field) || held.contains({&exported, field.number()}))
    return;
  const Reflection &get = *original.GetReflection();
  bool before = isSet(exported, field), after = isSet(original, field);
  bool isMessage =
      field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field.is_map();
  if (before && after && isMessage) {
    DictionaryAttr inner;
    if (!field.is_repeated())
      inner = getFileForm(builder, get.GetMessage(exported, &field),
                          get.GetMessage(original, &field), held, skip);
    else if (get.FieldSize(exported, &field) == get.FieldSize(original, &field))
      inner = compareElements(field);
    if (inner)
      now.append(field.name(), inner);
    if (!field.is_repeated() ||
        get.FieldSize(exported, &field) == get.FieldSize(original, &field))
      return;
  }
  Attribute first =
      before ? toAttribute(builder, exported, field) : Attribute();
  Attribute second =
      after ? toAttribute(builder, original, field) : Attribute();
  if (first == second)
    return;
  if (first)
    was.append(field.name(), first);
  if (second)
    now.append(field.name(), second);
}

/// The attribute has floats where the file has integers.
void Difference::addFingerprint() {
  const auto *weights = dynamic_cast<const spec::WeightParams *>(&original);
  if (!weights || !isQuantized(*weights))
    return;
  auto floats =
      held.find({&exported, spec::WeightParams::kFloatValueFieldNumber});
  if (floats == held.end())
    return;
  FailureOr<FloatView> view = viewFloats(floats->second);
  if (succeeded(view))
    now.append(kDecoded, builder.getI64IntegerAttr(fingerprint(*view)));
}

DictionaryAttr Difference::run() {
  const auto &type = *original.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i)
    compare(*type.field(i));
  addFingerprint();
  if (StringAttr unknown = getUnknownFields(builder, original))
    now.append(kUnknownFields, unknown);
  if (!was.empty())
    now.append(kWas, was.getDictionary(builder.getContext()));
  return now.empty() ? DictionaryAttr()
                     : now.getDictionary(builder.getContext());
}

DictionaryAttr mlc::getFileForm(Builder &builder, const Message &exported,
                                const Message &original,
                                const HeldElements &held, FieldFilter skip) {
  return Difference(builder, exported, original, held, skip).run();
}

//===----------------------------------------------------------------------===//
// Application
//===----------------------------------------------------------------------===//

/// Within messages, where an entry describes a part of a field.
static LogicalResult applyWithin(Message &exported,
                                 const FieldDescriptor &field,
                                 DictionaryAttr form, ErrorEmitter emitError) {
  const Reflection &get = *exported.GetReflection();
  if (!field.is_repeated()) {
    // What the exporter has chosen of a oneof stands.
    const auto *oneof = field.containing_oneof();
    const FieldDescriptor *chosen =
        oneof ? get.GetOneofFieldDescriptor(exported, oneof) : nullptr;
    if (chosen && chosen != &field)
      return success();
    return applyFileForm(form, *get.MutableMessage(&exported, &field),
                         emitError);
  }
  for (NamedAttribute entry : form) {
    unsigned index;
    auto element = dyn_cast<DictionaryAttr>(entry.getValue());
    if (entry.getName().strref().getAsInteger(10, index) || !element)
      return emitError() << kFileForm << " has no element '"
                         << entry.getName().getValue() << "' of "
                         << field.name();
    if (index < static_cast<unsigned>(get.FieldSize(exported, &field)) &&
        failed(applyFileForm(
            element, *get.MutableRepeatedMessage(&exported, &field, index),
            emitError)))
      return failure();
  }
  return success();
}

namespace {

/// The weights of a file, of which only one encoding may be set.
class Encodings {
public:
  /// Makes room for integers if the exported floats still are what they stand
  /// for.
  Encodings(DictionaryAttr form, Message &exported)
      : hasIntegers(form.contains("rawValue") ||
                    form.contains("int8RawValue")) {
    auto *weights = dynamic_cast<spec::WeightParams *>(&exported);
    if (!weights)
      return;
    auto decoded = form.getAs<IntegerAttr>(kDecoded);
    if (decoded &&
        decoded.getInt() == fingerprint(ArrayRef(weights->floatvalue().data(),
                                                 weights->floatvalue_size())))
      weights->clear_floatvalue();
    isFilled = weights->floatvalue_size() > 0 ||
               !weights->float16value().empty() || isQuantized(*weights);
  }

  /// Whether a field of the file would be a second encoding.
  bool excludes(StringRef name) const {
    return isFilled && (name == "floatValue" || name == "float16Value" ||
                        name == "rawValue" || name == "int8RawValue" ||
                        (name == "quantization" && hasIntegers));
  }

private:
  bool hasIntegers, isFilled = false;
};

} // namespace

/// One entry of the difference: `now` may be null, `was`, too.
static LogicalResult applyEntry(Message &exported, StringAttr name,
                                Attribute was, Attribute now,
                                ErrorEmitter emitError) {
  const auto *field = exported.GetDescriptor()->FindFieldByName(name.str());
  if (!field)
    return emitError() << "there is no field " << name.getValue() << " in "
                       << exported.GetTypeName();
  auto inner = dyn_cast_or_null<DictionaryAttr>(now);
  if (inner && !was && !field->is_map())
    return applyWithin(exported, *field, inner, emitError);
  Builder builder(name.getContext());
  Attribute current = isSet(exported, *field)
                          ? toAttribute(builder, exported, *field)
                          : Attribute();
  if (current != was)
    return success();
  exported.GetReflection()->ClearField(&exported, field);
  return now ? setField(exported, *field, now, emitError) : success();
}

LogicalResult mlc::applyFileForm(DictionaryAttr form, Message &exported,
                                 ErrorEmitter emitError) {
  auto was = form.getAs<DictionaryAttr>(kWas);
  Encodings encodings(form, exported);
  // First what the file lacks: of a oneof it may have another field.
  for (NamedAttribute entry :
       was ? was : DictionaryAttr::get(form.getContext()))
    if (!form.contains(entry.getName()) &&
        failed(applyEntry(exported, entry.getName(), entry.getValue(), nullptr,
                          emitError)))
      return failure();
  for (NamedAttribute entry : form) {
    StringAttr name = entry.getName();
    if (name == kWas || name == kDecoded || encodings.excludes(name))
      continue;
    if (failed(name == kUnknownFields
                   ? addUnknownFields(exported, entry.getValue(), emitError)
                   : applyEntry(exported, name, was ? was.get(name) : nullptr,
                                entry.getValue(), emitError)))
      return failure();
  }
  return success();
}

LogicalResult mlc::applyFileForm(Operation *op, Message &exported) {
  auto form = op->getAttrOfType<DictionaryAttr>(kFileForm);
  return form ? applyFileForm(form, exported, [&] { return op->emitError(); })
              : success();
}
