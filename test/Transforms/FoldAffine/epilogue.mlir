// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s

// acc * [2, 4] + [1, 1]: the scale goes into the filter, one sum remains.
// CHECK-LABEL: func @scale_shift
// CHECK: %[[W:.*]] = arith.constant dense<{{.*}}2.000000e+00, 8.000000e+00{{.*}}> : tensor<1x1x1x2xf32>
// CHECK: %[[B:.*]] = arith.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK: nn.conv2d %arg0, %[[W]] {{.*}} epilogue(%[[B]] : tensor<2xf32>) {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32, %[[BIAS:.*]]: f32):
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[ACC]], %[[BIAS]]
// CHECK-NEXT: nn.yield %[[SUM]]
func.func @scale_shift(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %s = arith.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %b = arith.constant dense<1.0> : tensor<2xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      epilogue(%s, %b : tensor<2xf32>, tensor<2xf32>) {
      ^bb0(%acc: f32, %scale: f32, %shift: f32):
        %1 = arith.mulf %acc, %scale : f32
        %2 = arith.addf %1, %shift : f32
        nn.yield %2 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32> -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}

// A scale alone leaves no epilogue work.
// CHECK-LABEL: func @scale_only
// CHECK: %[[W:.*]] = arith.constant dense<6.000000e+00> : tensor<1x1x1x2xf32>
// CHECK: nn.conv2d %arg0, %[[W]] {{.*}} epilogue {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32):
// CHECK-NEXT: nn.yield %[[ACC]]
func.func @scale_only(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<2.0> : tensor<1x1x1x2xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %three = arith.constant 3.0 : f32
        %1 = arith.mulf %three, %acc : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32> -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}
