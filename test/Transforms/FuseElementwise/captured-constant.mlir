// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s

// A body may read a constant from outside that stands behind the producer: the
// producer moves, so that the constant is still in front of its reader.
// CHECK-LABEL: func @up
// CHECK: %[[TWO:.*]] = arith.constant 2.0
// CHECK: nn.pool2d
// CHECK: arith.mulf %{{.*}}, %[[TWO]]
func.func @up(%x: tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x4xf32> -> tensor<1x2x2x4xf32>
  %two = arith.constant 2.0 : f32
  %1 = nn.map(%0 : tensor<1x2x2x4xf32>) {
  ^bb0(%e: f32):
    %2 = arith.mulf %e, %two : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x4xf32>
  return %1 : tensor<1x2x2x4xf32>
}

// The same with a view in between.
// CHECK-LABEL: func @through_view
// CHECK: %[[TWO:.*]] = arith.constant 2.0
// CHECK: %[[POOL:.*]] = nn.pool2d
// CHECK: arith.mulf %{{.*}}, %[[TWO]]
// CHECK: nn.reshape %[[POOL]]
func.func @through_view(%x: tensor<1x2x2x4xf32>) -> tensor<1x16xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x4xf32> -> tensor<1x2x2x4xf32>
  %1 = nn.reshape %0 : tensor<1x2x2x4xf32> -> tensor<1x16xf32>
  %two = arith.constant 2.0 : f32
  %2 = nn.map(%1 : tensor<1x16xf32>) {
  ^bb0(%e: f32):
    %3 = arith.mulf %e, %two : f32
    nn.yield %3 : f32
  } -> tensor<1x16xf32>
  return %2 : tensor<1x16xf32>
}
