// Reading a bundle. Its numbers end up as pointers, so every one is checked
// against what it points into.
#include "BundleFiles.h"
#include "mlc/Support/BoundedJson.h"
#include "mlc/Support/MetalNames.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>
#include <limits>

using namespace llvm;
using namespace mlc;

int64_t BundleFeature::numElements() const {
  int64_t count = 1;
  for (int64_t extent : shape)
    count *= extent;
  return count;
}

namespace {

// Reads fields of JSON objects; the first that is missing or wrong becomes the
// error.
class Reader {
public:
  explicit Reader(Bundle &bundle) : bundle(bundle) {}

  // The inputs of one variant, to choose by.
  Error readInputs(const json::Object &variant) {
    each(variant, "buffers", [&](const json::Object &o) { readBuffer(o); });
    each(variant, "inputs", [&](const json::Object &o) {
      readFeature(o, BufferKind::Input, bundle.inputs);
    });
    return result();
  }

  // `variant` is the manifest itself or one of its variants.
  Error read(const json::Object &manifest, const json::Object &variant) {
    bundle.precision = manifest.getString("precision").value_or("").str();
    if (Error error = readInputs(variant))
      return error;
    each(variant, "outputs", [&](const json::Object &o) {
      readFeature(o, BufferKind::Output, bundle.outputs);
    });
    each(manifest, "kernels", [&](const json::Object &o) { readKernel(o); });
    if (manifest.get("decode"))
      each(manifest, "decode",
           [&](const json::Object &o) { readDispatch(o, bundle.decode); });
    each(variant, "dispatches",
         [&](const json::Object &o) { readDispatch(o, bundle.dispatches); });
    readSteps(variant);
    readLabels(manifest);
    readFiles(manifest);
    return result();
  }

private:
  Error result() {
    if (!problem.empty())
      return createStringError("manifest.json: " + problem);
    return Error::success();
  }

  void fail(const Twine &what) {
    if (problem.empty())
      problem = what.str();
  }

  void each(const json::Object &object, StringRef key,
            function_ref<void(const json::Object &)> visit) {
    const json::Array *array = object.getArray(key);
    if (!array)
      return fail("'" + key + "' is missing or not a list");
    for (const json::Value &value : *array) {
      const json::Object *entry = value.getAsObject();
      if (!entry)
        return fail("'" + key + "' holds something that is not an object");
      visit(*entry);
      if (!problem.empty())
        return;
    }
  }

  std::string text(const json::Object &object, StringRef key) {
    auto value = object.getString(key);
    if (!value)
      fail("'" + key + "' is missing or not text");
    return value.value_or("").str();
  }

  int64_t number(const json::Object &object, StringRef key, int64_t least,
                 int64_t most) {
    auto value = object.getInteger(key);
    if (!value || *value < least || *value > most) {
      fail("'" + key + "' is missing or out of range");
      return least;
    }
    return *value;
  }

  template <typename Out>
  void numbers(const json::Object &object, StringRef key, int64_t least,
               Out &&out) {
    const json::Array *array = object.getArray(key);
    if (!array)
      return fail("'" + key + "' is missing or not a list");
    for (const json::Value &value : *array) {
      auto entry = value.getAsInteger();
      if (!entry || *entry < least || *entry > INT32_MAX)
        return fail("'" + key + "' holds something out of range");
      out(*entry);
    }
  }

  void readBuffer(const json::Object &object) {
    std::string name = text(object, "name"), kind = text(object, "kind");
    int64_t bytes = number(object, "bytes", 0, int64_t(1) << 40);
    BundleBuffer buffer{name, BufferKind::Arena, bytes};
    if (kind == "weights")
      buffer.kind = BufferKind::Weights;
    else if (kind == "decoded")
      buffer.kind = BufferKind::Decoded;
    else if (kind == "input")
      buffer.kind = BufferKind::Input;
    else if (kind == "output")
      buffer.kind = BufferKind::Output;
    else if (kind != "arena")
      fail("buffer '" + name + "' is of the unknown kind '" + kind + "'");
    if (!bufferIndices.try_emplace(name, bundle.buffers.size()).second)
      fail("buffer '" + name + "' is there twice");
    bundle.buffers.push_back(buffer);
  }

  unsigned bufferIndex(const json::Object &object) {
    std::string name = text(object, "buffer");
    auto it = bufferIndices.find(name);
    if (it == bufferIndices.end()) {
      fail("there is no buffer '" + name + "'");
      return 0;
    }
    return it->second;
  }

  void readFeature(const json::Object &object, BufferKind kind,
                   std::vector<BundleFeature> &features) {
    BundleFeature feature;
    feature.name = text(object, "name");
    feature.type = text(object, "type");
    feature.dataType = text(object, "dataType");
    feature.colorSpace = object.getString("colorSpace").value_or("").str();
    feature.isOptional = object.getBoolean("isOptional").value_or(false);
    for (StringRef kind : {"int", "float", "double"})
      if (auto value = finiteOrNot(object, (kind + "DefaultValue").str()))
        feature.defaultValue = float(*value);
    feature.state = object.getString("state").value_or("").str();
    feature.buffer = bufferIndex(object);
    int64_t size = StringSwitch<int64_t>(feature.dataType)
                       .Case("uint8", 1)
                       .Case("float16", 2)
                       .Case("float32", 4)
                       .Default(0);
    if (size == 0 || (size == 1 && !feature.isImage()))
      fail("feature '" + feature.name + "' is of no known data type");
    // The product is exact or too large for any buffer.
    int64_t bytes = size;
    numbers(object, "shape", 1, [&](int64_t extent) {
      feature.shape.push_back(extent);
      if (bytes > kMaxBufferBytes / extent)
        fail("feature '" + feature.name + "' is too large");
      else
        bytes *= extent;
    });
    if (!problem.empty())
      return;
    checkImage(feature);
    const BundleBuffer &buffer = bundle.buffers[feature.buffer];
    if (buffer.kind != kind || buffer.bytes != bytes)
      fail("feature '" + feature.name + "' does not fit its buffer");
    features.push_back(feature);
  }

  // A number, or the text that stands for one that is not finite.
  static std::optional<double> finiteOrNot(const json::Object &object,
                                           StringRef key) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (auto text = object.getString(key))
      return StringSwitch<std::optional<double>>(*text)
          .Case("Infinity", kInfinity)
          .Case("-Infinity", -kInfinity)
          .Case("NaN", std::nan(""))
          .Default(std::nullopt);
    return object.getNumber(key);
  }

  // Height, width and channels at the end, of sizes that pictures have.
  void checkImage(const BundleFeature &feature) {
    if (!feature.isImage())
      return;
    ArrayRef<int64_t> shape = feature.shape;
    if (shape.size() < 3)
      return fail("the image '" + feature.name + "' has no height and width");
    int64_t height = shape[shape.size() - 3], width = shape[shape.size() - 2];
    if (!is_contained({1, 3}, shape.back()) ||
        any_of(shape.drop_back(3), [](int64_t extent) { return extent != 1; }))
      fail("the image '" + feature.name + "' is not one of 1 or 3 channels");
    if (std::max(height, width) > kMaxImageSide ||
        height * width > kMaxImagePixels)
      fail("the image '" + feature.name + "' of " + Twine(height) + "x" +
           Twine(width) + " pixels is larger than mlc takes");
  }

  void readKernel(const json::Object &object) {
    BundleKernel kernel;
    kernel.name = text(object, "name");
    kernel.kind = text(object, "kind");
    // Names become part of C++ text.
    if (kernel.name.empty() || isDigit(kernel.name.front()) ||
        !all_of(kernel.name, [](char c) { return isAlnum(c) || c == '_'; }) ||
        isMetalKeyword(kernel.name) || kernel.name.size() > kMaxName)
      return fail("'" + kernel.name.substr(0, kMaxName) +
                  "' is not the name of a kernel");
    kernel.isCooperative = object.getBoolean("cooperative").value_or(false);
    each(object, "arguments", [&](const json::Object &o) {
      BundleArgument argument;
      if (o.get("bytes"))
        argument.bytes = number(o, "bytes", 0, kMaxBufferBytes);
      argument.isWritten = text(o, "access") == "write";
      kernel.arguments.push_back(argument);
    });
    kernel.numBuffers = kernel.arguments.size();
    if (kernel.numBuffers > kMaxArguments)
      fail("kernel '" + kernel.name + "' takes too many buffers");
    if (const json::Array *positions = object.getArray("positions"))
      for (const json::Value &value : *positions)
        readPosition(value.getAsString().value_or(""), kernel);
    if (!kernelIndices.try_emplace(kernel.name, bundle.kernels.size()).second)
      fail("kernel '" + kernel.name + "' is there twice");
    bundle.kernels.push_back(kernel);
  }

  void readPosition(StringRef position, BundleKernel &kernel) {
    constexpr StringLiteral kKnown[] = {
        "thread_position_in_grid", "thread_position_in_threadgroup",
        "threadgroup_position_in_grid", "threads_per_threadgroup",
        "simdgroup_index_in_threadgroup"};
    if (!is_contained(kKnown, position) ||
        is_contained(kernel.positions, position))
      return fail("kernel '" + kernel.name + "' takes an unknown position");
    kernel.positions.push_back(position.str());
  }

  void triple(const json::Object &object, StringRef key,
              std::array<int64_t, 3> &values) {
    SmallVector<int64_t> read;
    numbers(object, key, 1, [&](int64_t value) { read.push_back(value); });
    if (read.size() != 3)
      return fail("'" + key + "' needs three numbers");
    llvm::copy(read, values.begin());
  }

  void readAlternatives(const json::Object &object, BundleDispatch &dispatch) {
    StringRef key = "alternativeThreadsPerThreadgroup";
    const json::Array *sizes = object.getArray(key);
    if (!sizes)
      return fail("'" + key + "' is not a list");
    for (const json::Value &size : *sizes)
      triple(json::Object{{"size", size}}, "size",
             dispatch.alternatives.emplace_back());
  }

  void readDispatch(const json::Object &object,
                    std::vector<BundleDispatch> &dispatches) {
    BundleDispatch dispatch;
    std::string name = text(object, "kernel");
    auto it = kernelIndices.find(name);
    if (it == kernelIndices.end())
      return fail("there is no kernel '" + name + "'");
    dispatch.kernel = it->second;
    dispatch.kind = text(object, "kind");
    // Estimates, which may be missing.
    for (auto [key, value] : {std::pair("flops", &dispatch.flops),
                              std::pair("bytes", &dispatch.bytes)})
      if (object.get(key))
        *value = number(object, key, 0, int64_t(1) << 60);
    triple(object, "threads", dispatch.threads);
    triple(object, "threadgroups", dispatch.threadgroups);
    triple(object, "threadsPerThreadgroup", dispatch.threadsPerThreadgroup);
    if (object.get("alternativeThreadsPerThreadgroup"))
      readAlternatives(object, dispatch);
    if (const json::Array *origin = object.getArray("origin"))
      for (const json::Value &value : *origin)
        dispatch.origin.push_back(value.getAsString().value_or("").str());
    each(object, "bindings", [&](const json::Object &o) {
      BundleBinding binding;
      binding.buffer = bufferIndex(o);
      if (!problem.empty())
        return;
      int64_t size = bundle.buffers[binding.buffer].bytes;
      binding.offset = number(o, "offset", 0, size);
      binding.bytes = number(o, "bytes", 0, size - binding.offset);
      dispatch.bindings.push_back(binding);
    });
    if (dispatch.bindings.size() != bundle.kernels[dispatch.kernel].numBuffers)
      fail("a dispatch of '" + name + "' binds the wrong number of buffers");
    dispatches.push_back(dispatch);
  }

  void readSteps(const json::Object &manifest) {
    if (manifest.get("steps")) {
      bundle.steps = readSteps(manifest, "steps", 0, false);
      return;
    }
    BundleStep all;
    all.count = bundle.dispatches.size();
    bundle.steps.push_back(std::move(all));
  }

  std::vector<BundleStep> readSteps(const json::Object &object, StringRef key,
                                    unsigned depth, bool inLoop) {
    constexpr unsigned kMaxLevels = 128;
    std::vector<BundleStep> steps;
    if (depth > kMaxLevels) {
      fail("'steps' go too deep");
      return steps;
    }
    each(object, key, [&](const json::Object &o) {
      BundleStep step;
      if (o.get("run")) {
        SmallVector<int64_t> range;
        numbers(o, "run", 0, [&](int64_t value) { range.push_back(value); });
        int64_t total = bundle.dispatches.size();
        if (range.size() != 2 || range[0] > total ||
            range[1] > total - range[0])
          return fail("'run' is no range of dispatches");
        step.first = range[0];
        step.count = range[1];
      } else if (o.get("if")) {
        step.kind = BundleStep::If;
        readNumber(o, "if", step);
        step.inner = readSteps(o, "then", depth + 1, false);
        step.otherwise = readSteps(o, "else", depth + 1, false);
      } else if (o.get("loop")) {
        step.kind = BundleStep::Loop;
        if (o.get("count"))
          readNumber(o, "count", step);
        if (o.get("limit"))
          step.limit = number(o, "limit", 0, INT64_MAX);
        if (o.get("while"))
          step.condition = readSteps(o, "while", depth + 1, true);
        step.inner = readSteps(o, "loop", depth + 1, true);
      } else if (o.get("exitUnless")) {
        step.kind = BundleStep::ExitUnless;
        readNumber(o, "exitUnless", step);
        if (!inLoop)
          fail("'exitUnless' is not directly in a loop");
      } else {
        fail("a step is of no known kind");
      }
      steps.push_back(std::move(step));
    });
    return steps;
  }

  void readNumber(const json::Object &object, StringRef key, BundleStep &step) {
    const json::Object *entry = object.getObject(key);
    if (!entry)
      return fail("'" + key + "' is not an object");
    std::string type = text(*entry, "dataType");
    if (type != "float32" && type != "float16")
      fail("'" + key + "' is neither float32 nor float16");
    step.hasNumber = true;
    step.number.isHalf = type == "float16";
    step.number.place.buffer = bufferIndex(*entry);
    if (!problem.empty())
      return;
    int64_t size = step.number.isHalf ? 2 : 4;
    int64_t bytes = bundle.buffers[step.number.place.buffer].bytes;
    step.number.place.offset = number(*entry, "offset", 0, bytes - size);
  }

  void readLabels(const json::Object &manifest) {
    const json::Object *classifier = manifest.getObject("classifier");
    if (!classifier)
      return;
    bundle.predictedFeature =
        classifier->getString("predictedFeatureName").value_or("").str();
    if (const json::Array *labels = classifier->getArray("labels"))
      for (const json::Value &label : *labels) {
        bundle.labelsAreIntegers = label.getAsInteger().has_value();
        bundle.labels.push_back(bundle.labelsAreIntegers
                                    ? std::to_string(*label.getAsInteger())
                                    : label.getAsString().value_or("").str());
      }
    StringRef wanted = classifier->getString("probabilities").value_or("");
    for (auto [index, output] : enumerate(bundle.outputs))
      if (output.name == wanted)
        bundle.probabilities = index;
  }

  void readFiles(const json::Object &manifest) {
    const json::Object *files = manifest.getObject("files");
    if (!files)
      return; // checkFiles asks for it
    for (auto [name, file] : {std::pair(kKernelsFile, &bundle.sourceFile),
                              std::pair(kWeightsFile, &bundle.weightsFile)}) {
      const json::Object *entry = files->getObject(name);
      if (!entry)
        return fail("'files' does not have '" + name + "'");
      file->bytes = number(*entry, "bytes", 0, kMaxBufferBytes);
      file->hash = text(*entry, "xxh3");
    }
  }

  Bundle &bundle;
  std::string problem;
  StringMap<unsigned> bufferIndices, kernelIndices;
};

} // namespace

// The manifest and behind it its variants.
static Expected<SmallVector<const json::Object *>>
findVariants(const json::Object &manifest) {
  if (manifest.getInteger("version") != 1)
    return createStringError("manifest.json: this mlc reads version 1");
  SmallVector<const json::Object *> variants = {&manifest};
  if (const json::Array *others = manifest.getArray("variants"))
    for (const json::Value &other : *others) {
      variants.push_back(other.getAsObject());
      if (!variants.back())
        return createStringError(
            "manifest.json: 'variants' holds something that is not an object");
    }
  return variants;
}

Expected<Bundle> Bundle::parseManifest(StringRef text, Chooser choose) {
  Bundle bundle;
  bundle.isForeign = true;
  Expected<json::Value> manifest = parseBoundedJson(text);
  if (!manifest)
    return createStringError("manifest.json: " +
                             toString(manifest.takeError()));
  bundle.manifest = std::move(*manifest);
  const json::Object *object = bundle.manifest.getAsObject();
  if (!object)
    return createStringError("manifest.json: is not an object");
  auto variants = findVariants(*object);
  if (!variants)
    return variants.takeError();
  bundle.numVariants = variants->size();
  for (unsigned i = 0; choose && i < variants->size(); ++i) {
    Bundle candidate;
    if (Error error = Reader(candidate).readInputs(*(*variants)[i]))
      return std::move(error);
    if (!choose(candidate))
      continue;
    bundle.variant = i;
    break;
  }
  if (Error error = Reader(bundle).read(*object, *(*variants)[bundle.variant]))
    return std::move(error);
  return std::move(bundle);
}

Expected<Bundle> Bundle::parse(StringRef text,
                               std::unique_ptr<MemoryBuffer> source,
                               std::unique_ptr<MemoryBuffer> weights,
                               Chooser choose) {
  Expected<Bundle> bundle = parseManifest(text, choose);
  if (!bundle)
    return bundle;
  bundle->weights = std::move(weights);
  bundle->source = std::move(source);
  if (Error error = checkConsistency(*bundle))
    return std::move(error);
  return bundle;
}

Expected<Bundle> Bundle::read(StringRef path, Chooser choose) {
  auto manifest = readBundleFile(path, kManifestFile);
  if (!manifest)
    return manifest.takeError();
  Expected<Bundle> bundle = parseManifest((*manifest)->getBuffer(), choose);
  if (!bundle)
    return bundle;
  bundle->path = path.str();
  for (auto [name, file] : {std::pair(kWeightsFile, &bundle->weights),
                            std::pair(kKernelsFile, &bundle->source)}) {
    auto contents = readBundleFile(path, name);
    if (!contents)
      return contents.takeError();
    *file = std::move(*contents);
  }
  if (Error error = checkConsistency(*bundle))
    return std::move(error);
  return bundle;
}
