// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Average pooling counts its declared padding, unless that is excluded.
// CHECK: nn.pool2d average {{.*}} padding = [1, 1, 1, 1] counting = [1, 1, 1, 1]
// CHECK: nn.pool2d average {{.*}} padding = [1, 1, 1, 1] :
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.pooling %x {type = #coreml<pooling_type AVERAGE>, kernelSize = array<i64: 3, 3>, paddingAmounts = array<i64: 1, 1, 1, 1>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  %1 = coreml.pooling %0 {type = #coreml<pooling_type AVERAGE>, kernelSize = array<i64: 3, 3>, paddingAmounts = array<i64: 1, 1, 1, 1>, avgPoolExcludePadding = true} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %1 : tensor<1x1x4x6x8xf32>
}
