// Walks the layers in order, into branches and loops, and keeps each value
// until its last reader is done.
#include "mlc/Reference/Evaluator.h"

#include "ControlFlow.h"
#include "Places.h"
#include "mlc/Support/Constants.h"
#include "mlc/Support/Provenance.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include <unistd.h>

using namespace mlir;
using namespace mlc;

Tensor::Tensor(ArrayRef<int64_t> extents, float value)
    : shape(extents.begin(), extents.end()) {
  int64_t count = 1;
  for (int64_t extent : extents)
    count *= extent;
  data.assign(count, value);
}

ImageShape::ImageShape(ArrayRef<int64_t> shape) {
  size_t rank = shape.size();
  if (rank > 0)
    w = shape[rank - 1];
  if (rank > 1)
    h = shape[rank - 2];
  if (rank > 2)
    c = shape[rank - 3];
  for (size_t i = 0; i + 3 < rank; ++i)
    n *= shape[i];
}

Tensor mlc::resultTensor(Operation *op, unsigned index) {
  return Tensor(cast<ShapedType>(op->getResult(index).getType()).getShape());
}

std::vector<float> mlc::weightsOf(Attribute attr) {
  if (!attr)
    return {};
  FailureOr<std::vector<float>> data = readFloats(attr);
  assert(succeeded(data) && "the importer made these weights");
  return std::move(*data);
}

// Layers of specification 4 and later, by families.
static std::optional<std::vector<Tensor>> evaluateArrayLayer(Operation *op,
                                                             Operands in) {
  for (auto family :
       {evaluateArrayElementwise, evaluateArrayShape, evaluateArrayReduction,
        evaluateArrayIndex, evaluateVolume})
    if (auto results = family(op, in))
      return results;
  return std::nullopt;
}

std::optional<std::vector<Tensor>> mlc::evaluateLayer(Operation *op,
                                                      Operands in) {
  auto one = [](Tensor value) {
    std::vector<Tensor> values;
    values.push_back(std::move(value));
    return std::optional(std::move(values));
  };
  return llvm::TypeSwitch<Operation *, std::optional<std::vector<Tensor>>>(op)
      .Case([&](coreml::ConvolutionOp o) {
        return one(evaluateConvolution(o, in));
      })
      .Case([&](coreml::InnerProductOp o) {
        return one(evaluateInnerProduct(o, in));
      })
      .Case(
          [&](coreml::EmbeddingOp o) { return one(evaluateEmbedding(o, in)); })
      .Case(
          [&](coreml::BatchnormOp o) { return one(evaluateBatchnorm(o, in)); })
      .Case([&](coreml::ScaleOp o) { return one(evaluateScale(o, in)); })
      .Case([&](coreml::BiasOp o) { return one(evaluateBias(o, in)); })
      .Case([&](coreml::LoadConstantOp o) {
        return one(evaluateLoadConstant(o, in));
      })
      .Case([&](coreml::ScalerOp o) { return one(evaluateScaler(o, in)); })
      .Case(
          [&](coreml::MeanImageOp o) { return one(evaluateMeanImage(o, in)); })
      .Case([&](coreml::ActivationOp o) {
        return one(evaluateActivation(o, in));
      })
      .Case(
          [&](coreml::UnaryFunctionOp o) { return one(evaluateUnary(o, in)); })
      .Case<coreml::AddOp, coreml::MultiplyOp, coreml::AverageOp, coreml::MaxOp,
            coreml::MinOp>([&](auto o) { return one(evaluateJoin(o, in)); })
      .Case([&](coreml::DotOp o) { return one(evaluateDot(o, in)); })
      .Case([&](coreml::SoftmaxOp o) { return one(evaluateSoftmax(o, in)); })
      .Case([&](coreml::LRNOp o) { return one(evaluateLRN(o, in)); })
      .Case([&](coreml::L2NormalizeOp o) {
        return one(evaluateL2Normalize(o, in));
      })
      .Case([&](coreml::MVNOp o) { return one(evaluateMVN(o, in)); })
      .Case([&](coreml::ReduceOp o) { return one(evaluateReduce(o, in)); })
      .Case([&](coreml::PoolingOp o) { return one(evaluatePooling(o, in)); })
      .Case([&](coreml::PaddingOp o) { return one(evaluatePadding(o, in)); })
      .Case([&](coreml::UpsampleOp o) { return one(evaluateUpsample(o, in)); })
      .Case([&](coreml::ConcatOp o) { return one(evaluateConcat(o, in)); })
      .Case([&](coreml::SplitOp o) {
        return std::optional(evaluateSplit(o, in));
      })
      .Case([&](coreml::SliceOp o) { return one(evaluateSlice(o, in)); })
      .Case([&](coreml::CropOp o) { return one(evaluateCrop(o, in)); })
      .Case([&](coreml::ReorganizeDataOp o) {
        return one(evaluateReorganizeData(o, in));
      })
      .Case([&](coreml::PermuteOp o) { return one(evaluatePermute(o, in)); })
      .Case([&](coreml::ReshapeOp o) { return one(evaluateReshape(o, in)); })
      .Case([&](coreml::FlattenOp o) { return one(evaluateFlatten(o, in)); })
      .Case([&](coreml::ResizeBilinearOp o) {
        return one(evaluateResizeBilinear(o, in));
      })
      .Case([&](coreml::CropResizeOp o) {
        return one(evaluateCropResize(o, in));
      })
      .Case([&](coreml::SimpleRecurrentOp o) {
        return std::optional(evaluateSimpleRecurrent(o, in));
      })
      .Case([&](coreml::GRUOp o) { return std::optional(evaluateGRU(o, in)); })
      .Case([&](coreml::UniDirectionalLSTMOp o) {
        return std::optional(evaluateUniDirectionalLSTM(o, in));
      })
      .Case([&](coreml::BiDirectionalLSTMOp o) {
        return std::optional(evaluateBiDirectionalLSTM(o, in));
      })
      .Case([&](coreml::SequenceRepeatOp o) {
        return one(evaluateSequenceRepeat(o, in));
      })
      .Default([&](Operation *other) { return evaluateArrayLayer(other, in); });
}

namespace {

/// Evaluates functions: the network, and the sub-networks that it calls.
class Evaluation {
public:
  Evaluation(ModuleOp module, const Observer &observer)
      : symbols(module), observer(observer) {}

  llvm::Expected<Values> run(func::FuncOp function, Values inputs);

private:
  llvm::Expected<Values> run(Operation *op, Operands operands);
  llvm::Expected<Values> call(StringRef name, Values inputs) {
    return run(symbols.lookup<func::FuncOp>(name), std::move(inputs));
  }
  llvm::Expected<Values> branch(coreml::BranchOp op, Operands operands);

  SymbolTable symbols;
  const Observer &observer;
};

} // namespace

llvm::Expected<Values> Evaluation::branch(coreml::BranchOp op,
                                          Operands operands) {
  return call(isTrue(*operands[0]) ? op.getIfBranch() : op.getElseBranch(),
              copyOf(operands.drop_front()));
}

llvm::Expected<Values> Evaluation::run(Operation *op, Operands operands) {
  if (auto branchOp = dyn_cast<coreml::BranchOp>(op))
    return branch(branchOp, operands);
  if (auto loopOp = dyn_cast<coreml::LoopOp>(op))
    return runLoop(describeLoop(loopOp, loopOp.getMaxLoopIterations(),
                                loopOp.getConditionNetwork(),
                                loopOp.getBodyNetwork()),
                   operands, [&](StringRef name, Values inputs) {
                     return call(name, std::move(inputs));
                   });
  if (auto custom = dyn_cast<coreml::CustomOp>(op))
    return evaluateCustom(custom, operands);
  if (std::optional<Values> results = evaluateLayer(op, operands))
    return std::move(*results);
  return llvm::createStringError(
      "layer '" + layerList(op->getLoc()) + "' of the type " +
      op->getName().stripDialect() + " cannot be evaluated");
}

llvm::Expected<Values> Evaluation::run(func::FuncOp function, Values inputs) {
  DenseMap<Value, Tensor> values;
  DenseMap<Value, int64_t> readers;
  auto define = [&](Value value, Tensor tensor) {
    if (value.use_empty())
      return;
    readers[value] = std::distance(value.use_begin(), value.use_end());
    values[value] = std::move(tensor);
  };
  for (auto [argument, input] : llvm::zip(function.getArguments(), inputs))
    define(argument, std::move(input));
  Block &block = function.getBody().front();
  for (Operation &op : block.without_terminator()) {
    SmallVector<const Tensor *> operands;
    for (Value operand : op.getOperands())
      operands.push_back(&values[operand]);
    llvm::Expected<Values> results = run(&op, operands);
    if (!results)
      return results.takeError();
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

// Elements of the values that are in memory at once, at most.
static double countElements(func::FuncOp function) {
  DenseMap<Value, int64_t> readers;
  double live = 0, most = 0;
  auto add = [&](Value value) {
    readers[value] = std::distance(value.use_begin(), value.use_end());
    live += double(cast<ShapedType>(value.getType()).getNumElements());
    most = std::max(most, live);
  };
  auto drop = [&](Value value) {
    live -= double(cast<ShapedType>(value.getType()).getNumElements());
  };
  llvm::for_each(function.getArguments(), add);
  for (Operation &op : function.getBody().front().without_terminator()) {
    llvm::for_each(op.getResults(), add);
    for (Value result : op.getResults())
      if (result.use_empty())
        drop(result);
    for (Value operand : op.getOperands())
      if (--readers[operand] == 0)
        drop(operand);
  }
  return most;
}

// A small file may ask for more memory than there is, which would end the
// process, or all of them.
static llvm::Error checkMemory(ModuleOp module) {
  double most = 0;
  for (auto function : module.getOps<func::FuncOp>())
    most = std::max(most, countElements(function) * sizeof(float));
  double available =
      double(sysconf(_SC_PHYS_PAGES)) * double(sysconf(_SC_PAGESIZE));
  if (most <= available)
    return llvm::Error::success();
  return llvm::createStringError(
      llvm::formatv("evaluating the network needs {0:f1} GB of memory, more "
                    "than the {1:f1} GB that there are",
                    most / 1e9, available / 1e9));
}

llvm::Expected<std::vector<Tensor>> mlc::evaluate(ModuleOp module,
                                                  ArrayRef<Tensor> inputs,
                                                  const Observer &observer) {
  auto functions = module.getOps<func::FuncOp>();
  if (functions.empty())
    return llvm::createStringError("there is no network to evaluate");
  func::FuncOp main = *functions.begin();
  if (inputs.size() != main.getNumArguments())
    return llvm::createStringError("the network has " +
                                   Twine(main.getNumArguments()) + " inputs");
  for (auto [argument, input] : llvm::zip(main.getArguments(), inputs))
    if (cast<ShapedType>(argument.getType()).getShape() !=
        ArrayRef<int64_t>(input.shape))
      return llvm::createStringError(
          "input #" + Twine(argument.getArgNumber()) + " has another shape");
  if (llvm::Error error = checkMemory(module))
    return std::move(error);
  return Evaluation(module, observer)
      .run(main, Values(inputs.begin(), inputs.end()));
}
