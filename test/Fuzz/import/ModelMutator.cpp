#include "ModelMutator.h"

#include "Model.pb.h"
#include <cmath>
#include <limits>

namespace spec = CoreML::Specification;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Layers = google::protobuf::RepeatedPtrField<spec::NeuralNetworkLayer>;

namespace {

/// A field of a message somewhere in a model.
struct Place {
  Message *message;
  const FieldDescriptor *field;
};

class Mutator {
public:
  Mutator(spec::Model &model, std::mt19937 &random)
      : model(model), random(random) {}

  void run();

private:
  size_t below(size_t count) { return random() % count; }
  bool chance(unsigned percent) { return below(100) < percent; }

  void collectNames();
  void collect(Message &message, std::vector<Place> &places);
  std::vector<Place> choosePlaces();

  int64_t anyInteger();
  double anyNumber();
  std::string anyString(bool isBytes);
  int anyEnum(const EnumDescriptor *type);
  void set(Place place, int index);
  void changeRepeated(Place place);
  void change(Place place);

  spec::Model &model;
  std::mt19937 &random;
  std::vector<std::string> names;
};

} // namespace

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

static Layers *layersOf(spec::Model &model) {
  switch (model.Type_case()) {
  case spec::Model::kNeuralNetwork:
    return model.mutable_neuralnetwork()->mutable_layers();
  case spec::Model::kNeuralNetworkClassifier:
    return model.mutable_neuralnetworkclassifier()->mutable_layers();
  case spec::Model::kNeuralNetworkRegressor:
    return model.mutable_neuralnetworkregressor()->mutable_layers();
  default:
    return nullptr;
  }
}

void Mutator::collectNames() {
  for (const auto &input : model.description().input())
    names.push_back(input.name());
  if (Layers *layers = layersOf(model))
    for (const spec::NeuralNetworkLayer &layer : *layers) {
      names.insert(names.end(), layer.input().begin(), layer.input().end());
      names.insert(names.end(), layer.output().begin(), layer.output().end());
    }
}

void Mutator::collect(Message &message, std::vector<Place> &places) {
  const Reflection *reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor *field = message.GetDescriptor()->field(i);
    if (field->is_map())
      continue;
    places.push_back({&message, field});
    if (!field->message_type())
      continue;
    if (field->is_repeated())
      for (int k = 0; k < reflection->FieldSize(message, field); ++k)
        collect(*reflection->MutableRepeatedMessage(&message, field, k),
                places);
    else if (reflection->HasField(message, field))
      collect(*reflection->MutableMessage(&message, field), places);
  }
}

// Mostly the layers; their parameters more than their names.
std::vector<Place> Mutator::choosePlaces() {
  std::vector<Place> places;
  Layers *layers = layersOf(model);
  if (chance(15) || !layers || layers->empty()) {
    collect(*model.mutable_description(), places);
    return places;
  }
  if (chance(10)) {
    collect(model, places);
    return places;
  }
  spec::NeuralNetworkLayer &layer =
      *layers->Mutable(static_cast<int>(below(layers->size())));
  const FieldDescriptor *parameters =
      layer.layer_case()
          ? layer.GetDescriptor()->FindFieldByNumber(layer.layer_case())
          : nullptr;
  if (parameters && chance(80))
    collect(*layer.GetReflection()->MutableMessage(&layer, parameters), places);
  else
    collect(layer, places);
  return places;
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

int64_t Mutator::anyInteger() {
  static constexpr int64_t kValues[] = {
      0,         1,         2,         3,         4,         5,        7,
      8,         16,        100,       1000,      65536,     1 << 20,  1 << 28,
      INT32_MAX, 1ll << 31, 1ll << 32, 1ll << 40, 1ll << 62, INT64_MAX};
  int64_t value = kValues[below(std::size(kValues))];
  return chance(25) ? -value : value;
}

double Mutator::anyNumber() {
  static constexpr double kValues[] = {
      0.0,
      -0.0,
      1.0,
      -1.0,
      0.5,
      1e-30,
      1e30,
      3e9,
      std::numeric_limits<double>::infinity(),
      -std::numeric_limits<double>::infinity(),
      std::numeric_limits<double>::quiet_NaN()};
  return kValues[below(std::size(kValues))];
}

std::string Mutator::anyString(bool isBytes) {
  if (isBytes) {
    std::string bytes(below(64), '\0');
    for (char &byte : bytes)
      byte = static_cast<char>(random());
    return bytes;
  }
  if (!names.empty() && chance(70))
    return names[below(names.size())];
  static const char *const kValues[] = {"",    "x",    "\n\"",
                                        "a/b", "?\?/", "float"};
  return kValues[below(std::size(kValues))];
}

int Mutator::anyEnum(const EnumDescriptor *type) {
  return chance(10) ? 99
                    : type->value(static_cast<int>(below(type->value_count())))
                          ->number();
}

// Sets a field, or adds to a repeated one (index -1) or sets a part of it.
void Mutator::set(Place place, int index) {
  Message *message = place.message;
  const FieldDescriptor *field = place.field;
  const Reflection *reflection = message->GetReflection();
  auto put = [&](auto value, auto set, auto add, auto setPart) {
    if (!field->is_repeated())
      (reflection->*set)(message, field, value);
    else if (index < 0)
      (reflection->*add)(message, field, value);
    else
      (reflection->*setPart)(message, field, index, value);
  };
  switch (field->cpp_type()) {
  case FieldDescriptor::CPPTYPE_BOOL:
    return put(chance(50), &Reflection::SetBool, &Reflection::AddBool,
               &Reflection::SetRepeatedBool);
  case FieldDescriptor::CPPTYPE_INT32:
    return put(static_cast<int32_t>(anyInteger()), &Reflection::SetInt32,
               &Reflection::AddInt32, &Reflection::SetRepeatedInt32);
  case FieldDescriptor::CPPTYPE_UINT32:
    return put(static_cast<uint32_t>(anyInteger()), &Reflection::SetUInt32,
               &Reflection::AddUInt32, &Reflection::SetRepeatedUInt32);
  case FieldDescriptor::CPPTYPE_INT64:
    return put(anyInteger(), &Reflection::SetInt64, &Reflection::AddInt64,
               &Reflection::SetRepeatedInt64);
  case FieldDescriptor::CPPTYPE_UINT64:
    return put(static_cast<uint64_t>(anyInteger()), &Reflection::SetUInt64,
               &Reflection::AddUInt64, &Reflection::SetRepeatedUInt64);
  case FieldDescriptor::CPPTYPE_FLOAT:
    return put(static_cast<float>(anyNumber()), &Reflection::SetFloat,
               &Reflection::AddFloat, &Reflection::SetRepeatedFloat);
  case FieldDescriptor::CPPTYPE_DOUBLE:
    return put(anyNumber(), &Reflection::SetDouble, &Reflection::AddDouble,
               &Reflection::SetRepeatedDouble);
  case FieldDescriptor::CPPTYPE_ENUM:
    return put(anyEnum(field->enum_type()), &Reflection::SetEnumValue,
               &Reflection::AddEnumValue, &Reflection::SetRepeatedEnumValue);
  case FieldDescriptor::CPPTYPE_STRING:
    return put(anyString(field->type() == FieldDescriptor::TYPE_BYTES),
               &Reflection::SetString, &Reflection::AddString,
               &Reflection::SetRepeatedString);
  case FieldDescriptor::CPPTYPE_MESSAGE:
    if (!field->is_repeated())
      reflection->MutableMessage(message, field);
    else if (index < 0)
      reflection->AddMessage(message, field);
    return;
  }
}

//===----------------------------------------------------------------------===//
// Changes
//===----------------------------------------------------------------------===//

void Mutator::changeRepeated(Place place) {
  Message *message = place.message;
  const FieldDescriptor *field = place.field;
  const Reflection *reflection = message->GetReflection();
  int count = reflection->FieldSize(*message, field);
  int index = count ? static_cast<int>(below(count)) : -1;
  switch (count ? below(5) : 0) {
  case 0:
    for (size_t i = 0, more = chance(50) ? 1 : 1 + below(6); i < more; ++i)
      set(place, -1);
    return;
  case 1: // the part goes
    reflection->SwapElements(message, field, index, count - 1);
    return reflection->RemoveLast(message, field);
  case 2: // the part comes again, sometimes very often
    for (size_t i = 0, more = chance(10) ? 200 : 1 + below(5);
         i < more && field->message_type(); ++i)
      reflection->AddMessage(message, field)
          ->CopyFrom(reflection->GetRepeatedMessage(*message, field, index));
    return field->message_type() ? void() : set(place, -1);
  case 3:
    return chance(30)
               ? reflection->ClearField(message, field)
               : reflection->SwapElements(message, field, index,
                                          static_cast<int>(below(count)));
  default:
    return set(place, index);
  }
}

void Mutator::change(Place place) {
  const Reflection *reflection = place.message->GetReflection();
  if (place.field->is_repeated())
    return changeRepeated(place);
  bool isMessage = place.field->message_type() != nullptr;
  if (chance(isMessage && reflection->HasField(*place.message, place.field)
                 ? 70
                 : 20))
    return reflection->ClearField(place.message, place.field);
  set(place, -1);
}

void Mutator::run() {
  collectNames();
  for (size_t i = 0, count = chance(60) ? 1 : 1 + below(3); i < count; ++i) {
    std::vector<Place> places = choosePlaces();
    if (!places.empty())
      change(places[below(places.size())]);
  }
}

void mlc::mutateModel(spec::Model &model, std::mt19937 &random) {
  Mutator(model, random).run();
}

void mlc::appendLayers(spec::Model &model, const spec::Model &from,
                       std::mt19937 &random) {
  Layers *layers = layersOf(model);
  spec::Model copy(from);
  Layers *others = layersOf(copy);
  if (!layers || !others || layers->empty() || others->empty())
    return;
  for (size_t i = 0, count = 1 + random() % 3; i < count; ++i) {
    const spec::NeuralNetworkLayer &reader =
        layers->Get(static_cast<int>(random() % layers->size()));
    std::string read = reader.output_size() ? reader.output(0) : "x";
    spec::NeuralNetworkLayer *layer = layers->Add();
    layer->CopyFrom(others->Get(static_cast<int>(random() % others->size())));
    if (layer->input_size())
      layer->set_input(0, read);
    for (std::string &output : *layer->mutable_output())
      output += "'" + std::to_string(layers->size());
    if (layer->output_size() && model.description().output_size())
      model.mutable_description()->mutable_output(0)->set_name(
          layer->output(0));
  }
}
