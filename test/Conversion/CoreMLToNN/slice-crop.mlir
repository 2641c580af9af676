// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// A strided slice and a crop are boxes.
// CHECK: nn.slice {{.*}} offsets = [0, 1, 0, 0] strides = [1, 2, 1, 1] {{.*}} -> tensor<1x3x8x4xf32>
// CHECK: nn.slice {{.*}} offsets = [0, 1, 2, 0] strides = [1, 1, 1, 1] {{.*}} -> tensor<1x2x5x4xf32>
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x2x5xf32> {
  %0 = coreml.slice %x {startIndex = 1, endIndex = 0, stride = 2, axis = #coreml<slice_axis HEIGHT_AXIS>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x3x8xf32>
  %1 = coreml.crop %0 {cropAmounts = array<i64: 1, 0, 2, 1>} : (tensor<1x1x4x3x8xf32>) -> tensor<1x1x4x2x5xf32>
  return %1 : tensor<1x1x4x2x5xf32>
}
