// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// LOG adds epsilon, as Core ML does and the text does not say.
// CHECK: %[[E:.*]] = arith.constant 9.99999997E-7 : f32
// CHECK-NOT: arith.mulf
// CHECK: %[[S:.*]] = arith.addf %{{.*}}, %[[E]]
// CHECK: math.log %[[S]]
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.unary %x {type = #coreml<operation LOG>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
