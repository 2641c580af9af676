// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Mean first, then the squared differences from it: not the difference of two
// large sums.
// CHECK-LABEL: func @instance
// CHECK: metal.kernel @normalize_4x4x4 "normalization"
// CHECK: arith.addf
// CHECK: metal.barrier
// CHECK: arith.subf
// CHECK: math.fma
// CHECK: math.sqrt
func.func @instance(%x: tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
  %0 = nn.normalize mean_variance %x axes = [1, 2] epsilon = 1.0e-5
      : tensor<1x4x4x4xf32> -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}

// -----

// L2 needs no mean.
// CHECK-LABEL: func @l2
// CHECK-NOT: arith.subf
// CHECK: math.sqrt
func.func @l2(%x: tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
  %0 = nn.normalize l2 %x axes = [3] epsilon = 1.0e-5
      : tensor<1x4x4x4xf32> -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}
