// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s

// A filter that is computed cannot take a scale in.
// CHECK-LABEL: func @computed_filter
// CHECK: arith.mulf
func.func @computed_filter(%x: tensor<1x2x2x1xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32> {
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %two = arith.constant 2.0 : f32
        %1 = arith.mulf %acc, %two : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// A number for each pixel is no scale of channels.
// CHECK-LABEL: func @per_pixel
// CHECK: arith.constant dense<3.000000e+00> : tensor<1x1x1x1xf32>
// CHECK: arith.mulf
func.func @per_pixel(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %s = arith.constant dense<[[[1.0], [2.0]], [[3.0], [4.0]]]> : tensor<2x2x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue(%s : tensor<2x2x1xf32>) {
      ^bb0(%acc: f32, %a: f32):
        %1 = arith.mulf %acc, %a : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// acc * sigmoid(acc): the accumulator is used twice.
// CHECK-LABEL: func @used_twice
// CHECK: arith.mulf
func.func @used_twice(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %two = arith.constant 2.0 : f32
        %1 = arith.mulf %acc, %two : f32
        %2 = math.tanh %acc : f32
        %3 = arith.mulf %1, %2 : f32
        nn.yield %3 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// 2 / acc is not affine.
// CHECK-LABEL: func @reciprocal
// CHECK: arith.divf
func.func @reciprocal(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %two = arith.constant 2.0 : f32
        %1 = arith.divf %two, %acc : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// A bias alone is what folding would leave.
// CHECK-LABEL: func @bias
// CHECK: nn.conv2d {{.*}} epilogue(%arg1 : tensor<1xf32>)
func.func @bias(%x: tensor<1x2x2x1xf32>, %b: tensor<1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue(%b : tensor<1xf32>) {
      ^bb0(%acc: f32, %bias: f32):
        %1 = arith.addf %acc, %bias : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}
