// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse --split-input-file | FileCheck %s

// A convolution over its whole input is an inner product, and is called so.
// CHECK: metal.dispatch @matmul2x2_3to10_1x1 threads [1, 1, 1]
// CHECK: metal.kernel @matmul2x2_3to10_1x1 "matmul"
func.func @main(%x: tensor<1x2x2x3xf32>) -> tensor<1x1x1x10xf32> {
  %w = arith.constant dense<0.5> : tensor<2x2x3x10xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x2x2x3xf32>, tensor<2x2x3x10xf32> -> tensor<1x1x1x10xf32>
  return %0 : tensor<1x1x1x10xf32>
}

// -----

// Long sums for few pixels are shared by the threads of a group: each takes every
// n-th run of channels, the sums meet in threadgroup memory, and the first stores.
// CHECK: metal.dispatch @matmul1x1_2048to1000_1x1 threads [32, 63, 1] group [32, 1, 1]
// CHECK: metal.kernel @matmul1x1_2048to1000_1x1
// CHECK-DAG: %[[THREAD:.*]] = metal.thread_position_in_threadgroup x
// CHECK-DAG: %[[SIZE:.*]] = metal.threads_per_threadgroup x
// CHECK: %[[FIRST:.*]] = arith.muli %[[THREAD]], %c8
// CHECK: %[[STEP:.*]] = arith.muli %[[SIZE]], %c8
// CHECK: scf.for %{{.*}} = %[[FIRST]] to %c2048 step %[[STEP]] {
// CHECK: metal.threadgroup_alloc : memref<32xvector<16xf32>
// CHECK: metal.barrier
// CHECK: %[[IS_FIRST:.*]] = arith.cmpi eq, %[[THREAD]], %c0
// CHECK: scf.if %[[IS_FIRST]] {
// CHECK: metal.store_lanes
func.func @long(%x: tensor<1x1x1x2048xf32>) -> tensor<1x1x1x1000xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x2048x1000xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x1x1x2048xf32>, tensor<1x1x2048x1000xf32> -> tensor<1x1x1x1000xf32>
  return %0 : tensor<1x1x1x1000xf32>
}

// -----

// Weights on a grid of few steps stay codes: here 16 of a bit each in two bytes.
// CHECK: metal.weights dense_resource<codes> : tensor<1x1x1x64x2xi8>
// CHECK: metal.kernel @matmul1x1_64to10_1x1
// CHECK: %[[CODE:.*]] = metal.load_codes %{{.*}} : memref<1x1x1x64x2xi8> -> vector<16xf32>
// CHECK: math.fma %[[CODE]]
func.func @codes(%x: tensor<1x1x1x64xf32>) -> tensor<1x1x1x10xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x64x10xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x1x1x64xf32>, tensor<1x1x64x10xf32> -> tensor<1x1x1x10xf32>
  return %0 : tensor<1x1x1x10xf32>
}
