// The `-i NAME=FILE` options of the commands that run a model.
#include "mlc/Tool/Inputs.h"

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

void mlc::setInputs(const Bundle &bundle, ArrayRef<InputValue> values,
                    LoadedModel &model) {
  for (auto [feature, value] : zip(bundle.inputs, values)) {
    MutableArrayRef<char> buffer = model.buffer(feature.buffer);
    std::copy_n(value.bytes.begin(),
                std::min(value.bytes.size(), buffer.size()), buffer.begin());
  }
}
