// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Blocks of pixels move by a transpose of six dimensions.
// CHECK: nn.reshape {{.*}} -> tensor<1x3x2x4x2x4xf32>
// CHECK: nn.transpose {{.*}} permutation = [0, 1, 3, 2, 4, 5]
// CHECK: nn.reshape {{.*}} -> tensor<1x3x4x16xf32>
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x16x3x4xf32> {
  %0 = coreml.reorganize_data %x {blockSize = 2} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x16x3x4xf32>
  return %0 : tensor<1x1x16x3x4xf32>
}
