// Files in, files out.
#include "mlc/Runtime/Features.h"

#include "mlc/Runtime/Image.h"
#include "mlc/Runtime/Npy.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/OutputFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>
#include <random>

using namespace llvm;
using namespace mlc;

static std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t extent : shape)
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text.empty() ? "1" : text;
}

static InputValue fromFloats(ArrayRef<float> values) {
  const char *begin = reinterpret_cast<const char *>(values.data());
  return {std::vector<char>(begin, begin + values.size() * sizeof(float))};
}

static InputValue fromHalves(ArrayRef<float> values) {
  std::vector<char> bytes;
  for (float value : values) {
    uint16_t half = toHalf(value);
    const char *begin = reinterpret_cast<const char *>(&half);
    bytes.insert(bytes.end(), begin, begin + sizeof half);
  }
  return {std::move(bytes)};
}

static InputValue fromValues(const BundleFeature &feature,
                             ArrayRef<float> values) {
  return feature.dataType == "float16" ? fromHalves(values)
                                       : fromFloats(values);
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

// An array of bytes as a picture.
static Expected<Image> imageOfArray(const NpyArray &array, int64_t channels) {
  ArrayRef<int64_t> shape = array.shape;
  while (shape.size() > 2 && shape.front() == 1 &&
         shape.size() > (channels == 1 ? 2u : 3u))
    shape = shape.drop_front();
  bool isColour = shape.size() == 3 && shape[2] == channels;
  if (!array.isBytes || !(isColour || (channels == 1 && shape.size() == 2)))
    return createStringError("the array must be bytes of the shape height x "
                             "width" +
                             Twine(channels == 3 ? " x 3" : ""));
  Image image{shape[1], shape[0], channels, {}};
  image.pixels.assign(array.values.begin(), array.values.end());
  return image;
}

static ArrayRef<int64_t> withoutLeadingOnes(ArrayRef<int64_t> shape) {
  return shape.drop_while([](int64_t size) { return size == 1; });
}

bool BundleFeature::hasShape(ArrayRef<int64_t> other) const {
  ArrayRef<int64_t> own(shape);
  if (own.size() == 5 && other.size() == 3 && own[3] == 1 && own[4] == 1)
    own = own.drop_back(2);
  // The one channel of an image of halves may be left out.
  if (isImage()) {
    while (!own.empty() && own.back() == 1)
      own = own.drop_back();
    while (!other.empty() && other.back() == 1)
      other = other.drop_back();
  }
  return withoutLeadingOnes(own) == withoutLeadingOnes(other);
}

static Expected<InputValue> readArray(const BundleFeature &feature,
                                      StringRef contents, int64_t steps) {
  Expected<NpyArray> array = parseNpy(contents);
  if (!array)
    return array.takeError();
  ArrayRef<int64_t> shape = array->shape;
  bool isSeries = steps > 1 && !shape.empty() && shape.front() == steps &&
                  feature.hasShape(shape.drop_front());
  if (!isSeries && !feature.hasShape(shape))
    return createStringError("the array is " + shapeText(array->shape) +
                             ", the input " + shapeText(feature.shape));
  return fromValues(feature, array->values);
}

static Expected<InputValue> readImage(const BundleFeature &feature,
                                      StringRef contents, int64_t steps,
                                      std::string &note) {
  // The buffer is [1, height, width, channels].
  int64_t height = feature.shape[feature.shape.size() - 3],
          width = feature.shape[feature.shape.size() - 2],
          channels = feature.shape.back();
  Expected<Image> image = Image();
  if (contents.starts_with("\x93NUMPY")) {
    Expected<NpyArray> array = parseNpy(contents);
    if (!array)
      return array.takeError();
    // Only bytes can be resized.
    if (feature.dataType == "float16" && !array->isBytes)
      return readArray(feature, contents, steps);
    image = imageOfArray(*array, channels);
  } else {
    image = decodeImage(contents, channels);
  }
  if (!image)
    return image.takeError();
  if (image->width != width || image->height != height) {
    // In the order of shapes.
    note = "resized from " + std::to_string(image->height) + "x" +
           std::to_string(image->width) + " to " + std::to_string(height) +
           "x" + std::to_string(width) + " (height x width)";
    *image = resizeImage(*image, width, height);
  }
  if (feature.dataType == "float16")
    return fromHalves(
        std::vector<float>(image->pixels.begin(), image->pixels.end()));
  InputValue value;
  value.bytes.assign(image->pixels.begin(), image->pixels.end());
  if (feature.colorSpace == "BGR")
    for (size_t i = 0; i + 2 < value.bytes.size(); i += 3)
      std::swap(value.bytes[i], value.bytes[i + 2]);
  return value;
}

Expected<InputValue> mlc::readInput(const BundleFeature &feature,
                                    StringRef file, int64_t steps,
                                    std::string &note) {
  auto fail = [&](const Twine &what) {
    return createStringError("input '" + feature.name + "': " + what);
  };
  double number;
  if (!feature.isImage() && feature.numElements() == 1 &&
      to_float(file, number)) {
    float value = float(number);
    return fromFloats(value);
  }
  auto contents = MemoryBuffer::getFile(file, /*IsText=*/false,
                                        /*RequiresNullTerminator=*/false);
  if (!contents)
    return fail("cannot read '" + file + "': " + contents.getError().message());
  if (feature.isImage() && feature.shape.size() < 3)
    return fail("the bundle gives an image no height and width");
  Expected<InputValue> value =
      feature.isImage()
          ? readImage(feature, (*contents)->getBuffer(), steps, note)
          : readArray(feature, (*contents)->getBuffer(), steps);
  if (!value)
    return fail("'" + file + "': " + toString(value.takeError()));
  return value;
}

InputValue mlc::randomInput(const BundleFeature &feature, uint64_t seed) {
  std::mt19937_64 generator(seed);
  int64_t count = feature.numElements();
  if (feature.dataType == "uint8") {
    InputValue value;
    for (int64_t i = 0; i < count; ++i)
      value.bytes.push_back(char(generator() & 255));
    return value;
  }
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float &value : values)
    value = normal(generator);
  return fromValues(feature, values);
}

InputValue mlc::constantInput(const BundleFeature &feature, float value) {
  if (feature.dataType == "uint8")
    return {std::vector<char>(feature.numElements(), char(value))};
  return fromValues(feature, std::vector<float>(feature.numElements(), value));
}

//===----------------------------------------------------------------------===//
// Outputs
//===----------------------------------------------------------------------===//

std::vector<float> mlc::outputValues(const BundleFeature &feature,
                                     LoadedModel &model) {
  const char *bytes = model.buffer(feature.buffer).data();
  std::vector<float> values(feature.numElements());
  if (feature.dataType == "uint8") {
    const auto *pixels = reinterpret_cast<const uint8_t *>(bytes);
    std::copy_n(pixels, values.size(), values.begin());
  } else if (feature.dataType == "float16") {
    const auto *halves = reinterpret_cast<const uint16_t *>(bytes);
    std::transform(halves, halves + values.size(), values.begin(), fromHalf);
  } else {
    std::memcpy(values.data(), bytes, values.size() * sizeof(float));
  }
  return values;
}

SmallVector<std::pair<std::string, float>>
mlc::rankedLabels(const Bundle &bundle, ArrayRef<float> probabilities) {
  SmallVector<std::pair<std::string, float>> ranked;
  for (auto [label, probability] : zip(bundle.labels, probabilities))
    ranked.push_back({label, probability});
  std::stable_sort(
      ranked.begin(), ranked.end(),
      [](const auto &a, const auto &b) { return a.second > b.second; });
  return ranked;
}

static Error writeInto(StringRef directory, StringRef name,
                       StringRef contents) {
  // A feature's name must not lead out of the folder.
  std::string safe = name.str();
  for (char &c : safe)
    if (sys::path::is_separator(c))
      c = '_';
  SmallString<128> path(directory);
  sys::path::append(path, safe);
  return writeFile(path, contents);
}

static Error writeJson(StringRef directory, StringRef name,
                       const json::Value &value) {
  std::string text;
  raw_string_ostream(text) << formatv("{0:2}", value) << "\n";
  return writeInto(directory, (name + ".json").str(), text);
}

// The pixels of an output, for people to look at.
static Image imageOfOutput(const BundleFeature &feature, LoadedModel &model) {
  int64_t channels = feature.shape.back();
  Image image{feature.shape[feature.shape.size() - 2],
              feature.shape[feature.shape.size() - 3],
              channels,
              {}};
  const char *bytes = model.buffer(feature.buffer).data();
  image.pixels.assign(bytes, bytes + feature.numElements());
  if (feature.colorSpace == "BGR")
    for (size_t i = 0; i + 2 < image.pixels.size(); i += 3)
      std::swap(image.pixels[i], image.pixels[i + 2]);
  return image;
}

static json::Value labelValue(const Bundle &bundle, StringRef label) {
  int64_t number;
  if (bundle.labelsAreIntegers && !label.getAsInteger(10, number))
    return number;
  return json::fixUTF8(label);
}

Error mlc::writeOutputs(const Bundle &bundle, LoadedModel &model,
                        StringRef directory) {
  if (Error error = createFolders(directory))
    return error;
  for (auto [index, output] : enumerate(bundle.outputs)) {
    std::vector<float> values = outputValues(output, model);
    bool isLabel = int(index) == bundle.probabilities &&
                   output.name == bundle.predictedFeature;
    if (Error error = isLabel ? Error::success()
                              : writeInto(directory, output.name + ".npy",
                                          formatNpy(output.shape, values)))
      return error;
    // Halves have no range to show.
    if (output.isImage() && output.shape.size() >= 3 &&
        output.dataType == "uint8")
      if (Error error = writeInto(directory, output.name + ".png",
                                  encodePng(imageOfOutput(output, model))))
        return error;
    if (int(index) != bundle.probabilities)
      continue;
    auto ranked = rankedLabels(bundle, values);
    json::Object dictionary;
    for (auto &[label, probability] : ranked)
      dictionary[json::fixUTF8(label)] = double(probability);
    if (!isLabel)
      if (Error error =
              writeJson(directory, output.name, std::move(dictionary)))
        return error;
    if (!bundle.predictedFeature.empty() && !ranked.empty())
      if (Error error = writeJson(directory, bundle.predictedFeature,
                                  labelValue(bundle, ranked.front().first)))
        return error;
  }
  return Error::success();
}
