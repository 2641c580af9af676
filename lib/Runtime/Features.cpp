// Files in, files out.
#include "mlc/Runtime/Features.h"

#include "mlc/Runtime/FileNames.h"
#include "mlc/Runtime/Image.h"
#include "mlc/Runtime/Npy.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/ImageLimits.h"
#include "mlc/Support/InputFile.h"
#include "mlc/Support/OutputFile.h"
#include "mlc/Support/StateNames.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
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

ImageSize BundleFeature::imageSize() const {
  return {shape[shape.size() - 3], shape[shape.size() - 2]};
}

bool BundleFeature::hasShape(ArrayRef<int64_t> other) const {
  return isSameButOnes(shape, other);
}

static Expected<InputValue> readArray(const BundleFeature &feature,
                                      const NpyArray &array, int64_t steps) {
  ArrayRef<int64_t> shape = array.shape;
  bool isSeries = steps > 1 && !shape.empty() && shape.front() == steps &&
                  feature.hasShape(shape.drop_front());
  if (!isSeries && !feature.hasShape(shape))
    return createStringError("the array is " + shapeText(array.shape) +
                             ", the input " + shapeText(feature.shape));
  return fromValues(feature, array.values());
}

// Pixels in the order R, G, B as the network wants them.
static InputValue fromPixels(const BundleFeature &feature, const Image &image) {
  if (feature.dataType == "float16")
    return fromHalves(
        std::vector<float>(image.pixels.begin(), image.pixels.end()));
  InputValue value;
  value.bytes.assign(image.pixels.begin(), image.pixels.end());
  if (feature.colorSpace == "BGR")
    for (size_t i = 0; i + 2 < value.bytes.size(); i += 3)
      std::swap(value.bytes[i], value.bytes[i + 2]);
  return value;
}

// Whether `shape` is that of one picture of `channels`.
static bool isPicture(ArrayRef<int64_t> shape, int64_t channels) {
  return (shape.size() == 3 && shape[2] == channels) ||
         (channels == 1 && shape.size() == 2);
}

// An array of bytes as a picture, or as `steps` of them.
static Expected<InputValue> readPixels(const BundleFeature &feature,
                                       const NpyArray &array, ImageSize wanted,
                                       int64_t steps,
                                       SmallVectorImpl<std::string> &notes) {
  int64_t channels = feature.shape.back();
  ArrayRef<int64_t> shape = array.shape;
  while (shape.size() > 2 && shape.front() == 1 && !isPicture(shape, channels))
    shape = shape.drop_front();
  int64_t count = 1;
  if (steps > 1 && shape.size() > 2 && shape.front() == steps &&
      isPicture(shape.drop_front(), channels)) {
    count = steps;
    shape = shape.drop_front();
  }
  if (!array.isBytes() || !isPicture(shape, channels))
    return createStringError("the array must be bytes of the shape height x "
                             "width" +
                             Twine(channels == 3 ? " x 3" : ""));
  ImageSize size{shape[0], shape[1]};
  if (!(size == wanted))
    notes.push_back(describeResize(size, wanted));
  std::vector<uint8_t> bytes = array.bytes();
  size_t each = bytes.size() / count;
  InputValue value;
  for (int64_t i = 0; i < count; ++i) {
    Image image{size, channels, {}};
    image.pixels.assign(bytes.begin() + i * each,
                        bytes.begin() + (i + 1) * each);
    if (!(size == wanted))
      image = resizeImage(image, wanted);
    append_range(value.bytes, fromPixels(feature, image).bytes);
  }
  return value;
}

static Expected<InputValue> readImage(const BundleFeature &feature,
                                      StringRef contents, int64_t steps,
                                      SmallVectorImpl<std::string> &notes) {
  ImageSize wanted = feature.imageSize();
  if (isNpy(contents)) {
    Expected<NpyArray> array = parseNpy(contents);
    if (!array)
      return array.takeError();
    // Only bytes can be resized.
    if (feature.dataType == "float16" && !array->isBytes())
      return readArray(feature, *array, steps);
    return readPixels(feature, *array, wanted, steps, notes);
  }
  Expected<Image> image =
      decodeImage(contents, feature.shape.back(), wanted, notes);
  if (!image)
    return image.takeError();
  return fromPixels(feature, *image);
}

// Whether the feature of a bundle is an image that can be read.
static bool isUsableImage(const BundleFeature &feature) {
  if (feature.shape.size() < 3)
    return false;
  auto [height, width] = feature.imageSize();
  int64_t channels = feature.shape.back();
  return isImageSize(height, width) && (channels == 1 || channels == 3) &&
         feature.numElements() == height * width * channels;
}

Expected<InputValue> mlc::convertInput(const BundleFeature &feature,
                                       StringRef contents, int64_t steps,
                                       SmallVectorImpl<std::string> &notes) {
  if (feature.isImage()) {
    if (!isUsableImage(feature))
      return createStringError("the bundle gives an image no usable height, "
                               "width and channels");
    return readImage(feature, contents, steps, notes);
  }
  Expected<NpyArray> array = parseNpy(contents);
  if (!array)
    return array.takeError();
  return readArray(feature, *array, steps);
}

Expected<InputValue> mlc::readInput(const BundleFeature &feature,
                                    StringRef file, int64_t steps,
                                    SmallVectorImpl<std::string> &notes) {
  auto fail = [&](const Twine &what) {
    return createStringError("input '" + feature.name + "': " + what);
  };
  double number;
  if (!feature.isImage() && feature.numElements() == 1 &&
      to_float(file, number)) {
    float value = float(number);
    return fromFloats(value);
  }
  auto contents = readInputFile(file);
  if (!contents)
    return fail(toString(contents.takeError()));
  SmallVector<std::string> found;
  Expected<InputValue> value =
      convertInput(feature, (*contents)->getBuffer(), steps, found);
  if (!value)
    return fail("'" + file + "': " + toString(value.takeError()));
  for (const std::string &note : found)
    notes.push_back(note + ": '" + file.str() + "'");
  return value;
}

std::vector<float> mlc::drawNumbers(const std::optional<InputDomain> &domain,
                                    int64_t count, uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<float> normal;
  std::uniform_real_distribution<double> unit;
  std::vector<float> values(count);
  for (float &value : values) {
    if (!domain) {
      value = normal(generator);
      continue;
    }
    double span = domain->high - domain->low, at = unit(generator);
    value = float(domain->isWhole ? domain->low + std::floor(at * (span + 1))
                                  : domain->low + at * span);
  }
  return values;
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
  return fromValues(feature, drawNumbers(feature.domain, count, seed));
}

InputValue mlc::constantInput(const BundleFeature &feature, float value) {
  if (feature.dataType == "uint8") {
    // NaN is 0.
    auto pixel = static_cast<uint8_t>(value > 0 ? std::min(value, 255.0f) : 0);
    return {std::vector<char>(feature.numElements(), char(pixel))};
  }
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

std::vector<float> mlc::shownValues(const BundleFeature &feature,
                                    LoadedModel &model) {
  std::vector<float> values = outputValues(feature, model);
  if (feature.isImage() && feature.colorSpace == "BGR")
    for (size_t i = 0; i + 2 < values.size(); i += 3)
      std::swap(values[i], values[i + 2]);
  return values;
}

SmallVector<std::pair<std::string, float>>
mlc::rankedLabels(const Bundle &bundle, ArrayRef<float> probabilities) {
  SmallVector<std::pair<std::string, float>> ranked;
  for (auto [label, probability] : zip(bundle.labels, probabilities))
    if (std::isfinite(probability))
      ranked.push_back({label, probability});
  llvm::stable_sort(
      ranked, [](const auto &a, const auto &b) { return a.second > b.second; });
  return ranked;
}

static Error writeInto(StringRef directory, StringRef name,
                       StringRef contents) {
  SmallString<128> path(directory);
  sys::path::append(path, name);
  return writeFile(path, contents);
}

static Error writeJson(StringRef directory, StringRef name,
                       const json::Value &value) {
  std::string text;
  raw_string_ostream(text) << formatv("{0:2}", value) << "\n";
  return writeInto(directory, (name + ".json").str(), text);
}

static Error writePicture(StringRef directory, StringRef name,
                          const BundleFeature &feature,
                          ArrayRef<float> values) {
  Image image{feature.imageSize(), feature.shape.back(), {}};
  image.pixels.assign(values.begin(), values.end());
  Expected<std::string> file = encodePng(image);
  if (!file)
    return file.takeError();
  return writeInto(directory, (name + ".png").str(), *file);
}

// A file name for each output and, behind them, for the predicted label.
static std::vector<std::string> namesOfOutputs(const Bundle &bundle) {
  std::vector<std::string> names;
  for (const BundleFeature &output : bundle.outputs)
    names.push_back(output.name);
  if (!is_contained(names, bundle.predictedFeature))
    names.push_back(bundle.predictedFeature);
  return makeFileNames(names);
}

// JSON has no word for what is not finite.
static json::Value numberValue(float number) {
  if (std::isfinite(number))
    return double(number);
  return nullptr;
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
  std::vector<std::string> names = namesOfOutputs(bundle);
  for (auto [index, output] : enumerate(bundle.outputs)) {
    std::vector<float> values = shownValues(output, model);
    const std::string &name = names[index];
    bool isLabel = int(index) == bundle.probabilities &&
                   output.name == bundle.predictedFeature;
    if (Error error = isLabel ? Error::success()
                              : writeInto(directory, name + ".npy",
                                          formatNpy(output.shape, values)))
      return error;
    // Halves have no range to show.
    if (output.isImage() && output.dataType == "uint8" && isUsableImage(output))
      if (Error error = writePicture(directory, name, output, values))
        return error;
    if (int(index) != bundle.probabilities)
      continue;
    auto ranked = rankedLabels(bundle, values);
    json::Object dictionary;
    for (auto [label, probability] : zip(bundle.labels, values))
      dictionary[json::fixUTF8(label)] = numberValue(probability);
    if (!isLabel)
      if (Error error = writeJson(directory, name, std::move(dictionary)))
        return error;
    json::Value best = ranked.empty()
                           ? json::Value(nullptr)
                           : labelValue(bundle, ranked.front().first);
    if (!bundle.predictedFeature.empty() && !bundle.labels.empty())
      if (Error error = writeJson(directory, isLabel ? name : names.back(),
                                  std::move(best)))
        return error;
  }
  return Error::success();
}
