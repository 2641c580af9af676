// The `-i NAME=FILE` options of the commands that run a model.
#include "mlc/Tool/Inputs.h"

#include "mlc/MLModel/InputShapes.h"
#include "mlc/Runtime/Npy.h"
#include "mlc/Support/Progress.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mlc;

Expected<std::vector<InputValue>> mlc::readInputs(const Bundle &bundle,
                                                  ArrayRef<std::string> options,
                                                  bool drawMissing,
                                                  unsigned steps) {
  StringMap<SmallVector<StringRef>> files;
  std::string known;
  for (const BundleFeature &feature : bundle.inputs)
    known += (known.empty() ? "'" : ", '") + feature.name + "'";
  for (StringRef option : options) {
    StringRef name = option.split('=').first, file = option.split('=').second;
    if (file.empty())
      return createStringError("-i takes NAME=FILE, not '" + option + "'");
    if (none_of(bundle.inputs, [&](const BundleFeature &feature) {
          return feature.name == name;
        }))
      return createStringError("the model has no input '" + name +
                               "', it has " + known);
    files[name].push_back(file);
  }
  std::vector<InputValue> values;
  for (auto [index, feature] : enumerate(bundle.inputs)) {
    auto it = files.find(feature.name);
    if (it == files.end()) {
      if (feature.isOptional && !drawMissing) {
        values.push_back(constantInput(feature, feature.defaultValue));
        continue;
      }
      if (!drawMissing)
        return createStringError("input '" + feature.name +
                                 "' is missing: give it with -i " +
                                 feature.name + "=FILE");
      values.push_back(randomInput(feature, index + 1));
      continue;
    }
    ArrayRef<StringRef> given = it->second;
    if (given.size() > 1 && given.size() != steps)
      return createStringError(
          "input '" + feature.name + "' is given " + Twine(given.size()) +
          " times for " + Twine(steps) + (steps == 1 ? " step" : " steps"));
    InputValue all;
    for (StringRef file : given) {
      SmallVector<std::string> notes;
      Expected<InputValue> value =
          readInput(feature, file, given.size() > 1 ? 1 : steps, notes);
      if (!value)
        return value.takeError();
      for (const std::string &note : notes)
        printNote("input '" + feature.name + "' " + note);
      append_range(all.bytes, value->bytes);
    }
    values.push_back(std::move(all));
  }
  return values;
}

// Whether an input of a bundle has a shape as users write it.
static bool hasShape(const BundleFeature &feature, ArrayRef<int64_t> shape) {
  if (!feature.isImage())
    return feature.hasShape(shape);
  // A buffer of [1, height, width, channels]; users leave out the channels or
  // put them in front.
  ArrayRef<int64_t> buffer = feature.shape;
  return buffer.size() == 4 && shape.size() >= 2 &&
         shape.take_back(2) == buffer.slice(1, 2);
}

static std::string describeInputs(const Bundle &bundle) {
  std::string text;
  for (const BundleFeature &feature : bundle.inputs) {
    ArrayRef<int64_t> shape = feature.shape;
    if (feature.isImage() && shape.size() == 4)
      shape = shape.slice(1, 2);
    text += (text.empty() ? "" : " ") + feature.name + "=" +
            join(map_range(shape, [](int64_t i) { return std::to_string(i); }),
                 "x");
  }
  return text;
}

Expected<Bundle> mlc::readBundle(StringRef path, ArrayRef<std::string> inputs,
                                 ArrayRef<std::string> inputShapes) {
  auto sets = parseInputShapes(inputShapes);
  if (!sets)
    return sets.takeError();
  if (sets->size() > 1)
    return createStringError("--input-shape is there twice for one input");
  std::vector<InputShape> wanted = std::move(sets->front());
  Expected<Bundle> first = Bundle::read(path);
  if (!first || (first->numVariants == 1 && wanted.empty()))
    return first;
  bool isWish = !wanted.empty();
  // The shapes of the arrays that are given say it, too.
  for (StringRef option : inputs) {
    auto [name, file] = option.split('=');
    auto contents = MemoryBuffer::getFile(file);
    if (isWish || !file.ends_with(".npy") || !contents)
      continue;
    if (Expected<NpyArray> array = parseNpy((*contents)->getBuffer()))
      wanted.push_back({name.str(), array->shape});
    else
      consumeError(array.takeError()); // reported where it is read
  }
  bool found = false;
  std::vector<std::string> known;
  auto fits = [&](const Bundle &variant) {
    known.push_back(describeInputs(variant));
    found = all_of(wanted, [&](const InputShape &shape) {
      return any_of(variant.inputs, [&](const BundleFeature &feature) {
        return feature.name == shape.name && hasShape(feature, shape.shape);
      });
    });
    return found;
  };
  Expected<Bundle> bundle = Bundle::read(path, fits);
  if (bundle && isWish && !found)
    return createStringError("the bundle was compiled for " +
                             join(known, " or ") + " only");
  return bundle;
}

unsigned mlc::countSamples(ArrayRef<std::string> options) {
  StringMap<unsigned> counts;
  unsigned most = 1;
  for (StringRef option : options)
    most = std::max(most, ++counts[option.split('=').first]);
  return most;
}

bool mlc::isSeries(const Bundle &bundle, const BundleFeature &feature,
                   const InputValue &value) {
  return int64_t(value.bytes.size()) > bundle.buffers[feature.buffer].bytes;
}

void mlc::setInputs(const Bundle &bundle, ArrayRef<InputValue> values,
                    LoadedModel &model, unsigned step) {
  for (auto [feature, value] : zip(bundle.inputs, values)) {
    if (step > 0 && !isSeries(bundle, feature, value))
      continue;
    MutableArrayRef<char> buffer = model.buffer(feature.buffer);
    ArrayRef<char> bytes =
        ArrayRef(value.bytes).drop_front(step * buffer.size());
    llvm::copy(bytes.take_front(buffer.size()), buffer.begin());
  }
}
