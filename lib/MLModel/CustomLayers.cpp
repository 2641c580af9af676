// The descriptions of a folder, strictly read: a key that is misspelt is an
// error here instead of a surprise later.

#include "CustomLayers.h"
#include "mlc/MLModel/CustomLayers.h"
#include "mlc/Support/BoundedJson.h"
#include "mlc/Support/InputFile.h"
#include "mlc/Support/MetalNames.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlc;
using llvm::Error;
using llvm::Expected;

// Words that mean something else in a body.
static bool isReserved(StringRef name) {
  static const llvm::StringSet<> words = {
      "Inputs", "Output", "Position", "min", "max", "element", "lanes", "mask"};
  return isMetalKeyword(name) || words.contains(name);
}

namespace {

// Reads the parts of a description. The first fault is kept; what is read
// after it does not matter.
class Reader {
public:
  explicit Reader(StringRef folder) : folder(folder) {}

  Expected<CustomClass> read(const llvm::json::Value &root);

private:
  using Object = llvm::json::Object;

  void fail(const Twine &message) {
    if (fault.empty())
      fault = message.str();
  }
  void checkKeys(const Object &object, StringRef what,
                 ArrayRef<StringRef> known);
  std::string text(const Object &object, StringRef what, StringRef key,
                   bool isOptional = false);
  std::string name(const Object &object, StringRef what, StringRef key);
  void addName(StringRef name);
  template <typename Add>
  void objects(const Object &object, StringRef key, Add add);
  CustomClass::Parameter parameter(StringRef name, const Object &object);
  void setDefault(CustomClass::Parameter &parameter,
                  const llvm::json::Value &value);
  CustomClass::Output output(const Object &object);
  void readBody(const Object &object);

  StringRef folder;
  CustomClass result;
  llvm::StringSet<> names;
  std::string fault;
};

} // namespace

void Reader::checkKeys(const Object &object, StringRef what,
                       ArrayRef<StringRef> known) {
  for (const auto &entry : object)
    if (!llvm::is_contained(known, StringRef(entry.first)))
      fail(what + " has the unknown key '" + StringRef(entry.first) + "'");
}

std::string Reader::text(const Object &object, StringRef what, StringRef key,
                         bool isOptional) {
  const llvm::json::Value *value = object.get(key);
  std::optional<StringRef> text = value ? value->getAsString() : std::nullopt;
  if (!text && (value || !isOptional))
    fail(what + " should have a text '" + key + "'");
  return text ? text->str() : "";
}

/// A name of the body: of an input, a weight or a parameter.
void Reader::addName(StringRef name) {
  bool good = !name.empty() && llvm::isAlpha(name.front()) &&
              name.back() != '_' && name.size() <= 40;
  for (char c : name)
    good &= llvm::isAlnum(c) || c == '_';
  if (!good || isReserved(name))
    fail("'" + name + "' is no name that a body can use");
  else if (!names.insert(name).second)
    fail("two things have the name '" + name + "'");
}

template <typename Add>
void Reader::objects(const Object &object, StringRef key, Add add) {
  const llvm::json::Value *value = object.get(key);
  if (!value)
    return;
  const llvm::json::Array *array = value->getAsArray();
  if (!array)
    return fail("'" + key + "' should be a list");
  for (const llvm::json::Value &element : *array) {
    if (const Object *part = element.getAsObject())
      add(*part);
    else
      fail("'" + key + "' should be a list of objects");
  }
}

void Reader::setDefault(CustomClass::Parameter &parameter,
                        const llvm::json::Value &value) {
  using Type = CustomClass::Type;
  parameter.hasDefault = true;
  bool good = false;
  if (parameter.type == Type::String) {
    if (std::optional<StringRef> text = value.getAsString()) {
      parameter.text = text->str();
      good = llvm::is_contained(parameter.values, parameter.text);
    }
  } else if (parameter.type == Type::Bool) {
    if (std::optional<bool> flag = value.getAsBoolean()) {
      parameter.number = *flag;
      good = true;
    }
  } else if (parameter.type == Type::Int) {
    if (std::optional<int64_t> number = value.getAsInteger()) {
      parameter.number = double(*number);
      good = llvm::isInt<32>(*number);
    }
  } else if (std::optional<double> number = value.getAsNumber()) {
    parameter.number = *number;
    good = true;
  }
  if (!good)
    fail("the default of the parameter '" + parameter.name +
         "' is not of its type");
}

CustomClass::Parameter Reader::parameter(StringRef name, const Object &object) {
  CustomClass::Parameter parameter;
  parameter.name = name.str();
  std::string what = ("the parameter '" + name + "'").str();
  addName(name);
  checkKeys(object, what, {"type", "default", "values"});
  std::string type = text(object, what, "type");
  using Type = CustomClass::Type;
  if (type == "float")
    parameter.type = Type::Float;
  else if (type == "bool")
    parameter.type = Type::Bool;
  else if (type == "string")
    parameter.type = Type::String;
  else if (type != "int")
    fail(what + " should have the type int, float, bool or string");
  const llvm::json::Array *values = object.getArray("values");
  if ((parameter.type == Type::String) != bool(values))
    fail(what + (values ? " has 'values', which are for strings"
                        : " should have a list 'values' of what it may be"));
  if (values)
    for (const llvm::json::Value &value : *values) {
      if (std::optional<StringRef> text = value.getAsString())
        parameter.values.push_back(text->str());
      else
        fail("the 'values' of " + what + " should be texts");
    }
  if (const llvm::json::Value *value = object.get("default"))
    setDefault(parameter, *value);
  return parameter;
}

CustomClass::Output Reader::output(const Object &object) {
  CustomClass::Output output;
  checkKeys(object, "an output", {"function", "shape"});
  output.function = "element";
  if (object.get("function")) {
    output.function = text(object, "an output", "function");
    if (output.function != "element")
      addName(output.function);
  }
  const llvm::json::Value *shape = object.get("shape");
  if (const llvm::json::Array *list = shape ? shape->getAsArray() : nullptr) {
    for (const llvm::json::Value &size : *list) {
      if (std::optional<StringRef> text = size.getAsString())
        output.sizes.push_back(text->str());
      else if (std::optional<int64_t> number = size.getAsInteger())
        output.sizes.push_back(std::to_string(*number));
      else
        fail("a 'shape' should be a list of expressions");
    }
    if (list->empty() || list->size() > 5)
      fail("a 'shape' should have 1 to 5 dimensions");
    return output;
  }
  const Object *changes = shape ? shape->getAsObject() : nullptr;
  if (!changes) {
    fail("an output should have a 'shape': a list, or an object with 'like'");
    return output;
  }
  checkKeys(*changes, "a shape", {"like", "s", "n", "c", "h", "w"});
  output.like = text(*changes, "a shape", "like");
  if (!llvm::is_contained(result.inputs, output.like))
    fail("a shape is like '" + output.like + "', which is no input");
  for (StringRef letter : {"s", "n", "c", "h", "w"})
    if (const llvm::json::Value *size = changes->get(letter)) {
      output.letters.push_back(letter.str());
      if (std::optional<int64_t> number = size->getAsInteger())
        output.sizes.push_back(std::to_string(*number));
      else
        output.sizes.push_back(text(*changes, "a shape", letter));
    }
  return output;
}

void Reader::readBody(const Object &object) {
  result.file = text(object, "it", "source");
  if (!fault.empty())
    return;
  // Only what lies in the folder is a part of it.
  if (result.file.empty() ||
      llvm::sys::path::filename(result.file) != StringRef(result.file) ||
      result.file == "..")
    return fail("'source' should name a file in the same folder");
  constexpr size_t kMaxBytes = 1 << 20;
  SmallString<128> path(folder);
  llvm::sys::path::append(path, result.file);
  auto buffer = readInputFile(path);
  if (!buffer)
    return fail("its source: " + toString(buffer.takeError()));
  StringRef body = (*buffer)->getBuffer();
  if (body.size() > kMaxBytes || body.contains('\0'))
    return fail("its source '" + path + "' is no text of at most 1 MiB");
  result.source = body.str();
}

Expected<CustomClass> Reader::read(const llvm::json::Value &root) {
  const Object *object = root.getAsObject();
  if (!object)
    return llvm::createStringError("it should be a JSON object");
  checkKeys(*object, "it",
            {"class", "summary", "inputs", "parameters", "weights", "outputs",
             "source"});
  result.name = text(*object, "it", "class");
  text(*object, "it", "summary", /*isOptional=*/true);
  if (const llvm::json::Array *inputs = object->getArray("inputs"))
    for (const llvm::json::Value &input : *inputs) {
      result.inputs.push_back(input.getAsString().value_or("").str());
      addName(result.inputs.back());
    }
  if (result.inputs.empty())
    fail("it should have a list 'inputs' of their names");
  if (const llvm::json::Value *value = object->get("parameters")) {
    if (const Object *parameters = value->getAsObject()) {
      for (const auto &entry : *parameters) {
        if (const Object *one = entry.second.getAsObject())
          result.parameters.push_back(parameter(entry.first, *one));
        else
          fail("the parameter '" + StringRef(entry.first) +
               "' should be an object");
      }
    } else {
      fail("'parameters' should be an object");
    }
  }
  // The order of a JSON object is that of a hash table.
  llvm::sort(result.parameters,
             [](const auto &a, const auto &b) { return a.name < b.name; });
  objects(*object, "weights", [&](const Object &part) {
    checkKeys(part, "a weight", {"name", "size"});
    result.weights.push_back(
        {text(part, "a weight", "name"), text(part, "a weight", "size")});
    addName(result.weights.back().name);
  });
  objects(*object, "outputs",
          [&](const Object &part) { result.outputs.push_back(output(part)); });
  if (result.outputs.empty())
    fail("it should have a list 'outputs'");
  // A kernel has 31 buffers, some of which are for fused layers.
  if (result.inputs.size() + result.weights.size() > 16 ||
      result.outputs.size() > 16)
    fail("it should have at most 16 inputs and weights, and 16 outputs");
  readBody(*object);
  if (!fault.empty())
    return llvm::createStringError(fault);
  return std::move(result);
}

Expected<CustomClass> mlc::readCustomClass(StringRef path) {
  auto buffer = readInputFile(path);
  if (!buffer)
    return buffer.takeError();
  StringRef text = (*buffer)->getBuffer();
  if (text.size() > (1 << 20))
    return llvm::createStringError("it is too large for a description");
  Expected<llvm::json::Value> root = parseBoundedJson(text);
  if (!root)
    return root.takeError();
  return Reader(llvm::sys::path::parent_path(path)).read(*root);
}

Error mlc::useCustomLayers(StringRef folder, MLIRContext *context) {
  llvm::StringMap<CustomClass> classes;
  std::vector<std::string> paths;
  std::error_code error;
  for (llvm::sys::fs::directory_iterator it(folder, error), end;
       !error && it != end; it.increment(error))
    if (llvm::sys::path::extension(it->path()) == ".json")
      paths.push_back(it->path());
  if (error)
    return llvm::createStringError("cannot read the folder of custom layers '" +
                                   folder + "': " + error.message());
  if (paths.empty())
    return llvm::createStringError("the folder of custom layers '" + folder +
                                   "' has no .json file");
  llvm::sort(paths);
  for (const std::string &path : paths) {
    Expected<CustomClass> one = readCustomClass(path);
    if (!one)
      return llvm::createStringError("'" + path +
                                     "': " + toString(one.takeError()));
    one->description = path;
    auto [other, isNew] = classes.try_emplace(one->name, *one);
    if (!isNew)
      return llvm::createStringError(
          "'" + other->second.description + "' and '" + path +
          "' both describe the class '" + one->name + "'");
  }
  auto *dialect = context->getOrLoadDialect<coreml::CoreMLDialect>();
  dialect->addInterface<CustomLayers>(std::move(classes));
  return Error::success();
}

const CustomClass *CustomLayers::lookup(MLIRContext *context, StringRef name) {
  auto *dialect = context->getLoadedDialect<coreml::CoreMLDialect>();
  const auto *layers = dialect->getRegisteredInterface<CustomLayers>();
  if (!layers)
    return nullptr;
  auto found = layers->classes.find(name);
  return found == layers->classes.end() ? nullptr : &found->second;
}
