// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// A deconvolution crops what its padding says.
// CHECK: nn.conv_transpose2d {{.*}} strides = [2, 2] dilations = [1, 1] padding = [1, 1] groups = 1 : tensor<1x6x8x4xf32>, tensor<4x4x4x3xf32> -> tensor<1x12x16x3xf32>
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x3x12x16xf32> {
  %0 = coreml.convolution %x {isDeconvolution = true, weights = dense<1.0> : tensor<4x3x4x4xf32>, stride = array<i64: 2, 2>, paddingAmounts = array<i64: 1, 1, 1, 1>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x3x12x16xf32>
  return %0 : tensor<1x1x3x12x16xf32>
}
