// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s

// The factor behind the ReLU is a constant outside of the region that another
// layer reads too: it stays where both see it.
// CHECK-LABEL: func @shared
// CHECK: %[[TWO:.*]] = arith.constant 2.000000e+00 : f32
// CHECK: nn.pool2d
// CHECK: arith.mulf %{{.*}}, %[[TWO]]
func.func @shared(%x: tensor<1x2x2x1xf32>) -> (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %two = arith.constant 2.0 : f32
  %zero = arith.constant 0.0 : f32
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %1 = arith.maximumf %acc, %zero : f32
        %2 = arith.mulf %1, %two : f32
        nn.yield %2 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  %3 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] epilogue {
      ^bb0(%acc: f32):
        %2 = arith.mulf %acc, %two : f32
        nn.yield %2 : f32
      } : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  return %0, %3 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>
}
