// Layers of specification 4 and later, on values of any rank. Nearly all say
// everything by fields that are attributes of the same name.

#include "LayerFields.h"
#include "LayerImporter.h"
#include <google/protobuf/descriptor.h>
#include <google/protobuf/reflection.h>

using namespace mlir;
using namespace mlc;
using Layer = spec::NeuralNetworkLayer;

/// For layers whose fields are their attributes.
static LogicalResult importFields(LayerImporter &importer, const Layer &layer) {
  const google::protobuf::Reflection &get = *layer.GetReflection();
  const auto *oneof = layer.GetDescriptor()->FindOneofByName("layer");
  return importer.setFields(
      get.GetMessage(layer, get.GetOneofFieldDescriptor(layer, oneof)));
}

static LogicalResult importLoadConstantND(LayerImporter &importer,
                                          const Layer &layer) {
  const spec::LoadConstantNDLayerParams &params = layer.loadconstantnd();
  FailureOr<SmallVector<int64_t>> shape =
      getShape(importer, "shape", params.shape());
  if (failed(shape))
    return failure();
  if (shape->empty())
    return importer.emitError() << "shape is empty";
  return importer.setWeights("data", params.data(), *shape);
}

static LogicalResult importLayerNormalization(LayerImporter &importer,
                                              const Layer &layer) {
  const spec::LayerNormalizationLayerParams &params =
      layer.layernormalization();
  if (failed(importer.setFields(params)))
    return failure();
  SmallVector<int64_t> shape(params.normalizedshape().begin(),
                             params.normalizedshape().end());
  if (shape.empty())
    return importer.emitError() << "normalizedShape is empty";
  return success(
      succeeded(importer.setWeights("gamma", params.gamma(), shape)) &&
      succeeded(importer.setWeights("beta", params.beta(), shape)));
}

/// Two sizes of a matrix that the file states.
static LogicalResult checkMatrix(LayerImporter &importer, StringRef first,
                                 uint64_t rows, StringRef second,
                                 uint64_t columns) {
  return success(succeeded(importer.checkSizes(first, rows)) &&
                 succeeded(importer.checkSizes(second, columns)));
}

static LogicalResult importBatchedMatMul(LayerImporter &importer,
                                         const Layer &layer) {
  const spec::BatchedMatMulLayerParams &params = layer.batchedmatmul();
  if (failed(importer.setFields(params)))
    return failure();
  if (importer.getInputs().size() != 1)
    return success();
  uint64_t rows = params.weightmatrixfirstdimension(),
           columns = params.weightmatrixseconddimension();
  if (failed(checkMatrix(importer, "weightMatrixFirstDimension", rows,
                         "weightMatrixSecondDimension", columns)))
    return failure();
  auto inputs = static_cast<int64_t>(rows),
       outputs = static_cast<int64_t>(columns);
  if (failed(
          importer.setWeights("weights", params.weights(), {outputs, inputs})))
    return failure();
  return params.hasbias()
             ? importer.setWeights("bias", params.bias(), {outputs})
             : success();
}

static LogicalResult importEmbeddingND(LayerImporter &importer,
                                       const Layer &layer) {
  const spec::EmbeddingNDLayerParams &params = layer.embeddingnd();
  uint64_t rows = params.vocabsize(), length = params.embeddingsize();
  if (failed(checkMatrix(importer, "vocabSize", rows, "embeddingSize", length)))
    return failure();
  auto size = static_cast<int64_t>(length), count = static_cast<int64_t>(rows);
  if (failed(importer.setWeights("weights", params.weights(), {size, count})))
    return failure();
  return params.hasbias() ? importer.setWeights("bias", params.bias(), {size})
                          : success();
}

ArrayRef<LayerEntry> mlc::getArrayElementwiseLayers() {
  static const LayerEntry entries[] = {
      {Layer::kCeil, "ceil", 1, 1, 1, 1, importFields},
      {Layer::kFloor, "floor", 1, 1, 1, 1, importFields},
      {Layer::kSign, "sign", 1, 1, 1, 1, importFields},
      {Layer::kRound, "round", 1, 1, 1, 1, importFields},
      {Layer::kExp2, "exp2", 1, 1, 1, 1, importFields},
      {Layer::kSin, "sin", 1, 1, 1, 1, importFields},
      {Layer::kCos, "cos", 1, 1, 1, 1, importFields},
      {Layer::kTan, "tan", 1, 1, 1, 1, importFields},
      {Layer::kAsin, "asin", 1, 1, 1, 1, importFields},
      {Layer::kAcos, "acos", 1, 1, 1, 1, importFields},
      {Layer::kAtan, "atan", 1, 1, 1, 1, importFields},
      {Layer::kSinh, "sinh", 1, 1, 1, 1, importFields},
      {Layer::kCosh, "cosh", 1, 1, 1, 1, importFields},
      {Layer::kTanh, "tanh", 1, 1, 1, 1, importFields},
      {Layer::kAsinh, "asinh", 1, 1, 1, 1, importFields},
      {Layer::kAcosh, "acosh", 1, 1, 1, 1, importFields},
      {Layer::kAtanh, "atanh", 1, 1, 1, 1, importFields},
      {Layer::kErf, "erf", 1, 1, 1, 1, importFields},
      {Layer::kGelu, "gelu", 1, 1, 1, 1, importFields},
      {Layer::kClip, "clip", 1, 1, 1, 1, importFields},
      {Layer::kClampedReLU, "clamped_relu", 1, 1, 1, 1, importFields},
      {Layer::kLogicalNot, "logical_not", 1, 1, 1, 1, importFields},
      {Layer::kLogicalOr, "logical_or", 2, 2, 1, 1, importFields},
      {Layer::kLogicalXor, "logical_xor", 2, 2, 1, 1, importFields},
      {Layer::kLogicalAnd, "logical_and", 2, 2, 1, 1, importFields},
      {Layer::kEqual, "equal", 1, 2, 1, 1, importFields},
      {Layer::kNotEqual, "not_equal", 1, 2, 1, 1, importFields},
      {Layer::kLessThan, "less_than", 1, 2, 1, 1, importFields},
      {Layer::kLessEqual, "less_equal", 1, 2, 1, 1, importFields},
      {Layer::kGreaterThan, "greater_than", 1, 2, 1, 1, importFields},
      {Layer::kGreaterEqual, "greater_equal", 1, 2, 1, 1, importFields},
      {Layer::kAddBroadcastable, "add_broadcastable", 2, 2, 1, 1, importFields},
      {Layer::kSubtractBroadcastable, "subtract_broadcastable", 2, 2, 1, 1,
       importFields},
      {Layer::kMultiplyBroadcastable, "multiply_broadcastable", 2, 2, 1, 1,
       importFields},
      {Layer::kDivideBroadcastable, "divide_broadcastable", 2, 2, 1, 1,
       importFields},
      {Layer::kFloorDivBroadcastable, "floor_div_broadcastable", 2, 2, 1, 1,
       importFields},
      {Layer::kModBroadcastable, "mod_broadcastable", 2, 2, 1, 1, importFields},
      {Layer::kPowBroadcastable, "pow_broadcastable", 2, 2, 1, 1, importFields},
      {Layer::kMinBroadcastable, "min_broadcastable", 2, 2, 1, 1, importFields},
      {Layer::kMaxBroadcastable, "max_broadcastable", 2, 2, 1, 1, importFields},
      {Layer::kWhereBroadcastable, "where_broadcastable", 3, 3, 1, 1,
       importFields},
  };
  return entries;
}

ArrayRef<LayerEntry> mlc::getArrayShapeLayers() {
  static const LayerEntry entries[] = {
      {Layer::kTranspose, "transpose", 1, 1, 1, 1, importFields},
      {Layer::kReshapeStatic, "reshape_static", 1, 1, 1, 1, importFields},
      {Layer::kReshapeLike, "reshape_like", 2, 2, 1, 1, importFields},
      {Layer::kReshapeDynamic, "reshape_dynamic", 2, 2, 1, 1, importFields},
      {Layer::kRankPreservingReshape, "rank_preserving_reshape", 1, 1, 1, 1,
       importFields},
      {Layer::kExpandDims, "expand_dims", 1, 1, 1, 1, importFields},
      {Layer::kSqueeze, "squeeze", 1, 1, 1, 1, importFields},
      {Layer::kFlattenTo2D, "flatten_to_2d", 1, 1, 1, 1, importFields},
      {Layer::kConcatND, "concat_nd", 2, kAny, 1, 1, importFields},
      {Layer::kSplitND, "split_nd", 1, 1, 1, kAny, importFields},
      {Layer::kStack, "stack", 1, kAny, 1, 1, importFields},
      {Layer::kTile, "tile", 1, 2, 1, 1, importFields},
      {Layer::kSliceStatic, "slice_static", 1, 1, 1, 1, importFields},
      {Layer::kSliceDynamic, "slice_dynamic", 2, 7, 1, 1, importFields},
      {Layer::kSliceBySize, "slice_by_size", 2, 2, 1, 1, importFields},
      {Layer::kReverse, "reverse", 1, 1, 1, 1, importFields},
      {Layer::kReverseSeq, "reverse_seq", 2, 2, 1, 1, importFields},
      {Layer::kSlidingWindows, "sliding_windows", 1, 1, 1, 1, importFields},
      {Layer::kConstantPad, "constant_pad", 1, 2, 1, 1, importFields},
      {Layer::kLoadConstantND, "load_constant_nd", 0, 0, 1, 1,
       importLoadConstantND},
      {Layer::kFillStatic, "fill_static", 0, 0, 1, 1, importFields},
      {Layer::kFillLike, "fill_like", 1, 1, 1, 1, importFields},
      {Layer::kFillDynamic, "fill_dynamic", 1, 1, 1, 1, importFields},
      {Layer::kBroadcastToStatic, "broadcast_to_static", 1, 1, 1, 1,
       importFields},
      {Layer::kBroadcastToLike, "broadcast_to_like", 2, 2, 1, 1, importFields},
      {Layer::kBroadcastToDynamic, "broadcast_to_dynamic", 2, 2, 1, 1,
       importFields},
      {Layer::kGetShape, "get_shape", 1, 1, 1, 1, importFields},
      {Layer::kWhereNonZero, "where_non_zero", 1, 1, 1, 1, importFields},
      {Layer::kRangeStatic, "range_static", 0, 0, 1, 1, importFields},
      {Layer::kRangeDynamic, "range_dynamic", 1, 3, 1, 1, importFields},
      {Layer::kLowerTriangular, "lower_triangular", 1, 1, 1, 1, importFields},
      {Layer::kUpperTriangular, "upper_triangular", 1, 1, 1, 1, importFields},
      {Layer::kMatrixBandPart, "matrix_band_part", 1, 1, 1, 1, importFields},
  };
  return entries;
}

ArrayRef<LayerEntry> mlc::getArrayReductionLayers() {
  static const LayerEntry entries[] = {
      {Layer::kReduceL1, "reduce_l1", 1, 1, 1, 1, importFields},
      {Layer::kReduceL2, "reduce_l2", 1, 1, 1, 1, importFields},
      {Layer::kReduceMax, "reduce_max", 1, 1, 1, 1, importFields},
      {Layer::kReduceMin, "reduce_min", 1, 1, 1, 1, importFields},
      {Layer::kReduceSum, "reduce_sum", 1, 1, 1, 1, importFields},
      {Layer::kReduceProd, "reduce_prod", 1, 1, 1, 1, importFields},
      {Layer::kReduceMean, "reduce_mean", 1, 1, 1, 1, importFields},
      {Layer::kReduceLogSum, "reduce_log_sum", 1, 1, 1, 1, importFields},
      {Layer::kReduceSumSquare, "reduce_sum_square", 1, 1, 1, 1, importFields},
      {Layer::kReduceLogSumExp, "reduce_log_sum_exp", 1, 1, 1, 1, importFields},
      {Layer::kArgMax, "arg_max", 1, 1, 1, 1, importFields},
      {Layer::kArgMin, "arg_min", 1, 1, 1, 1, importFields},
      {Layer::kTopK, "top_k", 1, 2, 2, 2, importFields},
      {Layer::kArgSort, "arg_sort", 1, 1, 1, 1, importFields},
      {Layer::kCumSum, "cum_sum", 1, 2, 1, 1, importFields},
      {Layer::kOneHot, "one_hot", 1, 2, 1, 1, importFields},
      {Layer::kSoftmaxND, "softmax_nd", 1, 1, 1, 1, importFields},
      {Layer::kLayerNormalization, "layer_normalization", 1, 1, 1, 1,
       importLayerNormalization},
      {Layer::kBatchedMatmul, "batched_matmul", 1, 2, 1, 1,
       importBatchedMatMul},
      {Layer::kEmbeddingND, "embedding_nd", 1, 1, 1, 1, importEmbeddingND},
      {Layer::kGather, "gather", 2, 2, 1, 1, importFields},
      {Layer::kGatherND, "gather_nd", 2, 2, 1, 1, importFields},
      {Layer::kGatherAlongAxis, "gather_along_axis", 2, 2, 1, 1, importFields},
      {Layer::kScatter, "scatter", 3, 3, 1, 1, importFields},
      {Layer::kScatterND, "scatter_nd", 3, 3, 1, 1, importFields},
      {Layer::kScatterAlongAxis, "scatter_along_axis", 3, 3, 1, 1,
       importFields},
  };
  return entries;
}
