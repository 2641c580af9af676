// A model's description as text. What is an object or a list in JSON is one
// line here.
#include "Inspect.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace mlc;
using json::Array;
using json::Object;
using Json = json::Value;

static constexpr size_t kMaxLabels = 10;

/// Keys in the order of the alphabet: objects have none.
static SmallVector<StringRef> keysOf(const Object &object) {
  SmallVector<StringRef> keys;
  for (const auto &[key, value] : object)
    keys.push_back(key);
  sort(keys);
  return keys;
}

static std::string textOf(const Json &value);

/// "1x3x640", or "[a, b]" of what are no sizes.
static std::string textOf(const Array &array) {
  bool isShape = !array.empty();
  SmallVector<std::string> parts;
  for (const Json &value : array) {
    auto size = value.getAsInteger();
    isShape &= size && *size >= 0;
    parts.push_back(textOf(value));
  }
  return isShape ? join(parts, "x") : "[" + join(parts, ", ") + "]";
}

static std::string textOf(const Json &value) {
  if (auto text = value.getAsString())
    return text->str();
  if (auto flag = value.getAsBoolean())
    return *flag ? "yes" : "no";
  if (auto number = value.getAsInteger())
    return std::to_string(*number);
  if (auto number = value.getAsNumber()) {
    std::string text;
    raw_string_ostream(text) << format("%g", *number);
    return text;
  }
  if (const Array *array = value.getAsArray())
    return textOf(*array);
  const Object *object = value.getAsObject();
  if (!object)
    return "not finite";
  SmallVector<std::string> parts;
  for (StringRef key : keysOf(*object))
    parts.push_back(key.str() + " " + textOf(*object->get(key)));
  return "(" + join(parts, ", ") + ")";
}

static void printFeatures(StringRef title, const Array &features,
                          raw_ostream &os) {
  for (const Json &value : features) {
    const Object &feature = *value.getAsObject();
    os << title << " '" << feature.getString("name").value_or("")
       << "': " << feature.getString("type").value_or("");
    if (const Array *shape = feature.getArray("shape");
        shape && !shape->empty())
      os << " " << textOf(*shape);
    for (const char *key : {"colorSpace", "dataType"})
      if (auto text = feature.getString(key))
        os << " " << *text;
    if (auto others = feature.getString("flexible"))
      os << ", flexible: " << *others;
    if (feature.getBoolean("optional").value_or(false))
      os << ", optional";
    if (const Json *number = feature.get("defaultValue"))
      os << ", default " << textOf(*number);
    if (auto text = feature.getString("shortDescription"))
      os << " (" << *text << ")";
    os << "\n";
  }
}

static void printMetadata(const Object &metadata, raw_ostream &os) {
  for (const char *key :
       {"shortDescription", "author", "license", "versionString"})
    if (auto text = metadata.getString(key); text && !text->empty())
      os << key << ": " << *text << "\n";
  if (const Object *others = metadata.getObject("userDefined"))
    for (StringRef key : keysOf(*others))
      os << key << ": " << others->getString(key).value_or("") << "\n";
}

static void printLabels(const Array &labels, raw_ostream &os) {
  os << "labels: " << labels.size();
  const char *separator = " (";
  for (const Json &label :
       ArrayRef(labels.data(), labels.size()).take_front(kMaxLabels)) {
    os << separator << textOf(label);
    separator = ", ";
  }
  os << (labels.empty()               ? ""
         : labels.size() > kMaxLabels ? ", ...)"
                                      : ")")
     << "\n";
}

static void printTraining(const Object &training, raw_ostream &os) {
  if (const Array *losses = training.getArray("lossLayers"))
    for (const Json &loss : *losses) {
      const Object &fields = *loss.getAsObject();
      os << "loss '" << fields.getString("name").value_or("") << "':";
      for (StringRef key : keysOf(fields))
        if (const Object *kind = fields.getObject(key))
          os << " " << key << " of input '"
             << kind->getString("input").value_or("") << "' and target '"
             << kind->getString("target").value_or("") << "'";
      os << "\n";
    }
  for (const char *key : {"optimizer", "epochs", "shuffle", "seed"})
    if (const Json *value = training.get(key))
      os << key << ": " << textOf(*value) << "\n";
  if (const Array *inputs = training.getArray("inputs"))
    printFeatures("training input", *inputs, os);
}

static void printWeights(const Object &description, raw_ostream &os) {
  os << "parameters: " << description.getInteger("parameters").value_or(0)
     << "\n";
  const Object *encodings = description.getObject("weightEncodings");
  if (!encodings || encodings->empty())
    return;
  os << "weights: " << description.getInteger("weightBytes").value_or(0)
     << " bytes";
  const char *separator = " (";
  for (StringRef key : keysOf(*encodings)) {
    os << separator << key << " " << textOf(*encodings->get(key));
    separator = ", ";
  }
  os << ")\n";
}

/// "stride 2x2, kernelSize 3x3": what is set.
static std::string attributesText(const Object &attributes) {
  SmallVector<std::string> parts;
  for (StringRef key : keysOf(attributes))
    parts.push_back(key.str() + " " + textOf(*attributes.get(key)));
  return join(parts, ", ");
}

/// The encodings of a layer's weights that are other than float32.
static std::string encodingText(const Object &layer) {
  SmallVector<std::string> parts;
  if (const Array *weights = layer.getArray("weights"))
    for (const Json &value : *weights) {
      const Object &weight = *value.getAsObject();
      StringRef encoding = weight.getString("encoding").value_or("");
      if (encoding == "float32" || encoding == "none")
        continue;
      std::string text =
          weight.getString("field").value_or("").str() + " " + encoding.str();
      if (int64_t bits = weight.getInteger("bits").value_or(0); bits < 16)
        text += " " + std::to_string(bits) + " bits";
      parts.push_back(text);
    }
  return join(parts, ", ");
}

static void printLayers(const Array &layers, unsigned depth, raw_ostream &os) {
  for (const auto &[index, value] : enumerate(layers)) {
    const Object &layer = *value.getAsObject();
    SmallVector<std::string> shapes;
    if (const Array *list = layer.getArray("shapes"))
      for (const Json &shape : *list)
        shapes.push_back(textOf(shape));
    // Branches and loops have no outputs of their own.
    bool isKnown =
        layer.getArray("shapes") || layer.getArray("outputs")->empty();
    std::string indent(2 * depth, ' ');
    os << formatv("{0}{1,4}  {2,-18} {3,-20} {4,10}  {5}", indent, index,
                  layer.getString("type").value_or(""),
                  isKnown ? join(shapes, ", ") : "?",
                  layer.getInteger("parameters").value_or(0),
                  layer.getString("name").value_or(""));
    SmallVector<std::string> details;
    if (layer.getBoolean("updatable").value_or(false))
      details.push_back("updatable");
    if (const Object *attributes = layer.getObject("attributes"))
      if (std::string text = attributesText(*attributes); !text.empty())
        details.push_back(text);
    if (std::string text = encodingText(layer); !text.empty())
      details.push_back(text);
    if (!details.empty())
      os << "  [" << join(details, "; ") << "]";
    os << "\n";
    if (const Object *networks = layer.getObject("networks"))
      for (StringRef key : keysOf(*networks)) {
        os << indent << "      " << key << ":\n";
        printLayers(*networks->getArray(key), depth + 1, os);
      }
  }
}

void mlc::printDescription(const Object &description, bool layers,
                           raw_ostream &os) {
  os << "kind: " << description.getString("kind").value_or("")
     << ", specification version "
     << description.getInteger("specificationVersion").value_or(0)
     << (description.getBoolean("updatable").value_or(false) ? ", updatable\n"
                                                             : "\n");
  if (const Object *metadata = description.getObject("metadata"))
    printMetadata(*metadata, os);
  printFeatures("input", *description.getArray("inputs"), os);
  printFeatures("output", *description.getArray("outputs"), os);
  if (const Array *labels = description.getArray("labels"))
    printLabels(*labels, os);
  if (const Array *steps = description.getArray("preprocessing"))
    for (const Json &step : *steps)
      os << "preprocessing: " << attributesText(*step.getAsObject()) << "\n";
  const Object *types = description.getObject("layerTypes");
  if (!types)
    return;
  os << "layers:";
  for (StringRef key : keysOf(*types))
    os << " " << key << " " << textOf(*types->get(key)) << ";";
  os << "\n";
  printWeights(description, os);
  if (const Array *updatable = description.getArray("updatableLayers"))
    os << "updatable layers: " << textOf(Json(Array(*updatable))) << "\n";
  if (const Object *training = description.getObject("training"))
    printTraining(*training, os);
  if (const Array *list = description.getArray("layers"); list && layers)
    printLayers(*list, 0, os);
}
