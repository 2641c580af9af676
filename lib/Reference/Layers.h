// One function for each layer type. Each gets the layer and the values of its
// operands and returns the value of its (first) result.
#pragma once

#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/Reference/Evaluator.h"

namespace mlc {

using Operands = llvm::ArrayRef<const Tensor *>;

/// A tensor as images: everything in front of C, H and W is one dimension.
struct ImageShape {
  int64_t n = 1, c = 1, h = 1, w = 1;
  explicit ImageShape(llvm::ArrayRef<int64_t> shape);
  int64_t at(int64_t in, int64_t ic, int64_t iy, int64_t ix) const {
    return ((in * c + ic) * h + iy) * w + ix;
  }
  int64_t pixels() const { return h * w; }
};

/// An empty tensor of the type of result `index`.
Tensor resultTensor(mlir::Operation *op, unsigned index = 0);
/// The elements of a weight attribute, which importing has checked.
std::vector<float> weightsOf(mlir::Attribute attr);

/// What an activation of `kind` makes of x.
double activate(mlir::coreml::ActivationKind kind, double x, double alpha,
                double beta);

// Layers with weights.
Tensor evaluateConvolution(mlir::coreml::ConvolutionOp, Operands);
Tensor evaluateInnerProduct(mlir::coreml::InnerProductOp, Operands);
Tensor evaluateEmbedding(mlir::coreml::EmbeddingOp, Operands);
Tensor evaluateBatchnorm(mlir::coreml::BatchnormOp, Operands);
Tensor evaluateScale(mlir::coreml::ScaleOp, Operands);
Tensor evaluateBias(mlir::coreml::BiasOp, Operands);
Tensor evaluateLoadConstant(mlir::coreml::LoadConstantOp, Operands);
Tensor evaluateScaler(mlir::coreml::ScalerOp, Operands);
Tensor evaluateMeanImage(mlir::coreml::MeanImageOp, Operands);

// Elementwise layers and reductions.
Tensor evaluateActivation(mlir::coreml::ActivationOp, Operands);
Tensor evaluateUnary(mlir::coreml::UnaryFunctionOp, Operands);
Tensor evaluateJoin(mlir::Operation *, Operands);
Tensor evaluateDot(mlir::coreml::DotOp, Operands);
Tensor evaluateSoftmax(mlir::coreml::SoftmaxOp, Operands);
Tensor evaluateLRN(mlir::coreml::LRNOp, Operands);
Tensor evaluateL2Normalize(mlir::coreml::L2NormalizeOp, Operands);
Tensor evaluateMVN(mlir::coreml::MVNOp, Operands);
Tensor evaluateReduce(mlir::coreml::ReduceOp, Operands);

// Windows and layers that move elements.
Tensor evaluatePooling(mlir::coreml::PoolingOp, Operands);
Tensor evaluatePadding(mlir::coreml::PaddingOp, Operands);
Tensor evaluateUpsample(mlir::coreml::UpsampleOp, Operands);
Tensor evaluateConcat(mlir::coreml::ConcatOp, Operands);
std::vector<Tensor> evaluateSplit(mlir::coreml::SplitOp, Operands);
Tensor evaluateSlice(mlir::coreml::SliceOp, Operands);
Tensor evaluateCrop(mlir::coreml::CropOp, Operands);
Tensor evaluateReorganizeData(mlir::coreml::ReorganizeDataOp, Operands);
Tensor evaluatePermute(mlir::coreml::PermuteOp, Operands);
Tensor evaluateReshape(mlir::coreml::ReshapeOp, Operands);
Tensor evaluateFlatten(mlir::coreml::FlattenOp, Operands);

// Resampling to a given size.
Tensor evaluateResizeBilinear(mlir::coreml::ResizeBilinearOp, Operands);
Tensor evaluateCropResize(mlir::coreml::CropResizeOp, Operands);

// Sequences. The recurrent ones return all their results.
std::vector<Tensor> evaluateSimpleRecurrent(mlir::coreml::SimpleRecurrentOp,
                                            Operands);
std::vector<Tensor> evaluateGRU(mlir::coreml::GRUOp, Operands);
std::vector<Tensor>
    evaluateUniDirectionalLSTM(mlir::coreml::UniDirectionalLSTMOp, Operands);
std::vector<Tensor> evaluateBiDirectionalLSTM(mlir::coreml::BiDirectionalLSTMOp,
                                              Operands);
Tensor evaluateSequenceRepeat(mlir::coreml::SequenceRepeatOp, Operands);

// Layers that a developer supplies; their code may not compile.
llvm::Expected<std::vector<Tensor>> evaluateCustom(mlir::coreml::CustomOp,
                                                   Operands);

} // namespace mlc
