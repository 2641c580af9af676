// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s

// Group 1 reads the second half of the channels, and its outputs are the second
// half of the filter's.
// CHECK-LABEL: func @prologue
// CHECK: arith.constant dense<{{\[\[\[\[}}2.000000e+00, 3.000000e+00]]]]> : tensor<1x1x1x2xf32>
func.func @prologue(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x1x2xf32>
  %s = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 2
      prologue(%s : tensor<2xf32>) {
      ^bb0(%e: f32, %scale: f32):
        %1 = arith.mulf %e, %scale : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x2xf32>, tensor<1x1x1x2xf32> -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}

// In a transposed convolution the group is that of the filter's input channel.
// CHECK-LABEL: func @transposed
// CHECK: arith.constant dense<{{\[\[\[\[}}2.000000e+00], [3.000000e+00]]]]> : tensor<1x1x2x1xf32>
func.func @transposed(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x2x1xf32>
  %s = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %0 = nn.conv_transpose2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0] groups = 2
      epilogue(%s : tensor<2xf32>) {
      ^bb0(%e: f32, %scale: f32):
        %1 = arith.mulf %e, %scale : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x2xf32>, tensor<1x1x2x1xf32> -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}
