// Shapes of custom layers, by the rules of their definitions. A definition may
// be anything that somebody wrote into a file, so nothing in it is taken for
// granted.
#include "Inference.h"

#include "mlc/Dialect/CoreML/Custom.h"
#include "mlc/Support/IntegerExpression.h"

using namespace mlir;
using namespace mlir::coreml;

std::array<int64_t, kMaxCustomDimensions>
coreml::getCustomShape(ArrayRef<int64_t> shape) {
  std::array<int64_t, kMaxCustomDimensions> result;
  result.fill(1);
  llvm::copy(shape, result.end() - shape.size());
  return result;
}

SmallVector<StringRef> coreml::getCustomNames(DictionaryAttr definition,
                                              StringRef list) {
  SmallVector<StringRef> names;
  if (auto array = definition.getAs<ArrayAttr>(list))
    for (Attribute name : array)
      if (auto text = dyn_cast<StringAttr>(name))
        names.push_back(text.getValue());
  return names;
}

std::optional<int64_t>
coreml::lookupCustomName(DictionaryAttr definition,
                         ArrayRef<ArrayRef<int64_t>> inputs, StringRef name) {
  if (auto constants = definition.getAs<DictionaryAttr>("constants"))
    if (auto number = constants.getAs<IntegerAttr>(name))
      return number.getType().isInteger(1) ? !number.getValue().isZero()
                                           : number.getValue().getSExtValue();
  auto [input, what] = name.split('.');
  SmallVector<StringRef> names = getCustomNames(definition, "inputs");
  auto *found = llvm::find(names, input);
  size_t index = found - names.begin();
  if (index >= inputs.size())
    return std::nullopt;
  ArrayRef<int64_t> shape = inputs[index];
  if (what == "rank")
    return shape.size();
  if (what == "size")
    return countElements(shape);
  size_t dimension =
      what.size() == 1 ? kCustomDimensions.find(what.front()) : StringRef::npos;
  if (dimension == StringRef::npos || shape.size() > kMaxCustomDimensions)
    return std::nullopt;
  return getCustomShape(shape)[dimension];
}

namespace {

// The shape rule of one output.
class Rule {
public:
  Rule(const Inference &inference, DictionaryAttr definition,
       ArrayRef<ArrayRef<int64_t>> inputs)
      : inference(inference), definition(definition), inputs(inputs) {}

  FailureOr<SmallVector<int64_t>> apply(Attribute rule) {
    if (auto list = dyn_cast_if_present<ArrayAttr>(rule))
      return apply(list);
    if (auto changes = dyn_cast_if_present<DictionaryAttr>(rule))
      return apply(changes);
    return inference.fail("an output of its definition has no shape");
  }

private:
  FailureOr<int64_t> evaluate(Attribute expression) {
    auto text = dyn_cast<StringAttr>(expression);
    if (!text)
      return inference.fail("a shape of its definition has a dimension that is "
                            "no text");
    llvm::Expected<int64_t> value =
        mlc::evaluateInteger(text.getValue(), [&](StringRef name) {
          return lookupCustomName(definition, inputs, name);
        });
    if (!value)
      return inference.fail(llvm::toString(value.takeError()));
    return *value;
  }

  FailureOr<SmallVector<int64_t>> apply(ArrayAttr list) {
    if (list.empty() || list.size() > kMaxCustomDimensions)
      return inference.fail("a shape of its definition has ", list.size(),
                            " dimensions, not 1 to ", kMaxCustomDimensions);
    SmallVector<int64_t> shape;
    for (Attribute expression : list) {
      FailureOr<int64_t> size = evaluate(expression);
      if (failed(size))
        return failure();
      shape.push_back(*size);
    }
    return shape;
  }

  FailureOr<SmallVector<int64_t>> apply(DictionaryAttr changes) {
    SmallVector<StringRef> names = getCustomNames(definition, "inputs");
    auto like = changes.getAs<StringAttr>("like");
    auto *found = llvm::find(names, like ? like.getValue() : "");
    size_t index = found - names.begin();
    if (index >= inputs.size())
      return inference.fail("a shape of its definition is like no input");
    SmallVector<int64_t> shape(inputs[index]);
    for (NamedAttribute change : changes) {
      StringRef letter = change.getName();
      if (letter == "like")
        continue;
      size_t dimension = letter.size() == 1
                             ? kCustomDimensions.find(letter.front())
                             : StringRef::npos;
      if (dimension == StringRef::npos)
        return inference.fail("a shape of its definition names the dimension '",
                              letter, "', which is none of s, n, c, h and w");
      size_t missing = kMaxCustomDimensions - shape.size();
      if (dimension < missing)
        return inference.fail("its definition changes the dimension '", letter,
                              "' of '", names[index], "', which has only ",
                              shape.size());
      FailureOr<int64_t> size = evaluate(change.getValue());
      if (failed(size))
        return failure();
      shape[dimension - missing] = *size;
    }
    return shape;
  }

  const Inference &inference;
  DictionaryAttr definition;
  ArrayRef<ArrayRef<int64_t>> inputs;
};

} // namespace

// Whether a definition has the parts that all who read it count on.
static bool isWhole(DictionaryAttr definition, size_t inputs, size_t weights) {
  if (!definition.getAs<StringAttr>("source") ||
      !definition.getAs<StringAttr>("file") ||
      !definition.getAs<DictionaryAttr>("constants"))
    return false;
  for (NamedAttribute constant :
       definition.getAs<DictionaryAttr>("constants")) {
    auto typed = dyn_cast<TypedAttr>(constant.getValue());
    Type type = typed ? typed.getType() : Type();
    if (!isa<IntegerAttr, FloatAttr>(constant.getValue()) ||
        !(type.isInteger(1) || type.isInteger(64) || type.isF32()))
      return false;
  }
  return getCustomNames(definition, "inputs").size() == inputs &&
         getCustomNames(definition, "weights").size() == weights;
}

LogicalResult CustomOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> loc,
                                         Adaptor op,
                                         SmallVectorImpl<Type> &results) {
  Inference inference{context, loc, results};
  DictionaryAttr definition = op.getDefinition();
  size_t weights = op.getWeightsAttr() ? op.getWeightsAttr().size() : 0;
  SmallVector<ArrayRef<int64_t>> inputs;
  for (Value input : op.getInputs()) {
    inputs.push_back(shapeOf(input));
    if (inputs.back().size() > kMaxCustomDimensions)
      return inference.fail("an input has ", inputs.back().size(),
                            " dimensions; custom layers know at most ",
                            kMaxCustomDimensions);
  }
  auto outputs = definition.getAs<ArrayAttr>("outputs");
  if (inputs.empty() || !outputs ||
      !isWhole(definition, inputs.size(), weights))
    return inference.fail("its definition does not fit the layer");
  Rule rule(inference, definition, inputs);
  for (Attribute output : outputs) {
    auto parts = dyn_cast<DictionaryAttr>(output);
    if (!parts || !parts.getAs<StringAttr>("function"))
      return inference.fail("an output of its definition has no function");
    FailureOr<SmallVector<int64_t>> shape = rule.apply(parts.get("shape"));
    if (failed(shape) || failed(inference.give(*shape)))
      return failure();
  }
  return success();
}
