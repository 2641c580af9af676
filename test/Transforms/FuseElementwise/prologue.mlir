// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s

// What cannot go up goes down: a batch norm in front of two convolutions is
// computed where each of them loads its input.
// CHECK-LABEL: func @down
// CHECK-NOT: nn.map
// CHECK: nn.conv2d %arg0, %arg1 {{.*}} prologue(%[[S:.*]] : tensor<3xf32>) {
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[SCALE:.*]]: f32):
// CHECK-NEXT: arith.mulf %[[X]], %[[SCALE]]
// CHECK: nn.conv2d %arg0, %arg1 {{.*}} prologue(%[[S]] : tensor<3xf32>) {
func.func @down(%x: tensor<1x4x4x3xf32>, %w: tensor<1x1x3x8xf32>, %s: tensor<3xf32>)
    -> (tensor<1x4x4x8xf32>, tensor<1x2x2x8xf32>) {
  %0 = nn.map(%x, %s : tensor<1x4x4x3xf32>, tensor<3xf32>) {
  ^bb0(%e: f32, %f: f32):
    %3 = arith.mulf %e, %f : f32
    nn.yield %3 : f32
  } -> tensor<1x4x4x3xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32>
  %2 = nn.conv2d %0, %w strides = [2, 2] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x2x2x8xf32>
  return %1, %2 : tensor<1x4x4x8xf32>, tensor<1x2x2x8xf32>
}

// The map comes before a prologue that is there already.
// CHECK-LABEL: func @before_another
// CHECK: nn.pool2d max %arg0 {{.*}} prologue {
// CHECK: %[[NEG:.*]] = arith.negf
// CHECK-NEXT: %[[ABS:.*]] = math.absf %[[NEG]]
// CHECK-NEXT: nn.yield %[[ABS]]
func.func @before_another(%x: tensor<1x4x4x3xf32>) -> tensor<1x4x4x3xf32> {
  %0 = nn.map(%x : tensor<1x4x4x3xf32>) {
  ^bb0(%e: f32):
    %3 = arith.negf %e : f32
    nn.yield %3 : f32
  } -> tensor<1x4x4x3xf32>
  %1 = nn.pool2d max %0 window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] prologue {
    ^bb0(%e: f32):
      %3 = math.absf %e : f32
      nn.yield %3 : f32
    } : tensor<1x4x4x3xf32> -> tensor<1x4x4x3xf32>
  return %1 : tensor<1x4x4x3xf32>
}
