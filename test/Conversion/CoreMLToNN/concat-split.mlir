// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Channels are the last dimension of a concat, and of the parts of a split.
// CHECK: nn.slice {{.*}} offsets = [0, 0, 0, 0] {{.*}} -> tensor<1x6x8x2xf32>
// CHECK: nn.slice {{.*}} offsets = [0, 0, 0, 2] {{.*}} -> tensor<1x6x8x2xf32>
// CHECK: nn.concat {{.*}} axis = 3
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0:2 = coreml.split %x {nOutputs = 2} : (tensor<1x1x4x6x8xf32>) -> (tensor<1x1x2x6x8xf32>, tensor<1x1x2x6x8xf32>)
  %1 = coreml.concat %0#1, %0#0 : (tensor<1x1x2x6x8xf32>, tensor<1x1x2x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %1 : tensor<1x1x4x6x8xf32>
}
