// Users have arrays in the shapes that Keras, torch and numpy give them. What
// the file allows says what they are: this finds the shapes to give the inputs.
#include "mlc/MLModel/InputShapes.h"

#include "ImportFeatures.h"
#include "InputShapeRules.h"
#include "LayerImporter.h"
#include "mlc/Support/StateNames.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>
#include <set>

using namespace llvm;
using namespace mlc;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

using Shape = SmallVector<int64_t>;

static ArrayRef<int64_t> withoutLeadingOnes(ArrayRef<int64_t> shape) {
  return shape.drop_while([](int64_t size) { return size == 1; });
}

// The inputs that are states of recurrent layers before the first step.
static StringSet<> findStates(const spec::Model &model) {
  StringSet<> states;
  visitNetwork(model, [&](const auto &network) {
    for (const spec::NeuralNetworkLayer &layer : network.layers())
      if (layer.has_simplerecurrent() || layer.has_gru() ||
          layer.has_unidirectionallstm() || layer.has_bidirectionallstm())
        for (int i = 1; i < layer.input_size(); ++i)
          states.insert(layer.input(i));
  });
  return states;
}

namespace {

/// Chooses the shapes of the inputs of one model.
class ShapeChooser {
public:
  ShapeChooser(const spec::Model &model, std::vector<std::string> &notes)
      : notes(notes), isRank5(mlc::isRank5(model)), states(findStates(model)) {}

  // The shape for an array or picture, if it is not the declared one.
  Expected<std::optional<Shape>> choose(const spec::FeatureDescription &input,
                                        const FileShape &file) {
    if (input.type().has_imagetype())
      return chooseImage(input.type().imagetype(), file);
    if (!input.type().has_multiarraytype() || file.isPicture)
      return std::nullopt;
    const spec::ArrayFeatureType &array = input.type().multiarraytype();
    ArrayRef<int64_t> shape(file.shape);
    bool isSeries =
        file.steps > 1 && !shape.empty() && shape.front() == file.steps;
    if (fitsDeclared(array, shape) ||
        (isSeries && fitsDeclared(array, shape.drop_front())))
      return std::nullopt;
    std::optional<Shape> found;
    if (isSeries)
      found = chooseArray(input, shape.drop_front());
    // Without a value for each step an array is more likely a wrong number of
    // them than a sequence.
    if (!found && (file.steps == 1 || !isRank5))
      found = chooseArray(input, shape);
    if (found || file.steps > 1 || (!isRank5 && !isFlexible(array)))
      return found;
    return createStringError("input '" + input.name() + "': the array is " +
                             formatShape(shape) + ", the file allows " +
                             describeAllowed(input, isRank5));
  }

  // The shape of a state in a batch, if it is not the declared one.
  std::optional<Shape> chooseState(const spec::FeatureDescription &input,
                                   int64_t batch) {
    if (!states.contains(input.name()) || !input.type().has_multiarraytype())
      return std::nullopt;
    const spec::ArrayFeatureType &array = input.type().multiarraytype();
    Shape declared = getDeclaredShape(array);
    if (isRank5 && declared.size() == 1)
      return Shape{1, batch, declared[0]};
    if (declared.size() < 3 || declared[1] == batch)
      return std::nullopt;
    declared[1] = batch;
    if (!isAllowedShape(array, declared))
      return std::nullopt;
    return declared;
  }

private:
  static bool isFlexible(const spec::ArrayFeatureType &array) {
    return array.has_enumeratedshapes() || array.has_shaperange();
  }

  bool fitsDeclared(const spec::ArrayFeatureType &array,
                    ArrayRef<int64_t> shape) const {
    Shape declared = getDeclaredShape(array);
    // Height and width of 1 may be there, too.
    if (isRank5 && declared.size() == 1 && isSameButOnes(declared, shape))
      return true;
    return withoutLeadingOnes(declared) == withoutLeadingOnes(shape);
  }

  std::optional<Shape> chooseImage(const spec::ImageFeatureType &image,
                                   const FileShape &file) {
    ArrayRef<int64_t> shape(file.shape);
    if (!file.isPicture) {
      // Rows of pixels, with images and steps in front.
      if (shape.size() > 2 && (shape.back() == 1 || shape.back() == 3))
        shape = shape.drop_back();
      shape = shape.take_back(2);
    }
    if (shape.size() != 2 || !isAllowedSize(image, shape[0], shape[1]) ||
        std::pair(shape[0], shape[1]) == getDeclaredSize(image) ||
        (file.isPicture && image.has_imagesizerange()))
      return std::nullopt;
    return Shape(shape);
  }

  std::optional<Shape> chooseArray(const spec::FeatureDescription &input,
                                   ArrayRef<int64_t> shape) {
    const spec::ArrayFeatureType &array = input.type().multiarraytype();
    Shape declared = getDeclaredShape(array);
    // One of those that the file lists, or its rank.
    if (array.has_enumeratedshapes())
      for (const auto &each : array.enumeratedshapes().shapes())
        if (Shape listed(each.shape().begin(), each.shape().end());
            withoutLeadingOnes(listed) == withoutLeadingOnes(shape))
          return listed;
    ArrayRef<int64_t> core = withoutLeadingOnes(shape);
    Shape ofRank(core);
    if (core.size() <= declared.size())
      ofRank.insert(ofRank.begin(), declared.size() - core.size(), 1);
    if (isAllowedShape(array, ofRank))
      return ofRank;
    if (!isRank5)
      return std::nullopt;
    if (declared.size() == 1)
      return chooseSequence(input, shape);
    bool isBatch = declared.size() == 3 && shape.size() >= 4 &&
                   shape.size() <= 5 &&
                   isAllowedShape(array, shape.take_back(3));
    return isBatch ? std::optional(Shape(shape)) : std::nullopt;
  }

  // An array for an input [C].
  std::optional<Shape> chooseSequence(const spec::FeatureDescription &input,
                                      ArrayRef<int64_t> shape) {
    const spec::ArrayFeatureType &array = input.type().multiarraytype();
    auto isVector = [&](int64_t channels) {
      return isAllowedShape(array, {channels});
    };
    if (shape.size() == 5 && shape[3] == 1 && shape[4] == 1)
      shape = shape.take_front(3);
    if (states.contains(input.name())) {
      // A state has one step.
      Shape state(withoutLeadingOnes(shape));
      if (state.size() != 2 || !isVector(state[1]))
        return std::nullopt;
      return Shape{1, state[0], state[1]};
    }
    ArrayRef<int64_t> core = withoutLeadingOnes(shape);
    Shape found;
    if (core.size() == 3 && isVector(core[2]))
      found = Shape(core);
    else if (core.size() == 2 && isVector(core[1]))
      found = Shape{core[0], 1, core[1]};
    else if (core.size() == 1 && isVector(1))
      found = Shape{core[0], 1, 1};
    else
      return std::nullopt;
    std::string note = "input '" + input.name() + "': " + formatShape(shape) +
                       " is taken as " + std::to_string(found[0]) +
                       (found[0] == 1 ? " step" : " steps");
    if (found[1] > 1)
      note += " of a batch of " + std::to_string(found[1]);
    // Keras has the batch in front, Core ML the steps.
    if (shape.size() == 3 && shape[0] == 1 && shape[1] > 1)
      note += "; for one step of a batch of " + std::to_string(shape[1]) +
              " give --input-shape " + input.name() + "=" + formatShape(shape);
    notes.push_back(note);
    return found;
  }

  std::vector<std::string> &notes;
  bool isRank5;
  StringSet<> states;
};

} // namespace

Expected<std::vector<InputShape>>
mlc::chooseInputShapes(const spec::Model &model, ArrayRef<InputShape> wanted,
                       ArrayRef<FileShape> files,
                       std::vector<std::string> &notes) {
  std::vector<InputShape> result(wanted.begin(), wanted.end());
  StringSet<> chosen;
  for (const InputShape &shape : wanted)
    chosen.insert(shape.name);
  StringMap<const spec::FeatureDescription *> inputs;
  for (const spec::FeatureDescription &input : model.description().input())
    inputs[input.name()] = &input;
  ShapeChooser chooser(model, notes);
  StringSet<> given;
  for (const FileShape &file : files) {
    const spec::FeatureDescription *input = inputs.lookup(file.name);
    given.insert(file.name);
    if (!input || chosen.contains(file.name))
      continue;
    auto shape = chooser.choose(*input, file);
    if (!shape)
      return shape.takeError();
    if (!*shape)
      continue;
    chosen.insert(file.name);
    result.push_back({file.name, std::move(**shape)});
  }
  // States that are not given have the batch of what is.
  int64_t batch = 1;
  for (const InputShape &shape : result)
    if (shape.shape.size() == 3 || shape.shape.size() == 5)
      if (const spec::FeatureDescription *input = inputs.lookup(shape.name);
          input && input->type().has_multiarraytype())
        batch = std::max(batch, shape.shape[1]);
  if (batch == 1)
    return result;
  for (const spec::FeatureDescription &input : model.description().input())
    if (!chosen.contains(input.name()) && !given.contains(input.name()))
      if (std::optional<Shape> shape = chooser.chooseState(input, batch))
        result.push_back({input.name(), std::move(*shape)});
  return result;
}

//===----------------------------------------------------------------------===//
// Lengths of sequences
//===----------------------------------------------------------------------===//

static constexpr int64_t kMaxSuggested = 4096;

// The whole numbers in a message, less weights.
static void collectNumbers(const Message &message, std::set<int64_t> &numbers) {
  const google::protobuf::Reflection &get = *message.GetReflection();
  auto add = [&](int64_t number) {
    if (number > 1 && number <= kMaxSuggested)
      numbers.insert(number);
  };
  std::vector<const FieldDescriptor *> fields;
  get.ListFields(message, &fields);
  for (const FieldDescriptor *field : fields) {
    int count = field->is_repeated() ? get.FieldSize(message, field) : 1;
    constexpr int kMaxNumbers = 16; // in a list that is a shape
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT64:
      for (int i = 0; i < std::min(count, kMaxNumbers); ++i)
        add(int64_t(field->is_repeated()
                        ? get.GetRepeatedUInt64(message, field, i)
                        : get.GetUInt64(message, field)));
      break;
    case FieldDescriptor::CPPTYPE_INT64:
      for (int i = 0; i < std::min(count, kMaxNumbers); ++i)
        add(field->is_repeated() ? get.GetRepeatedInt64(message, field, i)
                                 : get.GetInt64(message, field));
      break;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      // Sub-networks begin with other shapes.
      for (int i = 0; i < std::min(count, kMaxNumbers); ++i)
        collectNumbers(field->is_repeated()
                           ? get.GetRepeatedMessage(message, field, i)
                           : get.GetMessage(message, field),
                       numbers);
      break;
    default:
      break;
    }
  }
}

// The inputs of open length, with one step of one vector.
static std::vector<InputShape> openSequences(const spec::Model &model,
                                             ArrayRef<InputShape> chosen) {
  std::vector<InputShape> open;
  if (!isRank5(model))
    return open;
  StringSet<> states = findStates(model);
  for (const spec::FeatureDescription &input : model.description().input()) {
    Shape declared = input.type().has_multiarraytype()
                         ? getDeclaredShape(input.type().multiarraytype())
                         : Shape();
    bool isChosen = any_of(chosen, [&](const InputShape &shape) {
      return shape.name == input.name();
    });
    if (declared.size() == 1 && !isChosen && !states.contains(input.name()))
      open.push_back({input.name(), {1, 1, declared[0]}});
  }
  return open;
}

bool mlc::hasOpenSequence(const spec::Model &model,
                          ArrayRef<InputShape> chosen) {
  return !openSequences(model, chosen).empty();
}

std::vector<std::vector<InputShape>>
mlc::suggestSequences(const spec::Model &model, ArrayRef<InputShape> chosen) {
  std::vector<InputShape> open = openSequences(model, chosen);
  if (open.empty())
    return {};
  std::set<int64_t> numbers, lengths;
  visitNetwork(model, [&](const auto &network) {
    constexpr int kMaxLayers = 1000;
    for (int i = 0; i < std::min(network.layers_size(), kMaxLayers); ++i)
      collectNumbers(network.layers(i), numbers);
  });
  // Small numbers are cheap to try.
  constexpr size_t kMaxNumbers = 256;
  if (numbers.size() > kMaxNumbers)
    numbers.erase(std::next(numbers.begin(), kMaxNumbers), numbers.end());
  // A sequence of S vectors of C is flattened to S * C.
  for (int64_t number : numbers) {
    lengths.insert(number);
    for (int64_t divisor : numbers)
      if (divisor < number && number % divisor == 0)
        lengths.insert(number / divisor);
  }
  std::vector<std::vector<InputShape>> result;
  for (int64_t length : lengths) {
    for (InputShape &shape : open)
      shape.shape[0] = length;
    std::vector<InputShape> shapes(chosen.begin(), chosen.end());
    shapes.insert(shapes.end(), open.begin(), open.end());
    result.push_back(std::move(shapes));
  }
  return result;
}

std::string mlc::formatInputShapes(ArrayRef<InputShape> shapes) {
  std::string text;
  for (const InputShape &shape : shapes)
    text += (text.empty() ? "" : " ") + ("--input-shape " + shape.name + "=") +
            formatShape(shape.shape);
  return text;
}
