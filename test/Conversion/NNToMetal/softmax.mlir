// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Largest, sum of exponentials, quotient: two joint results of the group, which
// all have read before the next one is made.
// CHECK: metal.dispatch @softmax_10 threads [16, 1, 1] group [16, 1, 1]
// CHECK: metal.kernel @softmax_10 "softmax"
// CHECK: arith.maximumf
// CHECK: metal.threadgroup_alloc
// CHECK: metal.barrier
// CHECK: math.exp
// CHECK: metal.threadgroup_alloc
// CHECK: metal.barrier
// CHECK: arith.divf
// CHECK: math.exp
func.func @main(%x: tensor<1x10xf32>) -> tensor<1x10xf32> {
  %0 = nn.softmax %x axis = 1 : tensor<1x10xf32> -> tensor<1x10xf32>
  return %0 : tensor<1x10xf32>
}
