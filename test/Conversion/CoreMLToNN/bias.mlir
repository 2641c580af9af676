// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// A bias is a map.
// CHECK: nn.map({{.*}} : tensor<1x6x8x4xf32>, tensor<1xf32>)
// CHECK: arith.addf
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.bias %x {bias = dense<1.0> : tensor<1xf32>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
