// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// TOP_LEFT_HEAVY: the odd row goes to the top.
// CHECK: nn.conv2d {{.*}} padding = [1, 0, 1, 0] groups = 1
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x5x3x4xf32> {
  %0 = coreml.convolution %x {weights = dense<1.0> : tensor<5x4x3x3xf32>, stride = array<i64: 2, 2>, paddingType = #coreml<padding_type same>, asymmetryMode = #coreml<same_padding_mode TOP_LEFT_HEAVY>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x5x3x4xf32>
  return %0 : tensor<1x1x5x3x4xf32>
}
