// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Permute of [Seq, C, H, W] in channel-last terms.
// CHECK: nn.transpose {{.*}} permutation = [0, 1, 4, 3, 2] : tensor<1x1x6x8x4xf32> -> tensor<1x1x4x8x6xf32>
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x6x4x8xf32> {
  %0 = coreml.permute %x {axis = array<i64: 0, 2, 1, 3>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x6x4x8xf32>
  return %0 : tensor<1x1x6x4x8xf32>
}
