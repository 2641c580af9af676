// The geometry of windows: convolution, deconvolution and pooling.
//
// One place computes it, for the shape inference, the evaluator and the
// lowering must agree to the last pixel.

#include "Inference.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::coreml;
using llvm::divideCeil;

/// Divides the odd element of a total: the smaller half comes first, unless the
/// top and left take more.
static void divide(int64_t total, SamePaddingMode mode, Window &window) {
  window.before = mode == SamePaddingMode::BOTTOM_RIGHT_HEAVY
                      ? total / 2
                      : total - total / 2;
  window.after = total - window.before;
}

/// SAME: as many outputs as strides begin in the input.
static void setSame(Window &window, SamePaddingMode mode) {
  int64_t extent = (window.kernel - 1) * window.dilation + 1;
  window.output = divideCeil(window.input, window.stride);
  int64_t reached = (window.output - 1) * window.stride + extent;
  divide(std::max<int64_t>(reached - window.input, 0), mode, window);
}

/// VALID: windows that lie within input and padding. The output is 0 where
/// there is none.
static void setValid(Window &window, int64_t before, int64_t after) {
  int64_t extent = (window.kernel - 1) * window.dilation + 1;
  int64_t room = window.input + before + after - extent;
  window.before = before;
  window.after = after;
  window.output = room < 0 ? 0 : room / window.stride + 1;
}

/// A deconvolution to a given size, or to that of SAME: crops what is too much,
/// and extends at the end what is too little.
static void setTransposed(Window &window, int64_t output,
                          SamePaddingMode mode) {
  int64_t extent = (window.kernel - 1) * window.dilation + 1;
  int64_t full = (window.input - 1) * window.stride + extent;
  window.output = output;
  divide(std::max<int64_t>(full - output, 0), mode, window);
  if (full < output)
    window.after = full - output;
}

template <typename Op>
static Window getConvolutionWindow(Op op, int64_t input, int64_t kernel,
                                   unsigned d) {
  Window window = {
      input, 0, kernel, op.getStride()[d], op.getDilationFactor()[d], 0, 0};
  int64_t before = op.getPaddingAmounts()[2 * d];
  int64_t after = op.getPaddingAmounts()[2 * d + 1];
  bool isSame = op.getPaddingType() == PaddingType::same;
  if (!op.getIsDeconvolution()) {
    if (isSame)
      setSame(window, op.getAsymmetryMode());
    else
      setValid(window, before, after);
    return window;
  }
  if (auto outputShape = op.getOutputShape()) {
    setTransposed(window, (*outputShape)[d], op.getAsymmetryMode());
  } else if (isSame) {
    setTransposed(window, input * window.stride, op.getAsymmetryMode());
  } else {
    window.before = before;
    window.after = after;
    window.output = (input - 1) * window.stride +
                    (kernel - 1) * window.dilation + 1 - before - after;
  }
  return window;
}

template <typename Op>
static Window getPoolingWindow(Op op, int64_t input, unsigned d) {
  if (op.getGlobalPooling())
    return {input, 1, input, 1, 1, 0, 0};
  Window window = {input, 0, op.getKernelSize()[d], op.getStride()[d], 1, 0, 0};
  int64_t before = op.getPaddingAmounts()[2 * d];
  int64_t after = op.getPaddingAmounts()[2 * d + 1];
  switch (op.getPaddingType()) {
  case PaddingType::same:
    setSame(window, op.getAsymmetryMode());
    break;
  case PaddingType::valid:
    setValid(window, before, after);
    break;
  case PaddingType::includeLastPixel: {
    setValid(window, before, after);
    int64_t room = input + before + after - window.kernel;
    if (room < 0) {
      // A window larger than its input still covers it once.
      window.output = 1;
      break;
    }
    window.output = divideCeil(room, window.stride) + 1;
    // With padding, a last window that would begin beyond the input is left
    // out. (Either dimension's padding counts for both.)
    bool isPadded = llvm::any_of(op.getPaddingAmounts(),
                                 [](int64_t amount) { return amount > 0; });
    if (isPadded && (window.output - 1) * window.stride >= input + before)
      --window.output;
    break;
  }
  }
  return window;
}

static int64_t spatial(Value value, unsigned d) {
  return shapeOf(value).take_back(2)[d];
}

template <typename Op> static ArrayRef<int64_t> weightShape(Op op) {
  if (Value filter = op.getFilter())
    return shapeOf(filter);
  ElementsAttr weights = op.getWeightsAttr();
  return weights ? weights.getShapedType().getShape() : ArrayRef<int64_t>();
}

ArrayRef<int64_t> ConvolutionOp::getWeightShape() { return weightShape(*this); }

Window coreml::getWindow(ConvolutionOp op, unsigned d) {
  return getConvolutionWindow(op, spatial(op.getInput(), d),
                              op.getWeightShape()[2 + d], d);
}

Window coreml::getWindow(PoolingOp op, unsigned d) {
  return getPoolingWindow(op, spatial(op.getInput(), d), d);
}

LogicalResult ConvolutionOp::inferReturnTypes(MLIRContext *context,
                                              std::optional<Location> loc,
                                              Adaptor op,
                                              SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> weights = weightShape(op);
  int64_t groups = op.getNGroups();
  if (bool(op.getFilter()) == bool(op.getWeightsAttr()))
    return infer.fail(op.getFilter() ? "has weights beside those of its input"
                                     : "has no weights");
  if (op.getFilter() && op.getIsDeconvolution())
    return infer.fail("a deconvolution cannot read its weights from an input");
  if (failed(infer.needRank(op.getInput(), 4)) ||
      failed(infer.needList("stride", op.getStride(), 2, 1)) ||
      failed(infer.needList("dilationFactor", op.getDilationFactor(), 2, 1)) ||
      failed(infer.needList("paddingAmounts", op.getPaddingAmounts(), 4, 0)) ||
      failed(infer.needList("weights' shape", weights, 4, 1)) ||
      failed(infer.needList("nGroups", groups, 1, 1)))
    return failure();
  if (op.getPaddingType() == PaddingType::includeLastPixel)
    return infer.fail("includeLastPixel is a padding of poolings only");
  auto outputShape = op.getOutputShape();
  if (outputShape && !op.getIsDeconvolution())
    return infer.fail("has an outputShape, but is no deconvolution");
  if (outputShape && failed(infer.needList("outputShape", *outputShape, 2, 1)))
    return failure();

  ArrayRef<int64_t> input = shapeOf(op.getInput());
  bool isDeconvolution = op.getIsDeconvolution();
  int64_t inputs = isDeconvolution ? weights[0] : weights[1] * groups;
  int64_t outputs = isDeconvolution ? weights[1] * groups : weights[0];
  if (channelsOf(input) != inputs)
    return infer.fail("weights are for ", inputs,
                      " input channels, but the "
                      "input has ",
                      channelsOf(input));
  if ((isDeconvolution ? inputs : outputs) % groups)
    return infer.fail("channels are no multiple of nGroups, ", groups);
  if (auto bias = op.getBias())
    if (failed(infer.needShape("bias", *bias, outputs)))
      return failure();

  SmallVector<int64_t> shape(input);
  shape[shape.size() - 3] = outputs;
  for (unsigned d : {0, 1}) {
    Window window =
        getConvolutionWindow(op, spatial(op.getInput(), d), weights[2 + d], d);
    if (window.output <= 0)
      return infer.fail("kernel and padding leave nothing of ",
                        d ? "width " : "height ", window.input);
    shape[shape.size() - 2 + d] = window.output;
  }
  return infer.give(shape);
}

LogicalResult PoolingOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          Adaptor op,
                                          SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(infer.needRank(op.getInput(), 4)) ||
      failed(infer.needList("kernelSize", op.getKernelSize(), 2, 1)) ||
      failed(infer.needList("stride", op.getStride(), 2, 1)) ||
      failed(infer.needList("paddingAmounts", op.getPaddingAmounts(), 4, 0)))
    return failure();
  ArrayRef<int64_t> amounts = op.getPaddingAmounts();
  if (op.getPaddingType() == PaddingType::includeLastPixel &&
      (amounts[0] != amounts[1] || amounts[2] != amounts[3]))
    return infer.fail("includeLastPixel needs symmetric paddingAmounts");
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  for (unsigned d : {0, 1}) {
    Window window = getPoolingWindow(op, spatial(op.getInput(), d), d);
    if (window.output <= 0)
      return infer.fail("kernel and padding leave nothing of ",
                        d ? "width " : "height ", window.input);
    shape[shape.size() - 2 + d] = window.output;
  }
  return infer.give(shape);
}

LogicalResult PaddingOp::inferReturnTypes(MLIRContext *context,
                                          std::optional<Location> loc,
                                          Adaptor op,
                                          SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> amounts = op.getPaddingAmounts();
  if (failed(infer.needRank(op.getInput(), 2)) ||
      failed(infer.needList("paddingAmounts", amounts, 4, 0)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  for (unsigned d : {0, 1}) {
    int64_t &size = shape[shape.size() - 2 + d];
    int64_t before = amounts[2 * d], after = amounts[2 * d + 1];
    if (op.getMode() == PaddingMode::reflection &&
        std::max(before, after) >= size)
      return infer.fail("reflection cannot add ", std::max(before, after),
                        " elements to ", d ? "width " : "height ", size);
    size += before + after;
  }
  return infer.give(shape);
}

std::pair<int64_t, int64_t> coreml::getCropOffset(CropOp op) {
  if (op.getInputs().size() == 2)
    return {op.getOffset()[0], op.getOffset()[1]};
  return {op.getCropAmounts()[0], op.getCropAmounts()[2]};
}

LogicalResult CropOp::inferReturnTypes(MLIRContext *context,
                                       std::optional<Location> loc, Adaptor op,
                                       SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ValueRange inputs = op.getInputs();
  if (inputs.empty() || inputs.size() > 2)
    return infer.fail("takes 1 or 2 inputs, but has ", inputs.size());
  ArrayRef<int64_t> amounts = op.getCropAmounts(), offset = op.getOffset();
  if (failed(infer.needRank(inputs[0], 3)) ||
      failed(infer.needList("cropAmounts", amounts, 4, 0)) ||
      failed(infer.needList("offset", offset, 2, 0)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(inputs[0]));
  if (inputs.size() == 2 && failed(infer.needRank(inputs[1], 3)))
    return failure();
  for (unsigned d : {0, 1}) {
    int64_t &size = shape[shape.size() - 2 + d];
    int64_t input = size;
    if (inputs.size() == 1) {
      size -= amounts[2 * d] + amounts[2 * d + 1];
    } else {
      size = spatial(inputs[1], d);
      if (offset[d] + size > input)
        size = 0;
    }
    if (size <= 0)
      return infer.fail("cannot cut so much off ", d ? "width " : "height ",
                        input);
  }
  return infer.give(shape);
}

LogicalResult UpsampleOp::inferReturnTypes(MLIRContext *context,
                                           std::optional<Location> loc,
                                           Adaptor op,
                                           SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(infer.needRank(op.getInput(), 3)) ||
      failed(infer.needList("scalingFactor", op.getScalingFactor(), 2, 1)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  for (unsigned d : {0, 1}) {
    int64_t &size = shape[shape.size() - 2 + d];
    auto fractional = op.getFractionalScalingFactor();
    if (!fractional) {
      size *= op.getScalingFactor()[d];
      continue;
    }
    if (fractional->size() != 2)
      return infer.fail("fractionalScalingFactor has ", fractional->size(),
                        " elements instead of 2");
    double scaled = static_cast<double>(size) * (*fractional)[d];
    if (!(scaled >= 1 && scaled <= static_cast<double>(kMaxElements)))
      return infer.fail("fractionalScalingFactor makes ",
                        d ? "width " : "height ", size,
                        " empty or larger than 2^31");
    size = static_cast<int64_t>(scaled);
  }
  return infer.give(shape);
}

LogicalResult
ResizeBilinearOp::inferReturnTypes(MLIRContext *context,
                                   std::optional<Location> loc, Adaptor op,
                                   SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(infer.needRank(op.getInput(), 3)) ||
      failed(infer.needList("targetSize", op.getTargetSize(), 2, 1)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  llvm::copy(op.getTargetSize(), shape.end() - 2);
  return infer.give(shape);
}

LogicalResult CropResizeOp::inferReturnTypes(MLIRContext *context,
                                             std::optional<Location> loc,
                                             Adaptor op,
                                             SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> in = shapeOf(op.getInput()), boxes = shapeOf(op.getBoxes());
  if (failed(infer.needList("targetSize", op.getTargetSize(), 2, 1)))
    return failure();
  if (in.size() != 5 || in[0] != 1)
    return infer.fail("needs an image of the shape 1 x Batch x C x H x W, but "
                      "has ",
                      formatShape(in));
  if (boxes.size() != 5 || boxes[1] != 1 || (boxes[2] != 4 && boxes[2] != 5) ||
      boxes[3] != 1 || boxes[4] != 1)
    return infer.fail("needs boxes of the shape N x 1 x 4 x 1 x 1 or N x 1 x 5 "
                      "x 1 x 1, but has ",
                      formatShape(boxes));
  return infer.give({boxes[0], boxes[2] == 4 ? in[1] : 1, in[2],
                     op.getTargetSize()[0], op.getTargetSize()[1]});
}
