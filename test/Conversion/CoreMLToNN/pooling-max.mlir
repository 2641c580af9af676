// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Max pooling with SAME padding.
// CHECK: nn.pool2d max {{.*}} window = [3, 3] strides = [2, 2] padding = [0, 1, 0, 1]
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x3x4xf32> {
  %0 = coreml.pooling %x {kernelSize = array<i64: 3, 3>, stride = array<i64: 2, 2>, paddingType = #coreml<padding_type same>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x3x4xf32>
  return %0 : tensor<1x1x4x3x4xf32>
}
