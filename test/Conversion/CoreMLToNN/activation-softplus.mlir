// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Softplus does not overflow: max(x, 0) + log(1 + exp(-|x|)).
// CHECK: math.absf
// CHECK: arith.negf
// CHECK: math.exp
// CHECK: math.log
// CHECK: arith.maximumf
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.activation %x {kind = #coreml<activation_kind softplus>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
