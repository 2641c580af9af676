// The ways of a whole model through the passes.
#pragma once

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlc {

struct LoweringOptions : mlir::PassPipelineOptions<LoweringOptions> {
  Option<std::string> precision{
      *this, "precision",
      llvm::cl::desc("how intermediates and weights are stored: f16 or f32"),
      llvm::cl::init("f16")};
  Option<bool> winograd{
      *this, "winograd",
      llvm::cl::desc("let convolutions use Winograd's algorithm"),
      llvm::cl::init(true)};
  Option<bool> floatImages{
      *this, "float-images",
      llvm::cl::desc("leave image outputs as floats, without rounding"),
      llvm::cl::init(false)};
  Option<bool> releaseWeights{
      *this, "release-weights",
      llvm::cl::desc("free the layers' weights as they are converted"),
      llvm::cl::init(false)};
  Option<bool> expandWeights{
      *this, "expand-weights",
      llvm::cl::desc("decode quantised weights now instead of in the kernels"),
      llvm::cl::init(false)};
  Option<std::string> gpuFamily{
      *this, "gpu-family",
      llvm::cl::desc("the least GPU that must run the kernels: any, apple6 to "
                     "apple9"),
      llvm::cl::init("any")};
};

struct ModelOptions : mlir::PassPipelineOptions<ModelOptions> {
  Option<bool> halfWeights{
      *this, "half-weights",
      llvm::cl::desc("store large weights in half precision"),
      llvm::cl::init(false)};
};

/// coreml to coreml: what the file format itself can say
/// (--coreml-optimize).
void buildModelPipeline(mlir::OpPassManager &pm, const ModelOptions &options);

/// nn to nn: everything that does not depend on the hardware
/// (--mlc-optimize).
void buildOptimizePipeline(mlir::OpPassManager &pm);

/// nn to a planned and scheduled program of metal (--mlc-lower-to-metal).
void buildLowerToMetalPipeline(mlir::OpPassManager &pm,
                               const LoweringOptions &options);

/// coreml to the network that is lowered: all passes but those of
/// buildLowerToMetalPipeline.
void buildNetworkPipeline(mlir::OpPassManager &pm,
                          const LoweringOptions &options);

/// coreml to a planned and scheduled program of metal (--mlc-compile).
void buildCompilePipeline(mlir::OpPassManager &pm,
                          const LoweringOptions &options);

void registerPipelines();

} // namespace mlc
