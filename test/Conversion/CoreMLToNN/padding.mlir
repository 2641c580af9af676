// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Padding of rows and columns.
// CHECK: nn.pad reflect {{.*}} low = [0, 1, 3, 0] high = [0, 2, 0, 0]
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x9x11xf32> {
  %0 = coreml.padding %x {mode = #coreml<padding_mode reflection>, paddingAmounts = array<i64: 1, 2, 3, 0>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x9x11xf32>
  return %0 : tensor<1x1x4x9x11xf32>
}
