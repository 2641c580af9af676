// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// A mean of the image: rows and columns are one dimension, a group of threads
// shares it, and the first of them stores.
// CHECK-LABEL: func @mean
// CHECK: metal.dispatch @reduce_mean_4x4x5 threads [16, 1, 1] group [16, 1, 1]
// CHECK: metal.kernel @reduce_mean_4x4x5 "reduction"
// CHECK: metal.threadgroup_alloc : memref<16xvector<8xf32>, "threadgroup">
// CHECK: metal.barrier
func.func @mean(%x: tensor<1x4x4x5xf32>) -> tensor<1x1x1x5xf32> {
  %0 = nn.reduce mean %x axes = [1, 2] : tensor<1x4x4x5xf32> -> tensor<1x1x1x5xf32>
  return %0 : tensor<1x1x1x5xf32>
}

// -----

// The index of the first largest: one thread a row, no threadgroup memory.
// CHECK-LABEL: func @argmax
// CHECK: metal.kernel @reduce_argmax_2x5 "reduction"
// CHECK-NOT: metal.barrier
// CHECK: %[[BETTER:.*]] = arith.cmpf ogt
// CHECK: arith.select %[[BETTER]]
// CHECK: arith.select %[[BETTER]]
func.func @argmax(%x: tensor<2x5xf32>) -> tensor<2x1xf32> {
  %0 = nn.reduce argmax %x axes = [1] : tensor<2x5xf32> -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

// Many rows keep the machine busy without groups.
// CHECK-LABEL: func @many_rows
// CHECK: metal.dispatch @reduce_sum_5000x16 threads [5000, 1, 1]
// CHECK-NOT: metal.barrier
func.func @many_rows(%x: tensor<5000x16xf32>) -> tensor<5000x1xf32> {
  %0 = nn.reduce sum %x axes = [1] : tensor<5000x16xf32> -> tensor<5000x1xf32>
  return %0 : tensor<5000x1xf32>
}
