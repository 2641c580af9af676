// Shapes of layers that walk or repeat a sequence.
#include "Inference.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::coreml;

namespace {
// One weight of a recurrent layer, as an op has it.
struct NamedWeight {
  StringRef name;
  Attribute weight;
};
} // namespace

// Whether recurrent layers have this activation.
static bool isRecurrent(ActivationKind kind) {
  switch (kind) {
  case ActivationKind::linear:
  case ActivationKind::relu:
  case ActivationKind::tanh:
  case ActivationKind::scaled_tanh:
  case ActivationKind::sigmoid:
  case ActivationKind::sigmoid_hard:
    return true;
  default:
    return false;
  }
}

// Checks what all recurrent layers have, and gives their results: the output
// and `numStates` states.
template <typename Adaptor>
static LogicalResult inferRecurrent(Inference &infer, Adaptor op,
                                    size_t numStates, size_t directions,
                                    size_t numActivations) {
  int64_t inputs = op.getInputVectorSize(), outputs = op.getOutputVectorSize();
  if (failed(infer.needList("the vector sizes", {inputs, outputs}, 2, 1)))
    return failure();
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  if (in.size() != 5 || in[2] != inputs || in[3] != 1 || in[4] != 1)
    return infer.fail("needs an input of the shape Seq x Batch x ", inputs,
                      " x 1 x 1, but has ", formatShape(in));
  size_t states = op.getStates().size();
  if (states != 0 && states != numStates)
    return infer.fail("has ", states, " state inputs instead of ", numStates,
                      " or none");
  // Converters also write states as Batch x outputs x 1 x 1 x 1, for every
  // torch.nn.RNN: the elements are in the same order.
  SmallVector<int64_t> state = {1, in[1], outputs, 1, 1},
                       batchFirst = {in[1], outputs, 1, 1, 1};
  for (Value given : op.getStates())
    if (shapeOf(given) != ArrayRef<int64_t>(state) &&
        shapeOf(given) != ArrayRef<int64_t>(batchFirst))
      return infer.fail("needs states of the shape ", formatShape(state),
                        ", but one has ", formatShape(shapeOf(given)));
  if (op.getActivations().size() != numActivations ||
      op.getAlphas().size() != numActivations ||
      op.getBetas().size() != numActivations)
    return infer.fail("has ", op.getActivations().size(),
                      " activations instead of ", numActivations);
  for (Attribute kind : op.getActivations())
    if (!isRecurrent(cast<ActivationKindAttr>(kind).getValue()))
      return infer.fail("has an activation that recurrent layers do not have");
  SmallVector<int64_t> output = {op.getSequenceOutput() ? in[0] : 1, in[1],
                                 outputs * int64_t(directions), 1, 1};
  if (failed(infer.give(output)))
    return failure();
  for (size_t i = 0; i < numStates; ++i)
    if (failed(infer.give(state)))
      return failure();
  return success();
}

// Checks the shape of weights by their role, which their names end in. An
// absent one is null.
template <typename Adaptor>
static LogicalResult needWeights(const Inference &infer, Adaptor op,
                                 ArrayRef<NamedWeight> weights) {
  int64_t inputs = op.getInputVectorSize(), outputs = op.getOutputVectorSize();
  for (auto [name, weight] : weights) {
    auto elements = dyn_cast_or_null<ElementsAttr>(weight);
    if (!elements)
      return infer.fail("has no ", name);
    SmallVector<int64_t> shape = {outputs};
    if (name.ends_with_insensitive("weightMatrix"))
      shape.push_back(inputs);
    else if (name.ends_with_insensitive("recursionMatrix"))
      shape.push_back(outputs);
    if (failed(infer.needShape(name, elements, shape)))
      return failure();
  }
  return success();
}

LogicalResult
SimpleRecurrentOp::inferReturnTypes(MLIRContext *context,
                                    std::optional<Location> loc, Adaptor op,
                                    SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  SmallVector<NamedWeight> weights = {
      {"weightMatrix", op.getWeightMatrix()},
      {"recursionMatrix", op.getRecursionMatrix()}};
  if (auto bias = op.getBiasVector())
    weights.push_back({"biasVector", *bias});
  if (failed(needWeights(infer, op, weights)))
    return failure();
  return inferRecurrent(infer, op, 1, 1, 1);
}

LogicalResult GRUOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  SmallVector<NamedWeight> weights = {
      {"updateGateWeightMatrix", op.getUpdateGateWeightMatrix()},
      {"resetGateWeightMatrix", op.getResetGateWeightMatrix()},
      {"outputGateWeightMatrix", op.getOutputGateWeightMatrix()},
      {"updateGateRecursionMatrix", op.getUpdateGateRecursionMatrix()},
      {"resetGateRecursionMatrix", op.getResetGateRecursionMatrix()},
      {"outputGateRecursionMatrix", op.getOutputGateRecursionMatrix()}};
  auto update = op.getUpdateGateBiasVector(),
       reset = op.getResetGateBiasVector(),
       output = op.getOutputGateBiasVector();
  if (update || reset || output)
    weights.append({{"updateGateBiasVector", update.value_or(ElementsAttr())},
                    {"resetGateBiasVector", reset.value_or(ElementsAttr())},
                    {"outputGateBiasVector", output.value_or(ElementsAttr())}});
  if (failed(needWeights(infer, op, weights)))
    return failure();
  return inferRecurrent(infer, op, 1, 1, 2);
}

// Checks the weights of one direction of a long short-term memory.
template <typename Adaptor>
static LogicalResult needLSTMWeights(const Inference &infer, Adaptor op,
                                     DictionaryAttr weights) {
  SmallVector<StringRef> names = {
      "inputGateWeightMatrix",     "forgetGateWeightMatrix",
      "blockInputWeightMatrix",    "outputGateWeightMatrix",
      "inputGateRecursionMatrix",  "forgetGateRecursionMatrix",
      "blockInputRecursionMatrix", "outputGateRecursionMatrix"};
  if (op.getHasBiasVectors())
    names.append({"inputGateBiasVector", "forgetGateBiasVector",
                  "blockInputBiasVector", "outputGateBiasVector"});
  if (op.getHasPeepholeVectors())
    names.append({"inputGatePeepholeVector", "forgetGatePeepholeVector",
                  "outputGatePeepholeVector"});
  SmallVector<NamedWeight> entries;
  for (StringRef name : names)
    if (weights.get(name) ||
        !(op.getCoupledInputAndForgetGate() && name.starts_with("forget")))
      entries.push_back({name, weights.get(name)});
  return needWeights(infer, op, entries);
}

LogicalResult
UniDirectionalLSTMOp::inferReturnTypes(MLIRContext *context,
                                       std::optional<Location> loc, Adaptor op,
                                       SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(needLSTMWeights(infer, op, op.getWeightParams())))
    return failure();
  return inferRecurrent(infer, op, 2, 1, 3);
}

LogicalResult
BiDirectionalLSTMOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (op.getWeightParams().size() != 2)
    return infer.fail("has weights of ", op.getWeightParams().size(),
                      " directions instead of 2");
  for (Attribute direction : op.getWeightParams())
    if (failed(needLSTMWeights(infer, op, cast<DictionaryAttr>(direction))))
      return failure();
  return inferRecurrent(infer, op, 4, 2, 6);
}

LogicalResult
SequenceRepeatOp::inferReturnTypes(MLIRContext *context,
                                   std::optional<Location> loc, Adaptor op,
                                   SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  int64_t repetitions = op.getNRepetitions();
  if (failed(infer.needRank(op.getInput(), 5)) ||
      failed(infer.needList("nRepetitions", repetitions, 1, 1)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  int64_t &sequence = shape[shape.size() - 5];
  if (llvm::MulOverflow(sequence, repetitions, sequence))
    return infer.fail("nRepetitions is ", repetitions, ", too many");
  return infer.give(shape);
}
