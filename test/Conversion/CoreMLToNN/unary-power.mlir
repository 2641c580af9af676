// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Small whole powers are products, so that negative numbers have them everywhere.
// CHECK: arith.mulf
// CHECK-NOT: math.powf
// CHECK: nn.yield
// CHECK: math.powf
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.unary %x {type = #coreml<operation POWER>, alpha = 3.0 : f32} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  %1 = coreml.unary %0 {type = #coreml<operation POWER>, alpha = 0.3 : f32} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %1 : tensor<1x1x4x6x8xf32>
}
