// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// A linear activation of 1 and 0 is nothing; other numbers are a map.
// CHECK-NOT: nn.map
// CHECK: nn.map
// CHECK: arith.mulf
// CHECK: arith.addf
// CHECK-NOT: nn.map
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.activation %x {kind = #coreml<activation_kind linear>, alpha = dense<1.0> : tensor<1xf32>, beta = dense<0.0> : tensor<1xf32>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  %1 = coreml.activation %0 {kind = #coreml<activation_kind linear>, alpha = dense<1.0> : tensor<1xf32>, beta = dense<0.5> : tensor<1xf32>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %1 : tensor<1x1x4x6x8xf32>
}
