// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// With one input alpha is the other operand.
// CHECK: arith.constant 2.500000e+00 : f32
// CHECK: arith.mulf
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.multiply %x {alpha = 2.5 : f32} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
