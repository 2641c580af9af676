// Inputs that take an output of the step before: the choice of a user, and what
// is said about it.
#include "mlc/Tool/States.h"

#include "mlc/Support/Progress.h"
#include "mlc/Support/StateNames.h"
#include "mlc/Tool/Inputs.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace mlc;

static StringRef kFeature = "coreml.feature";

static std::string shapeText(ArrayRef<int64_t> shape) {
  return join(map_range(shape, [](int64_t i) { return std::to_string(i); }),
              "x");
}

namespace {

/// An option --state: indices of the two; no output for an input that is no
/// state.
struct StateOption {
  unsigned input;
  std::optional<unsigned> output;
};

} // namespace

static std::string listNames(ArrayRef<NamedShape> features) {
  return join(map_range(features,
                        [](const NamedShape &feature) {
                          return "'" + feature.name.str() + "'";
                        }),
              ", ");
}

// Both names may hold '=', so every place of one is tried.
static Expected<StateOption> parseState(StringRef option,
                                        ArrayRef<NamedShape> inputs,
                                        ArrayRef<NamedShape> outputs) {
  auto find = [](ArrayRef<NamedShape> features,
                 StringRef name) -> std::optional<unsigned> {
    for (auto [index, feature] : enumerate(features))
      if (feature.name == name)
        return index;
    return std::nullopt;
  };
  std::optional<StateOption> found;
  bool hasInput = false;
  for (size_t at = option.find('='); at != StringRef::npos;
       at = option.find('=', at + 1)) {
    auto input = find(inputs, option.take_front(at));
    StringRef name = option.drop_front(at + 1);
    auto output = find(outputs, name);
    hasInput |= input.has_value();
    if (!input || (!output && !name.empty()))
      continue;
    if (found)
      return createStringError("--state " + option +
                               " can be read in two ways");
    found = StateOption{*input, output};
  }
  if (!option.contains('='))
    return createStringError("--state takes INPUT=OUTPUT, not '" + option +
                             "'");
  if (!found)
    return createStringError("--state " + option + ": the model has no such " +
                             (hasInput ? "output, it has " + listNames(outputs)
                                       : "input, it has " + listNames(inputs)));
  if (!found->output)
    return *found;
  const NamedShape &input = inputs[found->input],
                   &output = outputs[*found->output];
  if (!isSameButOnes(input.shape, output.shape))
    return createStringError("--state " + option + ": the input is " +
                             shapeText(input.shape) + ", the output " +
                             shapeText(output.shape));
  return *found;
}

static SmallVector<NamedShape> arraysOf(ArrayRef<BundleFeature> features) {
  SmallVector<NamedShape> arrays;
  for (const BundleFeature &feature : features)
    arrays.push_back({feature.name, feature.shape});
  return arrays;
}

Error mlc::setStates(Bundle &bundle, ArrayRef<std::string> options) {
  SmallVector<NamedShape> inputs = arraysOf(bundle.inputs),
                          outputs = arraysOf(bundle.outputs);
  for (const std::string &option : options) {
    Expected<StateOption> state = parseState(option, inputs, outputs);
    if (!state)
      return state.takeError();
    BundleFeature &input = bundle.inputs[state->input];
    if (!state->output) {
      input.state.clear();
      continue;
    }
    const BundleFeature &output = bundle.outputs[*state->output];
    if (input.dataType != output.dataType)
      return createStringError("--state " + option + ": the input is of " +
                               input.dataType + ", the output of " +
                               output.dataType);
    // What was found for another input was not meant.
    for (BundleFeature &other : bundle.inputs)
      if (other.state == output.name)
        other.state.clear();
    input.state = output.name;
  }
  return Error::success();
}

Error mlc::setStates(mlir::ModuleOp module, ArrayRef<std::string> options) {
  if (options.empty())
    return Error::success();
  mlir::func::FuncOp main = *module.getOps<mlir::func::FuncOp>().begin();
  mlir::Operation *ret = main.getBody().front().getTerminator();
  SmallVector<NamedShape> inputs, outputs;
  auto add = [](SmallVector<NamedShape> &to, mlir::DictionaryAttr feature,
                mlir::Value value) {
    auto shape = mlir::cast<mlir::RankedTensorType>(value.getType()).getShape();
    to.push_back({feature.getAs<mlir::StringAttr>("name").getValue(),
                  SmallVector<int64_t>(shape)});
  };
  auto featureOf = [&](unsigned input) {
    return main.getArgAttrOfType<mlir::DictionaryAttr>(input, kFeature);
  };
  for (mlir::BlockArgument argument : main.getArguments())
    add(inputs, featureOf(argument.getArgNumber()), argument);
  for (auto [index, value] : enumerate(ret->getOperands()))
    add(outputs,
        main.getResultAttrOfType<mlir::DictionaryAttr>(index, kFeature), value);
  for (const std::string &option : options) {
    Expected<StateOption> state = parseState(option, inputs, outputs);
    if (!state)
      return state.takeError();
    mlir::NamedAttrList feature(featureOf(state->input));
    StringRef name = state->output ? outputs[*state->output].name : "";
    feature.set("state", mlir::StringAttr::get(module.getContext(), name));
    main.setArgAttr(state->input, kFeature,
                    feature.getDictionary(module.getContext()));
  }
  return Error::success();
}

void mlc::feedStates(const Bundle &bundle, LoadedModel &model) {
  for (const BundleFeature &input : bundle.inputs)
    for (const BundleFeature &output : bundle.outputs) {
      if (input.state.empty() || output.name != input.state ||
          output.numElements() != input.numElements() ||
          output.dataType != input.dataType)
        continue;
      MutableArrayRef<char> to = model.buffer(input.buffer);
      copy(model.buffer(output.buffer).take_front(to.size()), to.begin());
    }
}

bool mlc::changesWithSteps(const Bundle &bundle, ArrayRef<InputValue> values) {
  return any_of(zip(bundle.inputs, values), [&](auto input) {
    auto &[feature, value] = input;
    return !feature.state.empty() || isSeries(bundle, feature, value);
  });
}

// The choices that names leave, of inputs without a state.
static void noteAmbiguities(const Bundle &bundle) {
  SmallVector<NamedShape> inputs, outputs;
  auto isTaken = [&](const BundleFeature &output) {
    return any_of(bundle.inputs, [&](const BundleFeature &input) {
      return input.state == output.name;
    });
  };
  for (const BundleFeature &input : bundle.inputs)
    if (!input.isImage() && input.state.empty())
      inputs.push_back({input.name, input.shape});
  for (const BundleFeature &output : bundle.outputs)
    if (!output.isImage() && !isTaken(output))
      outputs.push_back({output.name, output.shape});
  for (auto [input, choice] : zip(inputs, matchStateNames(inputs, outputs))) {
    if (!choice.isAmbiguous())
      continue;
    std::string names =
        join(map_range(choice.outputs,
                       [&](unsigned output) {
                         return "'" + outputs[output].name.str() + "'";
                       }),
             " or ");
    printNote("it is not clear whether input '" + input.name + "' takes " +
              names + ": choose with --state " + input.name + "=OUTPUT");
  }
}

void mlc::noteStates(const Bundle &bundle, ArrayRef<InputValue> values) {
  for (auto [input, value] : zip(bundle.inputs, values)) {
    std::string what =
        isSeries(bundle, input, value) ? "has a value for each step"
        : input.state.empty()
            ? "stays constant"
            : "takes output '" + input.state + "' of the step before";
    printNote("input '" + input.name + "' " + what);
  }
  noteAmbiguities(bundle);
}
