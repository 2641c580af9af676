// What every tool registers: the dialects that can appear in a module of ours,
// and the passes over them.
#pragma once

#include "mlc/Conversion/Passes.h"
#include "mlc/Dialect/CoreML/CoreML.h"
#include "mlc/Dialect/CoreML/Passes.h"
#include "mlc/Dialect/Metal/Metal.h"
#include "mlc/Dialect/Metal/Passes.h"
#include "mlc/Dialect/NN/NN.h"
#include "mlc/Pipelines.h"
#include "mlc/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/Passes.h"

namespace mlc {

inline void registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<mlir::coreml::CoreMLDialect, mlir::nn::NNDialect,
                  mlir::metal::MetalDialect, mlir::arith::ArithDialect,
                  mlir::func::FuncDialect, mlir::math::MathDialect,
                  mlir::memref::MemRefDialect, mlir::scf::SCFDialect,
                  mlir::vector::VectorDialect>();
}

inline void registerPasses() {
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerSymbolDCEPass();
  registerConversionPasses();
  registerCoreMLPasses();
  registerMetalPasses();
  registerTransformsPasses();
  registerPipelines();
}

} // namespace mlc
