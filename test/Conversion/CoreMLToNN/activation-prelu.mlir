// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// PReLU has a slope for each channel.
// CHECK: nn.map({{.*}} : tensor<1x6x8x4xf32>, tensor<4xf32>)
// CHECK: arith.cmpf oge
// CHECK: arith.select
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.activation %x {kind = #coreml<activation_kind prelu>, alpha = dense<[0.1, 0.2, 0.3, 0.4]> : tensor<4xf32>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
