// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s

// (bias - acc) / 2 - 1, operand by operand: -acc / 2 + (bias / 2 - 1).
// CHECK-LABEL: func @chain
// CHECK: arith.constant dense<-1.500000e+00> : tensor<1x1x1x1xf32>
// CHECK: arith.constant dense<1.000000e+00> : tensor<1xf32>
// CHECK: nn.conv2d
// CHECK: %[[SUM:.*]] = arith.addf
// CHECK-NEXT: nn.yield %[[SUM]]
func.func @chain(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %b = arith.constant dense<4.0> : tensor<1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue(%b : tensor<1xf32>) {
      ^bb0(%acc: f32, %bias: f32):
        %two = arith.constant 2.0 : f32
        %one = arith.constant 1.0 : f32
        %1 = arith.subf %bias, %acc : f32
        %2 = arith.divf %1, %two : f32
        %3 = arith.subf %2, %one : f32
        nn.yield %3 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// Negation counts as a factor of -1.
// CHECK-LABEL: func @negated
// CHECK: %[[W:.*]] = arith.constant dense<-3.000000e+00> : tensor<1x1x1x1xf32>
// CHECK: nn.conv2d %arg0, %[[W]]
func.func @negated(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %1 = arith.negf %acc : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}
