// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Windows of channels; channels are last here.
// CHECK: nn.lrn
// CHECK-SAME: tensor<1x6x8x4xf32>
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.lrn %x {alpha = 2.0 : f32, beta = 0.75 : f32, k = 2.0 : f32, localSize = 3 : i64} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
