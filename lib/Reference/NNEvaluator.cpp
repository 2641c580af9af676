// Walks the ops of a function of the nn dialect in order, with what is fused to
// them, and keeps each value until its last reader is done.
#include "mlc/Reference/NNEvaluator.h"

#include "ControlFlow.h"
#include "NNOps.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/Provenance.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlc;

namespace {

class NNEvaluation {
public:
  NNEvaluation(ModuleOp module, const Observer &observer)
      : symbols(module), observer(observer) {}

  llvm::Expected<Values> run(func::FuncOp function, Values inputs);

private:
  llvm::Expected<Values> run(Operation *op, Operands in);
  llvm::Expected<Values> call(StringRef name, Values inputs) {
    return run(symbols.lookup<func::FuncOp>(name), std::move(inputs));
  }
  llvm::Expected<Tensor> compute(nn::FusableOpInterface op, Operands in);

  SymbolTable symbols;
  const Observer &observer;
};

} // namespace

static llvm::Expected<Values> onlyValue(llvm::Expected<Tensor> value) {
  if (!value)
    return value.takeError();
  Values values;
  values.push_back(std::move(*value));
  return std::move(values);
}

// The operands of an op are its own, those of its prologue, of its epilogue,
// and for a recurrence its own again.
llvm::Expected<Tensor> NNEvaluation::compute(nn::FusableOpInterface op,
                                             Operands in) {
  SmallVector<const Tensor *> own, before, after;
  for (auto [operand, value] : llvm::zip(op->getOpOperands(), in)) {
    unsigned number = operand.getOperandNumber();
    auto isIn = [&](OperandRange range) {
      return !range.empty() && number >= range.getBeginOperandIndex() &&
             number < range.getBeginOperandIndex() + range.size();
    };
    if (isIn(op.getPrologueInputs()))
      before.push_back(value);
    else if (isIn(op.getEpilogueInputs()))
      after.push_back(value);
    else
      own.push_back(value);
  }
  Tensor input;
  if (!op.getPrologue().empty()) {
    before.insert(before.begin(), own.front());
    llvm::Expected<Tensor> loaded =
        mapElements(op.getPrologue(), own.front()->shape, before);
    if (!loaded)
      return loaded.takeError();
    input = std::move(*loaded);
    own.front() = &input;
  }
  Tensor result;
  Operation *plain = op.getOperation();
  if (auto custom = dyn_cast<nn::CustomOp>(plain)) {
    llvm::Expected<Tensor> value = evaluateNNCustom(custom, own);
    if (!value)
      return value.takeError();
    result = std::move(*value);
  } else if (auto recurrent = dyn_cast<nn::RecurrentOp>(plain)) {
    llvm::Expected<Tensor> value = evaluateNNRecurrent(recurrent, own);
    if (!value)
      return value.takeError();
    result = std::move(*value);
  } else {
    std::optional<Tensor> value;
    for (auto family : {evaluateNNWindow, evaluateNNRow, evaluateNNPlace})
      if (!value)
        value = family(plain, own);
    if (!value)
      return llvm::createStringError("'" + op->getName().getStringRef() +
                                     "' cannot be evaluated");
    result = std::move(*value);
  }
  if (!op.getEpilogue().empty()) {
    after.insert(after.begin(), &result);
    llvm::Expected<Tensor> stored =
        mapElements(op.getEpilogue(), result.shape, after);
    if (!stored)
      return stored.takeError();
    result = std::move(*stored);
  }
  if (auto convolution = dyn_cast<nn::Conv2DOp>(plain))
    if (convolution.getMaxPool())
      result = poolWindows(result, convolution.getPoolWindow());
  return result;
}

llvm::Expected<Values> NNEvaluation::run(Operation *op, Operands in) {
  if (auto branch = dyn_cast<nn::IfOp>(op))
    return call(isTrue(*in[0]) ? branch.getThenFunction()
                               : branch.getElseFunction(),
                copyOf(in.drop_front()));
  if (auto loopOp = dyn_cast<nn::LoopOp>(op))
    return runLoop(describeLoop(loopOp, loopOp.getMaxIterations(),
                                loopOp.getConditionFunction(),
                                loopOp.getBodyFunction()),
                   in, [&](StringRef name, Values inputs) {
                     return call(name, std::move(inputs));
                   });
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    FailureOr<std::vector<float>> data = readFloats(constant.getValue());
    if (failed(data))
      return llvm::createStringError("a constant cannot be read");
    Tensor value = nnResult(op);
    value.data = std::move(*data);
    return onlyValue(std::move(value));
  }
  // The conversion leaves casts to the same type.
  if (isa<UnrealizedConversionCastOp>(op) && in.size() == 1 &&
      op->getOperandTypes() == op->getResultTypes())
    return onlyValue(*in[0]);
  if (auto map = dyn_cast<nn::MapOp>(op))
    return onlyValue(mapElements(map.getBody(), nnResult(op).shape, in));
  if (auto fusable = dyn_cast<nn::FusableOpInterface>(op))
    return onlyValue(compute(fusable, in));
  for (auto family : {evaluateNNRow, evaluateNNPlace})
    if (std::optional<Tensor> value = family(op, in))
      return onlyValue(std::move(*value));
  return llvm::createStringError("'" + op->getName().getStringRef() +
                                 "' cannot be evaluated");
}

llvm::Expected<Values> NNEvaluation::run(func::FuncOp function, Values inputs) {
  DenseMap<Value, Tensor> values;
  DenseMap<Value, int64_t> readers;
  auto define = [&](Value value, Tensor tensor) {
    readers[value] = std::distance(value.use_begin(), value.use_end());
    values[value] = std::move(tensor);
  };
  for (auto [argument, input] : llvm::zip(function.getArguments(), inputs))
    define(argument, std::move(input));
  Block &block = function.getBody().front();
  for (Operation &op : block.without_terminator()) {
    // Passes leave ops behind that nothing reads, some without their data.
    if (op.use_empty())
      continue;
    SmallVector<const Tensor *> operands;
    for (Value operand : op.getOperands())
      operands.push_back(&values[operand]);
    llvm::Expected<Values> results = run(&op, operands);
    if (!results)
      return llvm::createStringError(
          "layer '" + layerList(op.getLoc()) +
          "': " + llvm::toString(results.takeError()));
    for (auto [index, tensor] : llvm::enumerate(*results)) {
      if (observer)
        observer(&op, index, tensor);
      define(op.getResult(index), std::move(tensor));
    }
    for (Value operand : op.getOperands())
      if (--readers[operand] == 0)
        values.erase(operand);
  }
  Values outputs;
  for (Value value : block.getTerminator()->getOperands())
    outputs.push_back(values[value]);
  return outputs;
}

llvm::Expected<std::vector<Tensor>> mlc::evaluateNN(ModuleOp module,
                                                    ArrayRef<Tensor> inputs,
                                                    const Observer &observer) {
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isPrivate())
      continue;
    if (inputs.size() != function.getNumArguments())
      return llvm::createStringError(
          "the network has " + Twine(function.getNumArguments()) + " inputs");
    for (auto [argument, input] : llvm::zip(function.getArguments(), inputs))
      if (cast<ShapedType>(argument.getType()).getShape() !=
          ArrayRef<int64_t>(input.shape))
        return llvm::createStringError(
            "input #" + Twine(argument.getArgNumber()) + " has another shape");
    return NNEvaluation(module, observer)
        .run(function, Values(inputs.begin(), inputs.end()));
  }
  return llvm::createStringError("there is no network to evaluate");
}
