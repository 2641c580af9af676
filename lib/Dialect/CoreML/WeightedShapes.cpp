// Shapes of layers with weights, other than convolution.
#include "Inference.h"

using namespace mlir;
using namespace mlir::coreml;

SmallVector<int64_t> coreml::getBroadcastShape(ArrayRef<int64_t> weights,
                                               int64_t rank) {
  SmallVector<int64_t> shape(rank, 1);
  // [C] is C x 1 x 1; [1] may be read as either.
  if (weights.size() == 1)
    shape[rank - 3] = weights[0];
  else
    llvm::copy(weights, shape.end() - weights.size());
  return shape;
}

/// Checks that `weights` broadcasts over the C, H and W of `input`.
static LogicalResult needBroadcast(const Inference &infer, StringRef name,
                                   ElementsAttr weights, Value input) {
  ArrayRef<int64_t> have = weights.getShapedType().getShape();
  ArrayRef<int64_t> image = shapeOf(input).take_back(3);
  bool fits = have.size() == 1 || have.size() == 3;
  if (fits)
    for (auto [size, from] : llvm::zip(image, getBroadcastShape(have, 3)))
      fits &= from == size || from == 1;
  if (fits)
    return success();
  return infer.fail(
      name, " has the shape ", formatShape(have),
      ", which does not broadcast to C x H x W = ", formatShape(image));
}

LogicalResult InnerProductOp::inferReturnTypes(MLIRContext *context,
                                               std::optional<Location> loc,
                                               Adaptor op,
                                               SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> weights = op.getWeights().getShapedType().getShape();
  if (failed(infer.needRank(op.getInput(), 1)) ||
      failed(infer.needList("weights' shape", weights, 2, 1)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  size_t matrixRank = shape.size() >= 4 ? 3 : 1;
  int64_t inputs = 1;
  for (int64_t size : ArrayRef(shape).take_back(matrixRank))
    inputs *= size;
  if (inputs != weights[1])
    return infer.fail("weights are for ", weights[1],
                      " input channels, but "
                      "the input has ",
                      inputs, " elements");
  if (auto bias = op.getBias())
    if (failed(infer.needShape("bias", *bias, weights[0])))
      return failure();
  std::fill(shape.end() - matrixRank, shape.end(), 1);
  *(shape.end() - matrixRank) = weights[0];
  return infer.give(shape);
}

LogicalResult EmbeddingOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> loc,
                                            Adaptor op,
                                            SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> weights = op.getWeights().getShapedType().getShape();
  if (failed(infer.needRank(op.getInput(), 4)) ||
      failed(infer.needList("weights' shape", weights, 2, 1)))
    return failure();
  SmallVector<int64_t> shape(shapeOf(op.getInput()));
  if (countElements(ArrayRef(shape).take_back(3)) != 1)
    return infer.fail("needs an input with C = H = W = 1, but has ",
                      formatShape(shape));
  if (auto bias = op.getBias())
    if (failed(infer.needShape("bias", *bias, weights[0])))
      return failure();
  shape[shape.size() - 3] = weights[0];
  return infer.give(shape);
}

LogicalResult BatchnormOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> loc,
                                            Adaptor op,
                                            SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(infer.needRank(op.getInput(), 3)))
    return failure();
  ArrayRef<int64_t> shape = shapeOf(op.getInput());
  int64_t channels = channelsOf(shape);
  if (failed(infer.needShape("gamma", op.getGamma(), channels)) ||
      failed(infer.needShape("beta", op.getBeta(), channels)))
    return failure();
  if (op.getComputeMeanVar())
    return infer.give(shape);
  if (op.getInstanceNormalization())
    return infer.fail("instanceNormalization needs computeMeanVar");
  if (!op.getMean() || !op.getVariance())
    return infer.fail("lacks mean or variance");
  if (failed(infer.needShape("mean", *op.getMean(), channels)) ||
      failed(infer.needShape("variance", *op.getVariance(), channels)))
    return failure();
  return infer.give(shape);
}

LogicalResult ScaleOp::inferReturnTypes(MLIRContext *context,
                                        std::optional<Location> loc, Adaptor op,
                                        SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(infer.needRank(op.getInput(), 3)) ||
      failed(needBroadcast(infer, "scale", op.getScale(), op.getInput())))
    return failure();
  if (auto bias = op.getBias())
    if (failed(needBroadcast(infer, "bias", *bias, op.getInput())))
      return failure();
  return infer.give(shapeOf(op.getInput()));
}

LogicalResult BiasOp::inferReturnTypes(MLIRContext *context,
                                       std::optional<Location> loc, Adaptor op,
                                       SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(infer.needRank(op.getInput(), 3)) ||
      failed(needBroadcast(infer, "bias", op.getBias(), op.getInput())))
    return failure();
  return infer.give(shapeOf(op.getInput()));
}

LogicalResult LoadConstantOp::inferReturnTypes(MLIRContext *context,
                                               std::optional<Location> loc,
                                               Adaptor op,
                                               SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  ArrayRef<int64_t> data = op.getData().getShapedType().getShape();
  if (failed(infer.needList("data's shape", data, 3, 1)))
    return failure();
  return infer.give({1, 1, data[0], data[1], data[2]});
}

/// Checks that the channels of an image are those of its color space.
static LogicalResult needImage(const Inference &infer, Value image,
                               ColorSpace colorSpace) {
  if (failed(infer.needRank(image, 3)))
    return failure();
  bool isColor = colorSpace == ColorSpace::RGB || colorSpace == ColorSpace::BGR;
  int64_t channels = channelsOf(shapeOf(image));
  if (channels == (isColor ? 3 : 1))
    return success();
  return infer.fail("an image of color space ", stringifyColorSpace(colorSpace),
                    " cannot have ", channels, " channels");
}

LogicalResult ScalerOp::inferReturnTypes(MLIRContext *context,
                                         std::optional<Location> loc,
                                         Adaptor op,
                                         SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(needImage(infer, op.getInput(), op.getColorSpace())))
    return failure();
  return infer.give(shapeOf(op.getInput()));
}

float coreml::getChannelBias(ScalerOp op, unsigned channel) {
  float red = op.getRedBias().convertToFloat();
  float green = op.getGreenBias().convertToFloat();
  float blue = op.getBlueBias().convertToFloat();
  switch (op.getColorSpace()) {
  case ColorSpace::RGB:
    return channel == 0 ? red : channel == 1 ? green : blue;
  case ColorSpace::BGR:
    return channel == 0 ? blue : channel == 1 ? green : red;
  case ColorSpace::GRAYSCALE:
  case ColorSpace::GRAYSCALE_FLOAT16:
    return op.getGrayBias().convertToFloat();
  }
  llvm_unreachable("all color spaces are above");
}

LogicalResult MeanImageOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> loc,
                                            Adaptor op,
                                            SmallVectorImpl<Type> &results) {
  Inference infer(context, loc, results);
  if (failed(needImage(infer, op.getInput(), op.getColorSpace())) ||
      failed(infer.needShape("meanImage", op.getMeanImage(),
                             shapeOf(op.getInput()).take_back(3))))
    return failure();
  return infer.give(shapeOf(op.getInput()));
}
