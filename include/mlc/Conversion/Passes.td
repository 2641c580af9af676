// The steps between dialects.
#ifndef MLC_CONVERSION_PASSES
#define MLC_CONVERSION_PASSES
include "mlir/Pass/PassBase.td"

def ConvertCoreMLToNN : Pass<"convert-coreml-to-nn", "::mlir::ModuleOp"> {
  let summary = "from layers of the file format to plain computations";
  let description = [{
    Turns every `coreml` op into `nn` ops: channel-last tensors, explicit
    padding, elementwise layers as `nn.map`. Function arguments and results take
    the form that the user sees: images as bytes, arrays in their declared
    shape. Image outputs are clamped to 0 to 255 and rounded, and their
    `nn.pixels` says how they are stored.
  }];
  let options = [
    Option<"releaseWeights", "release-weights", "bool", "false",
           "free the layers' weights as they are converted; nothing else may "
           "read them later">,
    Option<"floatImages", "float-images", "bool", "false",
           "leave image outputs as floats instead of rounding them to pixels">
  ];
  let dependentDialects = ["::mlir::nn::NNDialect", "::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
}

def ConvertNNToMetal : Pass<"convert-nn-to-metal", "::mlir::ModuleOp"> {
  let summary = "from computations to kernels, views and dispatches";
  let description = [{
    Gives every tensor a place in memory, builds one kernel per distinct
    computation and replaces each op by a dispatch. Views become addressing.
    Intermediates are stored in the type that `precision` names, in f32 where an
    op says `nn.precision = "f32"`; kernels compute in f32.

    From `gpu-family=apple7` on, large convolutions and matrix products are
    computed with simdgroup matrices, which other GPUs lack.

    Weights that lie on a grid of at most 256 steps for each output channel stay
    packed, as bytes that the kernel decodes, where each is read by one strip of
    pixels only (inner products): there that is the smaller and the faster.
  }];
  let options = [
    Option<"precision", "precision", "std::string", "\"f16\"",
           "how intermediates and weights are stored: f16 or f32">,
    Option<"winograd", "winograd", "bool", "true",
           "let convolutions use Winograd's algorithm">,
    Option<"expandWeights", "expand-weights", "bool", "false",
           "decode quantised weights now instead of in the kernels">,
    Option<"gpuFamily", "gpu-family", "std::string", "\"any\"",
           "the least GPU that must run the kernels: any, apple6 to apple9">
  ];
  let dependentDialects = ["::mlir::metal::MetalDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

#endif
