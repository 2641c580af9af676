// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// includeLastPixel: the last window overhangs, which never counts.
// CHECK: nn.pool2d average {{.*}} window = [2, 2] strides = [2, 2] padding = [0, 1, 0, 1] counting = [0, 0, 0, 0]
func.func @main(%x: tensor<1x1x4x5x7xf32>) -> tensor<1x1x4x3x4xf32> {
  %0 = coreml.pooling %x {type = #coreml<pooling_type AVERAGE>, kernelSize = array<i64: 2, 2>, stride = array<i64: 2, 2>, paddingType = #coreml<padding_type includeLastPixel>} : (tensor<1x1x4x5x7xf32>) -> tensor<1x1x4x3x4xf32>
  return %0 : tensor<1x1x4x3x4xf32>
}
