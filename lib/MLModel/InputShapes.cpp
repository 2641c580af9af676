// A flexible input is made a fixed one in the message, before the import: what
// follows knows static shapes only.
#include "mlc/MLModel/InputShapes.h"

#include "InputShapeRules.h"
#include "LayerImporter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace mlc;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

Expected<InputShape> mlc::parseInputShape(StringRef text) {
  // Names may hold anything, shapes no '='.
  auto [name, sizes] = text.rsplit('=');
  InputShape result{name.str(), {}};
  SmallVector<StringRef> parts;
  sizes.split(parts, 'x');
  for (StringRef part : parts) {
    int64_t size;
    if (part.getAsInteger(10, size) || size < 1 || name.empty())
      return createStringError("--input-shape takes NAME=SIZExSIZE..., not '" +
                               text + "'");
    result.shape.push_back(size);
  }
  return result;
}

Expected<std::vector<std::vector<InputShape>>>
mlc::parseInputShapes(ArrayRef<std::string> texts) {
  std::vector<std::vector<InputShape>> sets(1);
  for (const std::string &text : texts) {
    Expected<InputShape> shape = parseInputShape(text);
    if (!shape)
      return shape.takeError();
    if (any_of(sets.back(), [&](const InputShape &other) {
          return other.name == shape->name;
        }))
      sets.emplace_back();
    sets.back().push_back(std::move(*shape));
  }
  return sets;
}

//===----------------------------------------------------------------------===//
// What a file allows
//===----------------------------------------------------------------------===//

static bool contains(const spec::SizeRange &range, int64_t size) {
  return size >= 0 && uint64_t(size) >= range.lowerbound() &&
         (range.upperbound() < 0 || size <= range.upperbound());
}

static std::string text(const spec::SizeRange &range) {
  std::string low = std::to_string(range.lowerbound());
  if (range.upperbound() < 0)
    return low + " or more";
  if (uint64_t(range.upperbound()) == range.lowerbound())
    return low;
  return low + "..." + std::to_string(range.upperbound());
}

static std::string describe(const spec::ArrayFeatureType &array) {
  std::vector<std::string> parts;
  if (array.has_enumeratedshapes()) {
    for (const auto &each : array.enumeratedshapes().shapes())
      parts.push_back(formatShape(
          SmallVector<int64_t>(each.shape().begin(), each.shape().end())));
    return join(parts, ", ");
  }
  for (const spec::SizeRange &range : array.shaperange().sizeranges())
    parts.push_back(text(range));
  return join(parts, " x ");
}

static std::string describe(const spec::ImageFeatureType &image) {
  if (image.has_imagesizerange())
    return text(image.imagesizerange().heightrange()) + " x " +
           text(image.imagesizerange().widthrange());
  std::vector<std::string> parts;
  for (const auto &size : image.enumeratedsizes().sizes())
    parts.push_back(
        formatShape({int64_t(size.height()), int64_t(size.width())}));
  return join(parts, ", ");
}

std::string mlc::describeFlexibility(const spec::FeatureDescription &feature) {
  if (feature.type().has_imagetype())
    return describe(feature.type().imagetype());
  return describe(feature.type().multiarraytype());
}

bool mlc::isAllowedShape(const spec::ArrayFeatureType &array,
                         ArrayRef<int64_t> shape) {
  if (equal(shape, getDeclaredShape(array)))
    return true;
  if (array.has_enumeratedshapes())
    return any_of(array.enumeratedshapes().shapes(),
                  [&](const auto &each) { return equal(shape, each.shape()); });
  const auto &ranges = array.shaperange().sizeranges();
  return array.has_shaperange() && int64_t(shape.size()) == ranges.size() &&
         all_of(zip(ranges, shape), [](auto pair) {
           return contains(std::get<0>(pair), std::get<1>(pair));
         });
}

bool mlc::isAllowedSize(const spec::ImageFeatureType &image, int64_t height,
                        int64_t width) {
  if (std::pair(height, width) == getDeclaredSize(image))
    return true;
  if (image.has_imagesizerange())
    return contains(image.imagesizerange().heightrange(), height) &&
           contains(image.imagesizerange().widthrange(), width);
  return any_of(image.enumeratedsizes().sizes(), [&](const auto &size) {
    return uint64_t(height) == size.height() && uint64_t(width) == size.width();
  });
}

//===----------------------------------------------------------------------===//
// The choice
//===----------------------------------------------------------------------===//

bool mlc::isRank5(const spec::Model &model) {
  bool result = true;
  visitNetwork(model, [&](const auto &network) {
    result = network.arrayinputshapemapping() == spec::RANK5_ARRAY_MAPPING;
  });
  return result;
}

std::string mlc::describeAllowed(const spec::FeatureDescription &feature,
                                 bool isRank5) {
  std::string others = describeFlexibility(feature);
  if (feature.type().has_imagetype()) {
    auto [height, width] = getDeclaredSize(feature.type().imagetype());
    return others.empty() ? "only " + formatShape({height, width}) : others;
  }
  SmallVector<int64_t> declared =
      getDeclaredShape(feature.type().multiarraytype());
  std::string one = formatShape(declared);
  if (!isRank5 || (declared.size() != 1 && declared.size() != 3))
    return others.empty() ? "only " + one : others;
  return (others.empty() ? one : others) +
         " and sequences and batches of it (--input-shape " + feature.name() +
         "=STEPSxBATCHx" + one + ")";
}

static Error refuse(const spec::FeatureDescription &feature,
                    ArrayRef<int64_t> shape, bool isRank5) {
  return createStringError("input '" + feature.name() + "' cannot be " +
                           formatShape(shape) + ": the file allows " +
                           describeAllowed(feature, isRank5));
}

static Error setShape(spec::FeatureDescription &feature,
                      spec::ImageFeatureType &image, ArrayRef<int64_t> shape) {
  bool isGray = image.colorspace() == spec::ImageFeatureType::GRAYSCALE ||
                image.colorspace() == spec::ImageFeatureType::GRAYSCALE_FLOAT16;
  int64_t channels = isGray ? 1 : 3;
  // 1 image and its channels may be in front.
  ArrayRef<int64_t> size = shape;
  if (size.size() == 4 && size[0] == 1)
    size = size.drop_front();
  if (size.size() == 3 && size[0] == channels)
    size = size.drop_front();
  if (size.size() != 2 || !isAllowedSize(image, size[0], size[1]))
    return refuse(feature, shape, /*isRank5=*/false);
  image.set_height(size[0]);
  image.set_width(size[1]);
  return Error::success();
}

// With RANK5_ARRAY_MAPPING a sequence and a batch of any length may be in front
// of what the file declares, [C] or [C, H, W]: the shape with both, and height
// and width. Other shapes are as they were.
static SmallVector<int64_t> completeRank5(ArrayRef<int64_t> shape,
                                          size_t declaredRank) {
  SmallVector<int64_t> full(shape);
  if (declaredRank == 1 && shape.size() == 2)
    full.insert(full.begin() + 1, 1); // [S, C]
  if (declaredRank == 1 && full.size() == 3)
    full.append({1, 1}); // [S, B, C]
  if (declaredRank == 3 && shape.size() == 4)
    full.insert(full.begin(), 1); // [B, C, H, W]
  return full;
}

// What is left of a complete shape without sequence and batch.
static ArrayRef<int64_t> dropSequence(ArrayRef<int64_t> full,
                                      size_t declaredRank) {
  if (full.size() != 5 || declaredRank >= 5)
    return full;
  full = full.drop_front(2);
  return declaredRank == 1 && full[1] == 1 && full[2] == 1 ? full.take_front(1)
                                                           : full;
}

static Error setShape(spec::FeatureDescription &feature,
                      spec::ArrayFeatureType &array, ArrayRef<int64_t> wanted,
                      bool isRank5) {
  SmallVector<int64_t> shape(wanted);
  size_t declaredRank = getDeclaredShape(array).size();
  if (isRank5)
    shape = completeRank5(wanted, declaredRank);
  if (!isAllowedShape(array, isRank5 ? dropSequence(shape, declaredRank)
                                     : ArrayRef<int64_t>(shape)))
    return refuse(feature, wanted, isRank5);
  array.mutable_shape()->Assign(shape.begin(), shape.end());
  return Error::success();
}

// Whether a shape differs from the declared one in more than a sequence and a
// batch, which change no output's own size.
static bool changesSize(const spec::FeatureDescription &feature,
                        ArrayRef<int64_t> wanted, bool isRank5) {
  if (!feature.type().has_multiarraytype())
    return true;
  SmallVector<int64_t> declared =
      getDeclaredShape(feature.type().multiarraytype());
  if (!isRank5)
    return true;
  return dropSequence(completeRank5(wanted, declared.size()),
                      declared.size()) != ArrayRef(declared);
}

Error mlc::setInputShapes(spec::Model &model, ArrayRef<InputShape> shapes) {
  bool isRank5 = mlc::isRank5(model), clearsOutputs = false;
  spec::ModelDescription &description = *model.mutable_description();
  for (const InputShape &wanted : shapes) {
    spec::FeatureDescription *input = nullptr;
    for (spec::FeatureDescription &each : *description.mutable_input())
      if (each.name() == wanted.name)
        input = &each;
    if (!input)
      return createStringError("the model has no input '" + wanted.name + "'");
    spec::FeatureType &type = *input->mutable_type();
    clearsOutputs |= changesSize(*input, wanted.shape, isRank5);
    Error error =
        type.has_imagetype()
            ? setShape(*input, *type.mutable_imagetype(), wanted.shape)
        : type.has_multiarraytype()
            ? setShape(*input, *type.mutable_multiarraytype(), wanted.shape,
                       isRank5)
            : createStringError("input '" + wanted.name +
                                "' is neither an image nor a multi-array: it "
                                "has no shape to choose");
    if (error)
      return error;
  }
  if (clearsOutputs)
    for (spec::FeatureDescription &output : *description.mutable_output())
      if (output.type().has_multiarraytype())
        output.mutable_type()->mutable_multiarraytype()->clear_shape();
  return Error::success();
}

std::vector<std::string> mlc::describeDefaults(const spec::Model &model,
                                               ArrayRef<InputShape> shapes) {
  StringSet<> chosen;
  for (const InputShape &shape : shapes)
    chosen.insert(shape.name);
  std::vector<std::string> lines;
  for (const spec::FeatureDescription &input : model.description().input()) {
    std::string others = describeFlexibility(input);
    if (others.empty() || chosen.contains(input.name()))
      continue;
    std::string shape;
    if (input.type().has_imagetype()) {
      auto [height, width] = getDeclaredSize(input.type().imagetype());
      shape = formatShape({height, width});
    } else {
      shape = formatShape(getDeclaredShape(input.type().multiarraytype()));
    }
    lines.push_back("input '" + input.name() + "' is " + shape +
                    " by default; the file also allows " + others +
                    " (--input-shape)");
  }
  return lines;
}
