// States of a network are inputs and outputs to the format; which belong
// together follows from where the elements go.
#include "mlc/Dialect/CoreML/Passes.h"
#include "mlc/Reference/Evaluator.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/StateNames.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlc;

namespace mlc {
#define GEN_PASS_DEF_COREMLPAIRSTATES
#include "mlc/Dialect/CoreML/Passes.h.inc"
} // namespace mlc

static constexpr StringLiteral kFeature = "coreml.feature", kState = "state";
// Elements that are followed, in all values together; the number of each is
// exact as a float.
static constexpr int64_t kMaxElements = int64_t(1) << 24;
static constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

static StringRef textOf(DictionaryAttr feature, StringRef key) {
  auto text = feature ? feature.getAs<StringAttr>(key) : StringAttr();
  return text ? text.getValue() : StringRef();
}

// Layers that leave elements as they are and move them.
static bool movesElements(Operation *op) {
  if (auto layer = dyn_cast<coreml::ActivationOp>(op)) {
    auto isAll = [](ElementsAttr attr, float wanted) {
      FailureOr<std::vector<float>> values = failure();
      if (attr)
        values = readFloats(attr);
      return succeeded(values) &&
             llvm::all_of(*values, [&](float x) { return x == wanted; });
    };
    return layer.getKind() == coreml::ActivationKind::linear &&
           isAll(layer.getAlphaAttr(), 1) &&
           (!layer.getBetaAttr() || isAll(layer.getBetaAttr(), 0));
  }
  return isa<
      coreml::ReshapeOp, coreml::FlattenOp, coreml::PermuteOp, coreml::SplitOp,
      coreml::SliceOp, coreml::ConcatOp, coreml::TransposeOp,
      coreml::ReshapeStaticOp, coreml::ReshapeLikeOp, coreml::ReshapeDynamicOp,
      coreml::RankPreservingReshapeOp, coreml::ExpandDimsOp, coreml::SqueezeOp,
      coreml::FlattenTo2DOp, coreml::ConcatNDOp, coreml::SplitNDOp,
      coreml::StackOp, coreml::SliceStaticOp, coreml::CopyOp>(op);
}

namespace {

/// Follows each element of the inputs through the layers that move them, and
/// through recurrent layers, where a state after all steps takes the place of
/// the one before.
class StateTracer {
public:
  explicit StateTracer(func::FuncOp func) {
    for (BlockArgument argument : func.getArguments()) {
      if (!reserve(argument))
        continue;
      Traced traced{Tensor(shapeOf(argument)), false};
      argumentOf[next] = argument;
      for (float &number : traced.numbers.data)
        number = float(next++);
      values[argument] = std::move(traced);
    }
    for (Operation &op : func.getBody().front().without_terminator())
      visit(&op);
  }

  /// The input whose next value is `output`, if any.
  std::optional<unsigned> inputOf(Value output) const {
    auto it = values.find(output);
    if (it == values.end() || !it->second.isCarried)
      return std::nullopt;
    ArrayRef<float> numbers(it->second.numbers.data);
    if (numbers.empty() || std::isnan(numbers.front()))
      return std::nullopt;
    int64_t first = int64_t(numbers.front());
    BlockArgument argument = argumentOf.lookup(first);
    if (!argument || int64_t(numbers.size()) != sizeOf(argument))
      return std::nullopt;
    for (auto [index, number] : llvm::enumerate(numbers))
      if (number != float(first + int64_t(index)))
        return std::nullopt;
    return argument.getArgNumber();
  }

private:
  struct Traced {
    Tensor numbers;
    bool isCarried; ///< came through a recurrent layer
  };

  void visit(Operation *op) {
    if (op->hasTrait<coreml::OptionalOutputs>()) {
      for (unsigned i = 1; i < op->getNumOperands(); ++i) {
        auto it = values.find(op->getOperand(i));
        if (it == values.end() ||
            shapeOf(op->getOperand(i)) != shapeOf(op->getResult(i)))
          continue;
        if (!reserve(op->getResult(i)))
          return;
        Traced traced = it->second;
        traced.isCarried = true;
        values[op->getResult(i)] = std::move(traced);
      }
      return;
    }
    if (!movesElements(op) || llvm::none_of(op->getOperands(), [&](Value v) {
          return values.contains(v);
        }))
      return;
    for (Value result : op->getResults())
      if (!reserve(result))
        return;
    std::vector<Tensor> unknown;
    SmallVector<const Tensor *> operands;
    unknown.reserve(op->getNumOperands());
    bool isCarried = false;
    for (Value operand : op->getOperands()) {
      auto it = values.find(operand);
      if (it == values.end()) {
        if (!reserve(operand))
          return;
        unknown.emplace_back(shapeOf(operand), kUnknown);
        operands.push_back(&unknown.back());
        continue;
      }
      operands.push_back(&it->second.numbers);
      isCarried |= it->second.isCarried;
    }
    std::optional<std::vector<Tensor>> results = evaluateLayer(op, operands);
    if (!results)
      return;
    for (auto [value, numbers] : llvm::zip(op->getResults(), *results))
      values[value] = {std::move(numbers), isCarried};
  }

  static int64_t sizeOf(Value value) {
    return cast<RankedTensorType>(value.getType()).getNumElements();
  }

  bool reserve(Value value) {
    int64_t size = sizeOf(value);
    if (size > room)
      return false;
    room -= size;
    return true;
  }

  int64_t room = kMaxElements, next = 0;
  llvm::DenseMap<int64_t, BlockArgument> argumentOf; ///< by its first number
  llvm::DenseMap<Value, Traced> values;
};

struct CoreMLPairStates : mlc::impl::CoreMLPairStatesBase<CoreMLPairStates> {
  void runOnOperation() override {
    func::FuncOp func = getOperation();
    // Only the network itself has inputs; a state that is named stays.
    SmallVector<unsigned> inputs, outputs;
    Operation *ret = func.getBody().front().getTerminator();
    for (unsigned i = 0; i < func.getNumArguments(); ++i)
      if (isArray(func.getArgAttrOfType<DictionaryAttr>(i, kFeature)))
        inputs.push_back(i);
    for (unsigned i = 0; i < ret->getNumOperands(); ++i)
      if (isArray(func.getResultAttrOfType<DictionaryAttr>(i, kFeature)))
        outputs.push_back(i);
    llvm::erase_if(inputs, [&](unsigned i) {
      auto feature = func.getArgAttrOfType<DictionaryAttr>(i, kFeature);
      if (!feature.contains(kState))
        return false;
      forget(outputs, textOf(feature, kState));
      return true;
    });
    if (!inputs.empty() && !outputs.empty())
      pairByLayers(inputs, outputs);
    if (!inputs.empty() && !outputs.empty())
      pairByNames(inputs, outputs);
  }

private:
  static bool isArray(DictionaryAttr feature) {
    return textOf(feature, "type") == "multiArray";
  }

  StringRef outputName(unsigned index) {
    return textOf(
        getOperation().getResultAttrOfType<DictionaryAttr>(index, kFeature),
        "name");
  }

  void forget(SmallVectorImpl<unsigned> &outputs, StringRef name) {
    llvm::erase_if(outputs, [&](unsigned i) { return outputName(i) == name; });
  }

  void pair(unsigned input, unsigned output) {
    func::FuncOp func = getOperation();
    NamedAttrList feature(
        func.getArgAttrOfType<DictionaryAttr>(input, kFeature));
    feature.set(kState, StringAttr::get(&getContext(), outputName(output)));
    func.setArgAttr(input, kFeature, feature.getDictionary(&getContext()));
  }

  void pairByLayers(SmallVectorImpl<unsigned> &inputs,
                    SmallVectorImpl<unsigned> &outputs) {
    func::FuncOp func = getOperation();
    Block &body = func.getBody().front();
    if (llvm::none_of(body, [](Operation &op) {
          return op.hasTrait<coreml::OptionalOutputs>();
        }))
      return;
    StateTracer tracer(func);
    llvm::erase_if(outputs, [&](unsigned output) {
      std::optional<unsigned> input =
          tracer.inputOf(body.getTerminator()->getOperand(output));
      if (!input || !llvm::is_contained(inputs, *input))
        return false;
      pair(*input, output);
      llvm::erase(inputs, *input);
      return true;
    });
  }

  void pairByNames(ArrayRef<unsigned> inputs, ArrayRef<unsigned> outputs) {
    func::FuncOp func = getOperation();
    Operation *ret = func.getBody().front().getTerminator();
    std::vector<NamedShape> from, to;
    for (unsigned i : inputs)
      from.push_back(
          {textOf(func.getArgAttrOfType<DictionaryAttr>(i, kFeature), "name"),
           SmallVector<int64_t>(shapeOf(func.getArgument(i)))});
    for (unsigned i : outputs)
      to.push_back(
          {outputName(i), SmallVector<int64_t>(shapeOf(ret->getOperand(i)))});
    for (auto [input, choice] : llvm::zip(inputs, matchStateNames(from, to)))
      if (choice.isPair())
        pair(input, outputs[choice.outputs.front()]);
  }
};

} // namespace
