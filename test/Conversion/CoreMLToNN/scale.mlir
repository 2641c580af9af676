// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// A scale of [C, H, W] is permuted, a bias of [C] is not.
// CHECK: nn.map({{.*}} : tensor<1x6x8x4xf32>, tensor<6x8x4xf32>)
// CHECK: arith.mulf
// CHECK: nn.map({{.*}} : tensor<1x6x8x4xf32>, tensor<4xf32>)
// CHECK: arith.addf
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.scale %x {scale = dense<2.0> : tensor<4x6x8xf32>, bias = dense<1.0> : tensor<4xf32>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
