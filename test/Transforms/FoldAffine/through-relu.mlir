// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s

// conv, relu, batch norm, as the 2017 Inception-v3 file has them: a positive
// scale moves in front of the ReLU, the shift stays behind it.
// CHECK-LABEL: func @positive
// CHECK: %[[W:.*]] = arith.constant dense<6.000000e+00> : tensor<1x1x1x1xf32>
// CHECK: nn.conv2d %arg0, %[[W]]
// CHECK: %[[MAX:.*]] = arith.maximumf
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[MAX]]
// CHECK-NEXT: nn.yield %[[SUM]]
func.func @positive(%x: tensor<1x2x2x1xf32>, %shift: tensor<1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %s = arith.constant dense<2.0> : tensor<1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      epilogue(%s, %shift : tensor<1xf32>, tensor<1xf32>) {
      ^bb0(%acc: f32, %a: f32, %b: f32):
        %zero = arith.constant 0.0 : f32
        %1 = arith.maximumf %acc, %zero : f32
        %2 = arith.mulf %1, %a : f32
        %3 = arith.addf %2, %b : f32
        nn.yield %3 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// One negative scale keeps the product behind the ReLU.
// CHECK-LABEL: func @negative
// CHECK: arith.constant dense<3.000000e+00> : tensor<1x1x1x2xf32>
// CHECK: %[[MAX:.*]] = arith.maximumf
// CHECK-NEXT: arith.mulf %[[MAX]]
func.func @negative(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x2xf32>
  %s = arith.constant dense<[2.0, -1.0]> : tensor<2xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue(%s : tensor<2xf32>) {
      ^bb0(%acc: f32, %a: f32):
        %zero = arith.constant 0.0 : f32
        %1 = arith.maximumf %acc, %zero : f32
        %2 = arith.mulf %1, %a : f32
        nn.yield %2 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32> -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}

// max(x, 1) does not commute with a factor.
// CHECK-LABEL: func @clip
// CHECK: %[[MAX:.*]] = arith.maximumf
// CHECK-NEXT: arith.mulf %[[MAX]]
func.func @clip(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %one = arith.constant 1.0 : f32
        %two = arith.constant 2.0 : f32
        %1 = arith.maximumf %acc, %one : f32
        %2 = arith.mulf %1, %two : f32
        nn.yield %2 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}
