// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// An inner product is a convolution over its whole input.
// CHECK: nn.conv2d {{.*}} padding = [0, 0, 0, 0] groups = 1 : tensor<1x2x3x4xf32>, tensor<2x3x4x5xf32> -> tensor<1x1x1x5xf32>
// CHECK: nn.map
func.func @main(%x: tensor<1x1x4x2x3xf32>) -> tensor<1x1x5x1x1xf32> {
  %0 = coreml.inner_product %x {weights = dense<1.0> : tensor<5x24xf32>, bias = dense<1.0> : tensor<5xf32>} : (tensor<1x1x4x2x3xf32>) -> tensor<1x1x5x1x1xf32>
  return %0 : tensor<1x1x5x1x1xf32>
}
