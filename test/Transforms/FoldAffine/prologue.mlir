// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s

// (x * [2, 3] + [1, 10]) . [1, 1] without padding: the filter takes the scale,
// and 1 + 10 becomes the epilogue's sum.
// CHECK-LABEL: func @scale_shift
// CHECK: %[[W:.*]] = arith.constant dense<{{.*}}2.000000e+00{{.*}}3.000000e+00{{.*}}> : tensor<1x1x2x1xf32>
// CHECK: %[[B:.*]] = arith.constant dense<1.100000e+01> : tensor<1xf32>
// CHECK: nn.conv2d %arg0, %[[W]] {{.*}} groups = 1 epilogue(%[[B]] : tensor<1xf32>) {
// CHECK: arith.addf
func.func @scale_shift(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x2x1xf32>
  %s = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %b = arith.constant dense<[1.0, 10.0]> : tensor<2xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      prologue(%s, %b : tensor<2xf32>, tensor<2xf32>) {
      ^bb0(%e: f32, %scale: f32, %shift: f32):
        %1 = arith.mulf %e, %scale : f32
        %2 = arith.addf %1, %shift : f32
        nn.yield %2 : f32
      } : tensor<1x2x2x2xf32>, tensor<1x1x2x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// A scale folds whatever the padding, since 0 * scale is 0.
// CHECK-LABEL: func @padded_scale
// CHECK: arith.constant dense<2.000000e+00> : tensor<3x3x1x1xf32>
// CHECK-NOT: prologue
// CHECK: return
func.func @padded_scale(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<1.0> : tensor<3x3x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      prologue {
      ^bb0(%e: f32):
        %two = arith.constant 2.0 : f32
        %1 = arith.mulf %e, %two : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<3x3x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}
