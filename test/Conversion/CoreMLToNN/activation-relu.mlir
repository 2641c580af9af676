// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// ReLU is a maximum.
// CHECK: nn.map
// CHECK: arith.maximumf
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.activation %x {kind = #coreml<activation_kind relu>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
