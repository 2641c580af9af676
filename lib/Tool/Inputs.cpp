// The `-i NAME=FILE` options of the commands that run a model.
#include "mlc/Tool/Inputs.h"

#include "mlc/Runtime/Image.h"
#include "mlc/Runtime/Npy.h"
#include "mlc/Support/InputFile.h"
#include "mlc/Support/Progress.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mlc;

static std::vector<std::string> namesOf(const Bundle &bundle) {
  std::vector<std::string> names;
  for (const BundleFeature &feature : bundle.inputs)
    names.push_back(feature.name);
  return names;
}

std::pair<StringRef, StringRef> mlc::splitInput(StringRef option,
                                                ArrayRef<std::string> names) {
  StringRef best;
  for (StringRef name : names) {
    StringRef rest = option;
    if (rest.consume_front(name) && rest.starts_with("=") &&
        name.size() >= best.size())
      best = name;
  }
  if (best.empty() && !(option.starts_with("=") && is_contained(names, "")))
    return option.split('=');
  return {best, option.drop_front(best.size() + 1)};
}

std::vector<FileShape> mlc::readFileShapes(ArrayRef<std::string> names,
                                           const GivenInputs &given) {
  std::vector<FileShape> shapes;
  StringSet<> seen;
  StringMap<unsigned> counts;
  for (StringRef option : given.files)
    ++counts[splitInput(option, names).first];
  for (StringRef option : given.files) {
    auto [name, path] = splitInput(option, names);
    if (!seen.insert(name).second)
      continue;
    auto file = readInputFile(path);
    if (!file) {
      consumeError(file.takeError());
      continue;
    }
    // Of several files each has one value.
    FileShape shape{name.str(), {}, false, counts[name] > 1 ? 1 : given.steps};
    StringRef contents = (*file)->getBuffer();
    if (isNpy(contents)) {
      if (Expected<NpyArray> array = parseNpy(contents)) {
        shape.shape = array->shape;
        shapes.push_back(std::move(shape));
      } else {
        consumeError(array.takeError());
      }
    } else if (Expected<ImageSize> size = readImageSize(contents)) {
      shape.shape = {size->height, size->width};
      shape.isPicture = true;
      shapes.push_back(std::move(shape));
    } else {
      consumeError(size.takeError());
    }
  }
  return shapes;
}

Expected<std::vector<InputValue>> mlc::readInputs(const Bundle &bundle,
                                                  ArrayRef<std::string> options,
                                                  bool drawMissing,
                                                  unsigned steps) {
  StringMap<SmallVector<StringRef>> files;
  std::vector<std::string> names = namesOf(bundle);
  std::string known;
  for (const BundleFeature &feature : bundle.inputs)
    known += (known.empty() ? "'" : ", '") + feature.name + "'";
  for (StringRef option : options) {
    auto [name, file] = splitInput(option, names);
    if (file.empty())
      return createStringError("-i takes NAME=FILE, not '" + option + "'");
    if (!is_contained(names, name))
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

// Whether an input of a bundle has a shape as users write it, but for
// dimensions of 1.
static bool hasShape(const BundleFeature &feature, ArrayRef<int64_t> shape) {
  if (!feature.isImage())
    return feature.hasShape(shape);
  // A buffer of [1, height, width, channels]; users leave out the channels, or
  // put them in front or, in arrays of pixels, behind.
  ArrayRef<int64_t> buffer = feature.shape;
  if (buffer.size() != 4)
    return false;
  ArrayRef<int64_t> size = buffer.slice(1, 2);
  if (shape.size() >= 3 && shape.back() == buffer.back() &&
      shape.drop_back().take_back(2) == size)
    return true;
  return shape.size() >= 2 && shape.take_back(2) == size;
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
  // The shapes of what is given say it, too.
  if (!isWish) {
    GivenInputs given;
    given.files = inputs;
    for (FileShape &file : readFileShapes(namesOf(*first), given))
      wanted.push_back({file.name, std::move(file.shape)});
  }
  std::vector<std::string> known;
  // Dimensions of 1 in the same places say more than those elsewhere.
  for (bool isExact : {true, false}) {
    known.clear();
    bool found = false;
    auto fits = [&](const Bundle &variant) {
      known.push_back(describeInputs(variant));
      found = all_of(wanted, [&](const InputShape &shape) {
        return any_of(variant.inputs, [&](const BundleFeature &feature) {
          return feature.name == shape.name &&
                 (isExact && !feature.isImage()
                      ? ArrayRef(feature.shape) == ArrayRef(shape.shape)
                      : hasShape(feature, shape.shape));
        });
      });
      return found;
    };
    Expected<Bundle> bundle = Bundle::read(path, fits);
    if (!bundle || found)
      return bundle;
  }
  if (isWish)
    return createStringError("the bundle was compiled for " +
                             join(known, " or ") + " only");
  return first;
}

unsigned mlc::countSamples(const Bundle &bundle,
                           ArrayRef<std::string> options) {
  std::vector<std::string> names = namesOf(bundle);
  StringMap<unsigned> counts;
  unsigned most = 1;
  for (StringRef option : options)
    most = std::max(most, ++counts[splitInput(option, names).first]);
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
