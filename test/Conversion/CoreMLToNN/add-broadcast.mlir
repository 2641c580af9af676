// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Inputs broadcast; a gate of [C, 1, 1] becomes [1, 1, C].
// CHECK: nn.map({{.*}} : tensor<1x6x8x4xf32>, tensor<1x1x1x4xf32>)
// CHECK: arith.addf
func.func @main(%x: tensor<1x1x4x6x8xf32>, %y: tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.add %x, %y : (tensor<1x1x4x6x8xf32>, tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
