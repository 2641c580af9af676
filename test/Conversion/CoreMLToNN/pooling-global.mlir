// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Global pooling is a reduction.
// CHECK: nn.reduce mean {{.*}} axes = [1, 2] : tensor<1x6x8x4xf32> -> tensor<1x1x1x4xf32>
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x1x1xf32> {
  %0 = coreml.pooling %x {type = #coreml<pooling_type AVERAGE>, globalPooling = true} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x1x1xf32>
  return %0 : tensor<1x1x4x1x1xf32>
}
