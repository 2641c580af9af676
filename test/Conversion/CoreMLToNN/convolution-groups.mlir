// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Groups and dilation pass through; half weights are widened.
// CHECK: nn.conv2d {{.*}} dilations = [2, 1] padding = [0, 0, 0, 0] groups = 2 : tensor<1x6x8x4xf32>, tensor<3x1x2x6xf32> -> tensor<1x2x8x6xf32>
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x6x2x8xf32> {
  %0 = coreml.convolution %x {weights = dense<1.0> : tensor<6x2x3x1xf16>, nGroups = 2, dilationFactor = array<i64: 2, 1>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x6x2x8xf32>
  return %0 : tensor<1x1x6x2x8xf32>
}
