// Shapes of activations, arithmetic, normalisation and reduction.
#include "Inference.h"

using namespace mlir;
using namespace mlir::coreml;

namespace {
/// Which parameters an activation has.
struct ActivationParameters {
  bool alpha, beta, perChannel;
};
} // namespace

static ActivationParameters getParameters(ActivationKind kind) {
  switch (kind) {
  case ActivationKind::linear:
  case ActivationKind::scaled_tanh:
  case ActivationKind::sigmoid_hard:
    return {true, true, false};
  case ActivationKind::leaky_relu:
  case ActivationKind::thresholded_relu:
  case ActivationKind::elu:
    return {true, false, false};
  case ActivationKind::prelu:
    return {true, false, true};
  case ActivationKind::parametric_softplus:
    return {true, true, true};
  default:
    return {false, false, false};
  }
}

static LogicalResult checkParameter(const Inference &infer, StringRef name,
                                    std::optional<ElementsAttr> value,
                                    bool isNeeded, bool isPerChannel,
                                    Value input, ActivationKind kind) {
  if (value.has_value() != isNeeded)
    return infer.fail(stringifyActivationKind(kind),
                      isNeeded ? " needs " : " has no ", name);
  if (!isNeeded)
    return success();
  ArrayRef<int64_t> shape = value->getShapedType().getShape();
  if (shape.size() == 1 && shape[0] == 1)
    return success();
  if (!isPerChannel)
    return infer.fail(name, " should have one element, but has the shape ",
                      formatShape(shape));
  if (failed(infer.needRank(input, 3)))
    return failure();
  int64_t channels = channelsOf(shapeOf(input));
  if (shape.size() == 1 && shape[0] == channels)
    return success();
  return infer.fail(name, " should have 1 or ", channels,
                    " elements, but has the shape ", formatShape(shape));
}

LogicalResult ActivationOp::inferReturnTypes(MLIRContext *context,
                                             std::optional<Location> loc,
                                             Adaptor op,
                                             SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ActivationParameters needs = getParameters(op.getKind());
  if (failed(checkParameter(infer, "alpha", op.getAlpha(), needs.alpha,
                            needs.perChannel, op.getInput(), op.getKind())) ||
      failed(checkParameter(infer, "beta", op.getBeta(), needs.beta,
                            needs.perChannel, op.getInput(), op.getKind())))
    return failure();
  return infer.give(shapeOf(op.getInput()));
}

LogicalResult
UnaryFunctionOp::inferReturnTypes(MLIRContext *context,
                                  std::optional<Location> loc, Adaptor op,
                                  SmallVectorImpl<Type> &results) {
  return Inference(context, loc, results).give(shapeOf(op.getInput()));
}

/// The shape of the input, which has C, H and W.
static LogicalResult giveImage(MLIRContext *context,
                               std::optional<Location> loc, Value input,
                               SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(infer.needRank(input, 3)))
    return failure();
  return infer.give(shapeOf(input));
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          Adaptor op,
                                          SmallVectorImpl<Type> &results) {
  return giveImage(context, loc, op.getInput(), results);
}

LogicalResult L2NormalizeOp::inferReturnTypes(MLIRContext *context,
                                              std::optional<Location> loc,
                                              Adaptor op,
                                              SmallVectorImpl<Type> &results) {
  return giveImage(context, loc, op.getInput(), results);
}

LogicalResult MVNOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &results) {
  return giveImage(context, loc, op.getInput(), results);
}

LogicalResult LRNOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  int64_t localSize = op.getLocalSize();
  if (failed(infer.needList("localSize", localSize, 1, 1)))
    return failure();
  return giveImage(context, loc, op.getInput(), results);
}

static SmallVector<unsigned> getReducedAxes(ReduceAxis axis, unsigned rank) {
  switch (axis) {
  case ReduceAxis::CHW:
    return {rank - 3, rank - 2, rank - 1};
  case ReduceAxis::HW:
    return {rank - 2, rank - 1};
  case ReduceAxis::C:
    return {rank - 3};
  case ReduceAxis::H:
    return {rank - 2};
  case ReduceAxis::W:
    return {rank - 1};
  }
  llvm_unreachable("all axes are above");
}

// C, H and W.
static constexpr unsigned kMaxNeeded = 3;

SmallVector<unsigned> coreml::getReducedAxes(ReduceOp op) {
  return ::getReducedAxes(op.getAxis(), op.getInput().getType().getRank());
}

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> loc,
                                         Adaptor op,
                                         SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  // CHW needs three dimensions, W the last one only.
  int64_t needed = 0;
  for (unsigned axis : ::getReducedAxes(op.getAxis(), kMaxNeeded))
    needed = std::max<int64_t>(needed, kMaxNeeded - axis);
  if (failed(infer.needRank(op.getInput(), needed)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  SmallVector<unsigned> axes = ::getReducedAxes(op.getAxis(), shape.size());
  if (op.getMode() == ReduceOperation::ARGMAX && axes.size() != 1)
    return infer.fail("ARGMAX needs a single axis, but has ",
                      stringifyReduceAxis(op.getAxis()));
  for (unsigned axis : axes)
    shape[axis] = 1;
  return infer.give(shape);
}

/// The shape to which all inputs broadcast, whatever their ranks.
static LogicalResult giveBroadcast(MLIRContext *context,
                                   std::optional<Location> loc,
                                   ValueRange inputs,
                                   SmallVectorImpl<Type> &results) {
  if (inputs.empty())
    return Inference(context, loc, results).fail("needs an input");
  return inferBroadcast(context, loc, inputs, 1, inputs.size(), results);
}

LogicalResult AddOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &results) {
  return giveBroadcast(context, loc, op.getInputs(), results);
}

LogicalResult MultiplyOp::inferReturnTypes(MLIRContext *context,
                                           std::optional<Location> loc,
                                           Adaptor op,
                                           SmallVectorImpl<Type> &results) {
  return giveBroadcast(context, loc, op.getInputs(), results);
}

LogicalResult AverageOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          Adaptor op,
                                          SmallVectorImpl<Type> &results) {
  return giveBroadcast(context, loc, op.getInputs(), results);
}

LogicalResult MaxOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &results) {
  return giveBroadcast(context, loc, op.getInputs(), results);
}

LogicalResult MinOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &results) {
  return giveBroadcast(context, loc, op.getInputs(), results);
}

LogicalResult DotOp::inferReturnTypes(MLIRContext *context,
                                      std::optional<Location> loc, Adaptor op,
                                      SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ValueRange inputs = op.getInputs();
  if (inputs.size() != 2)
    return infer.fail("takes 2 inputs, but has ", inputs.size());
  if (failed(infer.needRank(inputs[0], 3)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(inputs[0]));
  if (shapeOf(inputs[1]) != ArrayRef(shape))
    return infer.fail("inputs ", formatShape(shape), " and ",
                      formatShape(shapeOf(inputs[1])), " differ in shape");
  if (countElements(ArrayRef(shape).take_back(2)) != 1)
    return infer.fail("needs inputs with H = W = 1, but has ",
                      formatShape(shape));
  shape[shape.size() - 3] = 1;
  return infer.give(shape);
}
