// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s

// A residual sum joins the later of its two producers, which reads the other's
// result as an extra input.
// CHECK-LABEL: func @residual
// CHECK: %[[FIRST:.*]] = nn.conv2d %arg0, %arg1
// CHECK: %[[SECOND:.*]] = nn.pool2d max %arg0
// CHECK-SAME: epilogue(%[[FIRST]] : tensor<1x4x4x3xf32>) {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[OTHER:.*]]: f32):
// CHECK-NEXT: arith.addf %[[OTHER]], %[[ACC]]
// CHECK: return %[[SECOND]]
func.func @residual(%x: tensor<1x4x4x3xf32>, %w: tensor<1x1x3x3xf32>) -> tensor<1x4x4x3xf32> {
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x3xf32> -> tensor<1x4x4x3xf32>
  %1 = nn.pool2d max %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x4x4x3xf32> -> tensor<1x4x4x3xf32>
  %2 = nn.map(%0, %1 : tensor<1x4x4x3xf32>, tensor<1x4x4x3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %3 = arith.addf %a, %b : f32
    nn.yield %3 : f32
  } -> tensor<1x4x4x3xf32>
  return %2 : tensor<1x4x4x3xf32>
}

// The producer moves behind an extra input that is computed after it.
// CHECK-LABEL: func @moves
// CHECK: %[[RESHAPED:.*]] = nn.reshape
// CHECK: nn.pool2d {{.*}} epilogue(%[[RESHAPED]] : tensor<1x4x4x3xf32>)
func.func @moves(%x: tensor<1x4x4x3xf32>, %y: tensor<48xf32>) -> tensor<1x4x4x3xf32> {
  %0 = nn.pool2d max %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x4x4x3xf32> -> tensor<1x4x4x3xf32>
  %1 = nn.reshape %y : tensor<48xf32> -> tensor<1x4x4x3xf32>
  %2 = nn.map(%0, %1 : tensor<1x4x4x3xf32>, tensor<1x4x4x3xf32>) {
  ^bb0(%a: f32, %b: f32):
    %3 = arith.mulf %a, %b : f32
    nn.yield %3 : f32
  } -> tensor<1x4x4x3xf32>
  return %2 : tensor<1x4x4x3xf32>
}
