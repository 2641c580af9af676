// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Each value by the root of the sum of squares over channels, rows and columns.
// CHECK: nn.normalize l2 {{.*}} axes = [1, 2, 3] epsilon = 4.000000e+00
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.l2_normalize %x {epsilon = 4.0 : f32} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
