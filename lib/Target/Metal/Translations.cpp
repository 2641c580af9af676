// The translations of mlc-translate that lead out of the metal dialect.
#include "mlc/Dialect/Metal/Metal.h"
#include "mlc/Target/Metal/Metal.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Tools/mlir-translate/Translation.h"

using namespace mlir;

static void registerDialects(DialectRegistry &registry) {
  registry.insert<metal::MetalDialect, arith::ArithDialect, func::FuncDialect,
                  math::MathDialect, memref::MemRefDialect, scf::SCFDialect,
                  vector::VectorDialect>();
}

void mlc::registerToMetalTranslations() {
  static TranslateFromMLIRRegistration toMetal(
      "to-metal", "kernels of the metal dialect as Metal Shading Language",
      [](ModuleOp module, raw_ostream &os) { return emitMetal(module, os); },
      registerDialects);
  static TranslateFromMLIRRegistration toManifest(
      "to-manifest", "manifest of a planned program of the metal dialect",
      [](ModuleOp module, raw_ostream &os) { return emitManifest(module, os); },
      registerDialects);
}
