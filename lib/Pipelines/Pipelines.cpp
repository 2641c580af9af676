// The ways of a whole model through the passes, and why in this order.
#include "mlc/Pipelines.h"

#include "mlc/Conversion/Passes.h"
#include "mlc/Dialect/CoreML/Passes.h"
#include "mlc/Dialect/Metal/Passes.h"
#include "mlc/Transforms/Passes.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void mlc::buildModelPipeline(OpPassManager &pm, const ModelOptions &options) {
  OpPassManager &func = pm.nest<func::FuncOp>();
  // A layer that does nothing hides a convolution from its batch norm.
  func.addPass(createCoreMLDropIdentities());
  func.addPass(createCoreMLFoldConstants());
  func.addPass(createCoreMLFoldAffine());
  func.addPass(createCoreMLDropIdentities());
  // Removes layers that nothing reads.
  func.addPass(createCanonicalizerPass());
  pm.addPass(createSymbolDCEPass());
  if (options.halfWeights)
    pm.addPass(createCoreMLHalveWeights());
}

void mlc::buildOptimizePipeline(OpPassManager &pm) {
  OpPassManager &func = pm.nest<func::FuncOp>();
  // Views that compose or do nothing would hide a producer from fusion.
  func.addPass(createCanonicalizerPass());
  func.addPass(createCSEPass());
  func.addPass(createFoldConstants());
  // A flatten in front of an inner product must go before its epilogue
  // matters to anybody.
  func.addPass(createFoldLayout());
  func.addPass(createFuseElementwise());
  // Splitting maps by branch slices their constants.
  func.addPass(createFoldConstants());
  // Affine work is recognised inside the fused regions, whatever layers it
  // came from.
  func.addPass(createFoldAffine());
  func.addPass(createMoveAveragePool());
  func.addPass(createFoldPooling());
  func.addPass(createCanonicalizerPass());
  func.addPass(createCSEPass());
  func.addPass(createShareKernels());
  // Where values live is decided last: nothing may create views after it.
  func.addPass(createEliminateConcat());
  func.addPass(createEliminateViews());
}

void mlc::buildLowerToMetalPipeline(OpPassManager &pm,
                                    const LoweringOptions &options) {
  ConvertNNToMetalOptions conversion;
  conversion.precision = options.precision;
  conversion.winograd = options.winograd;
  conversion.expandWeights = options.expandWeights;
  conversion.gpuFamily = options.gpuFamily;
  pm.addPass(createConvertNNToMetal(conversion));
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  OpPassManager &func = pm.nest<func::FuncOp>();
  func.addPass(createOrderDispatches());
  func.addPass(createPlanMemory());
  func.addPass(createScheduleDispatches());
}

void mlc::buildNetworkPipeline(OpPassManager &pm,
                               const LoweringOptions &options) {
  ConvertCoreMLToNNOptions conversion;
  conversion.releaseWeights = options.releaseWeights;
  conversion.floatImages = options.floatImages;
  // Layers are gone afterwards.
  pm.nest<func::FuncOp>().addPass(createCoreMLPairStates());
  pm.addPass(createConvertCoreMLToNN(conversion));
  buildOptimizePipeline(pm);
  pm.addPass(createAssignPrecision());
}

void mlc::buildCompilePipeline(OpPassManager &pm,
                               const LoweringOptions &options) {
  buildNetworkPipeline(pm, options);
  buildLowerToMetalPipeline(pm, options);
}

void mlc::registerPipelines() {
  PassPipelineRegistration<ModelOptions>(
      "coreml-optimize", "optimise what the file format can say",
      buildModelPipeline);
  PassPipelineRegistration<>("mlc-optimize",
                             "optimise a network of the nn dialect",
                             buildOptimizePipeline);
  PassPipelineRegistration<LoweringOptions>(
      "mlc-lower-to-metal", "nn to a planned program of the metal dialect",
      buildLowerToMetalPipeline);
  PassPipelineRegistration<LoweringOptions>(
      "mlc-compile", "coreml to a planned program of the metal dialect",
      buildCompilePipeline);
}
