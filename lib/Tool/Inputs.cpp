// The `-i NAME=FILE` options of the commands that run a model.
#include "mlc/Tool/Inputs.h"

#include "mlc/MLModel/InputShapes.h"
#include "mlc/Runtime/Npy.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mlc;

Expected<std::vector<InputValue>> mlc::readInputs(const Bundle &bundle,
                                                  ArrayRef<std::string> options,
                                                  bool drawMissing) {
  StringMap<StringRef> files;
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
    files[name] = file;
  }
  std::vector<InputValue> values;
  for (auto [index, feature] : enumerate(bundle.inputs)) {
    auto it = files.find(feature.name);
    if (it == files.end()) {
      if (feature.isOptional && !feature.isImage() && !drawMissing) {
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
    std::string note;
    Expected<InputValue> value = readInput(feature, it->second, note);
    if (!value)
      return value.takeError();
    if (!note.empty())
      errs() << "mlc: note: input '" << feature.name << "' " << note << "\n";
    values.push_back(std::move(*value));
  }
  return values;
}

static ArrayRef<int64_t> withoutLeadingOnes(ArrayRef<int64_t> shape) {
  while (!shape.empty() && shape.front() == 1)
    shape = shape.drop_front();
  return shape;
}

// Whether an input of a bundle has a shape as users write it.
static bool hasShape(const BundleFeature &feature, ArrayRef<int64_t> shape) {
  if (!feature.isImage())
    return withoutLeadingOnes(feature.shape) == withoutLeadingOnes(shape);
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

void mlc::setInputs(const Bundle &bundle, ArrayRef<InputValue> values,
                    LoadedModel &model) {
  for (auto [feature, value] : zip(bundle.inputs, values)) {
    MutableArrayRef<char> buffer = model.buffer(feature.buffer);
    std::copy_n(value.bytes.begin(),
                std::min(value.bytes.size(), buffer.size()), buffer.begin());
  }
}
