// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// An index outside of the table is clamped as a float: it may be too large for
// an integer.
// CHECK: metal.kernel @gather_3x4 "gather"
// CHECK: %[[LOW:.*]] = arith.maximumf
// CHECK: %[[IN:.*]] = arith.minimumf %[[LOW]]
// CHECK: arith.fptosi %[[IN]]
func.func @main(%x: tensor<3x1xf32>) -> tensor<3x4xf32> {
  %t = arith.constant dense<1.0> : tensor<7x4xf32>
  %0 = nn.gather %x, %t : tensor<3x1xf32>, tensor<7x4xf32> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
