// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Softmax runs along the channels.
// CHECK: nn.softmax {{.*}} axis = 3
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.softmax %x : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
