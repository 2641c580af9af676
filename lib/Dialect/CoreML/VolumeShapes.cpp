// Shapes of windows over volumes, of random numbers, and of boxes.
#include "Inference.h"

#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::coreml;

#define INFER(Op)                                                              \
  LogicalResult Op::inferReturnTypes(MLIRContext *context,                     \
                                     std::optional<Location> loc, Adaptor op,  \
                                     SmallVectorImpl<Type> &results)

// A window of a convolution or pooling, by the layer's kind of padding; the
// output size follows and is not positive where nothing fits.
static Window makeWindow(int64_t input, int64_t kernel, int64_t stride,
                         int64_t dilation, VolumePaddingType type,
                         ArrayRef<int64_t> custom, unsigned dimension) {
  Window window{input, 0, kernel, stride, dilation, 0, 0};
  int64_t reach = (kernel - 1) * dilation + 1;
  if (type == VolumePaddingType::SAME) {
    window.output = llvm::divideCeil(input, stride);
    int64_t total =
        std::max<int64_t>(0, (window.output - 1) * stride + reach - input);
    window.before = total / 2;
    window.after = total - window.before;
    return window;
  }
  if (type == VolumePaddingType::CUSTOM && !custom.empty()) {
    window.before = custom[2 * dimension];
    window.after = custom[2 * dimension + 1];
  }
  int64_t room = input + window.before + window.after - reach;
  window.output = room < 0 ? 0 : room / stride + 1;
  return window;
}

template <typename Op> static Window poolingWindow(Op op, unsigned dimension) {
  return makeWindow(shapeOf(op.getInput())[2 + dimension],
                    op.getKernelSize()[dimension], op.getStride()[dimension], 1,
                    op.getPaddingType(), op.getCustomPadding(), dimension);
}

template <typename Op>
static Window convolutionWindow(Op op, unsigned dimension) {
  int64_t input = shapeOf(op.getInput())[2 + dimension];
  int64_t kernel = op.getWeights().getShapedType().getDimSize(2 + dimension);
  int64_t stride = op.getStride()[dimension],
          dilation = op.getDilation()[dimension];
  if (!op.getIsDeconvolution())
    return makeWindow(input, kernel, stride, dilation, op.getPaddingType(),
                      op.getCustomPadding(), dimension);
  int64_t full = (input - 1) * stride + (kernel - 1) * dilation + 1;
  Window window{input, full, kernel, stride, dilation, 0, 0};
  if (op.getPaddingType() == VolumePaddingType::CUSTOM &&
      !op.getCustomPadding().empty()) {
    window.before = op.getCustomPadding()[2 * dimension];
    window.after = op.getCustomPadding()[2 * dimension + 1];
  } else if (op.getPaddingType() == VolumePaddingType::SAME) {
    int64_t crop = std::max<int64_t>(0, full - input * stride);
    window.before = crop / 2;
    window.after = full - input * stride - window.before;
  }
  if (!op.getOutputShape().empty())
    window.after = full - window.before - op.getOutputShape()[dimension];
  window.output = full - window.before - window.after;
  return window;
}

Window coreml::getWindow(Pooling3DOp op, unsigned dimension) {
  return poolingWindow(op, dimension);
}
Window coreml::getWindow(Convolution3DOp op, unsigned dimension) {
  return convolutionWindow(op, dimension);
}

static LogicalResult needVolume(const Inference &infer, Value input) {
  if (shapeOf(input).size() == 5)
    return success();
  return infer.fail("needs an input of rank 5, but has rank ",
                    shapeOf(input).size());
}

// Padding that a layer states for both sides of each dimension.
template <typename Op>
static LogicalResult checkPadding(const Inference &infer, Op op) {
  return op.getCustomPadding().empty()
             ? success()
             : infer.needList("customPadding", op.getCustomPadding(), 6, 0);
}

INFER(Pooling3DOp) {
  Inference infer(context, loc, results);
  if (failed(needVolume(infer, op.getInput())) ||
      failed(infer.needList("kernelSize", op.getKernelSize(), 3, 1)) ||
      failed(infer.needList("stride", op.getStride(), 3, 1)) ||
      failed(checkPadding(infer, op)))
    return failure();
  if (op.getType() == PoolingType::L2)
    return infer.fail("has no pooling type L2");
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  for (unsigned d = 0; d < 3; ++d) {
    Window window = poolingWindow(op, d);
    // A window that lies in padding alone has no greatest element.
    if (window.before >= window.kernel || window.after >= window.kernel)
      return infer.fail("customPadding is as large as the kernel");
    shape[2 + d] = window.output;
  }
  return infer.give(shape);
}

INFER(GlobalPooling3DOp) {
  Inference infer(context, loc, results);
  if (failed(needVolume(infer, op.getInput())))
    return failure();
  ArrayRef<int64_t> in = shapeOf(op.getInput());
  return infer.give({in[0], in[1], 1, 1, 1});
}

INFER(Convolution3DOp) {
  Inference infer(context, loc, results);
  if (failed(needVolume(infer, op.getInput())) ||
      failed(infer.needList("stride", op.getStride(), 3, 1)) ||
      failed(infer.needList("dilation", op.getDilation(), 3, 1)) ||
      failed(checkPadding(infer, op)))
    return failure();
  if (!op.getOutputShape().empty() &&
      failed(infer.needList("outputShape", op.getOutputShape(), 3, 1)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  ArrayRef<int64_t> weights = op.getWeights().getShapedType().getShape();
  int64_t groups = op.getNGroups(), channels = shape[1];
  if (weights.size() != 5)
    return infer.fail("weights should have five dimensions");
  bool transposed = op.getIsDeconvolution();
  int64_t inputs = transposed ? weights[0] : weights[1] * groups,
          outputs = transposed ? weights[1] * groups : weights[0];
  if (groups < 1 || channels % groups || outputs % groups || inputs != channels)
    return infer.fail("weights ", formatShape(weights), " in ", groups,
                      " groups do not fit ", channels, " channels");
  if (op.getBiasAttr() &&
      failed(infer.needShape("bias", op.getBiasAttr(), outputs)))
    return failure();
  shape[1] = outputs;
  for (unsigned d = 0; d < 3; ++d)
    shape[2 + d] = convolutionWindow(op, d).output;
  return infer.give(shape);
}

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

static LogicalResult inferLike(Inference infer, Value input) {
  return infer.give(shapeOf(input));
}

static LogicalResult inferStatic(Inference infer, ArrayRef<int64_t> shape) {
  if (shape.empty())
    return infer.fail("outputShape is empty");
  return infer.give(shape);
}

static LogicalResult inferDynamic(Inference infer, Value input) {
  auto known = getKnownElements(input);
  if (!known)
    return infer.fail("has a shape that depends on data: the target shape is "
                      "not known when compiling");
  SmallVector<int64_t> shape;
  for (float size : *known) {
    if (!(size >= 1 && size <= float(kMaxElements)))
      return infer.fail("the target shape has the element ", size);
    shape.push_back(std::llround(size));
  }
  return infer.give(shape);
}

static LogicalResult checkBounds(const Inference &infer, const APFloat &least,
                                 const APFloat &most) {
  if (!(least <= most))
    return infer.fail("minVal ", least.convertToFloat(), " is above maxVal ",
                      most.convertToFloat());
  return success();
}

static LogicalResult checkProbability(const Inference &infer,
                                      const APFloat &prob) {
  float value = prob.convertToFloat();
  if (!(value >= 0 && value <= 1))
    return infer.fail("prob is ", value, ", which is no probability");
  return success();
}

#define INFER_RANDOM(Kind, CHECK)                                              \
  INFER(Random##Kind##LikeOp) {                                                \
    Inference infer(context, loc, results);                                    \
    return failed(CHECK) ? failure() : inferLike(infer, op.getInput());        \
  }                                                                            \
  INFER(Random##Kind##StaticOp) {                                              \
    Inference infer(context, loc, results);                                    \
    return failed(CHECK) ? failure()                                           \
                         : inferStatic(infer, op.getOutputShape());            \
  }                                                                            \
  INFER(Random##Kind##DynamicOp) {                                             \
    Inference infer(context, loc, results);                                    \
    return failed(CHECK) ? failure() : inferDynamic(infer, op.getInput());     \
  }
INFER_RANDOM(Normal, success())
INFER_RANDOM(Uniform, checkBounds(infer, op.getMinVal(), op.getMaxVal()))
INFER_RANDOM(Bernoulli, checkProbability(infer, op.getProb()))
#undef INFER_RANDOM

INFER(CategoricalDistributionOp) {
  Inference infer(context, loc, results);
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  if (op.getTemperature().isZero())
    return infer.fail("temperature is 0");
  shape.back() = op.getNumSamples();
  return infer.give(shape);
}

INFER(NonMaximumSuppressionOp) {
  Inference infer(context, loc, results);
  ValueRange inputs = op.getInputs();
  if (inputs.size() < 2 || inputs.size() > 5)
    return infer.fail("takes 2 to 5 inputs, but has ", inputs.size());
  ArrayRef<int64_t> boxes = shapeOf(inputs[0]), scores = shapeOf(inputs[1]);
  if (boxes.size() != 3 || boxes[2] != 4)
    return infer.fail("boxes should have the shape BxNx4, but have ",
                      formatShape(boxes));
  if (scores.size() != 3 || scores.take_front(2) != boxes.take_front(2))
    return infer.fail("scores ", formatShape(scores), " do not fit the boxes ",
                      formatShape(boxes));
  for (Value limit : inputs.drop_front(2))
    if (countElements(shapeOf(limit)) != 1)
      return infer.fail("a limit should be one number, but has the shape ",
                        formatShape(shapeOf(limit)));
  int64_t count = op.getMaxBoxes();
  if (inputs.size() == 5) {
    // There are no more boxes to choose than those that come in.
    auto known = getKnownElements(inputs[4]);
    if (known && !(std::fabs(known->front()) <= float(kMaxElements)))
      return infer.fail("maxBoxes is ", double(known->front()));
    count = known ? std::llround(known->front()) : boxes[1];
  }
  int64_t batch = boxes[0], classes = scores[2];
  return success(succeeded(infer.give({batch, count, 4})) &&
                 succeeded(infer.give({batch, count, classes})) &&
                 succeeded(infer.give({batch, count})) &&
                 succeeded(infer.give({batch})));
}
