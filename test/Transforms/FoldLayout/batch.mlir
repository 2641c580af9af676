// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-layout))' | FileCheck %s

// Every image of a batch is reordered alike.
// CHECK-LABEL: func @batch
// CHECK: nn.conv2d %arg0, %{{.*}} : tensor<3x1x2x2xf32>, tensor<1x2x2x1xf32> -> tensor<3x1x1x1xf32>
func.func @batch(%x: tensor<3x1x2x2xf32>) -> tensor<3x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0], [2.0], [3.0], [4.0]]]]> : tensor<1x1x4x1xf32>
  %0 = nn.reshape %x : tensor<3x1x2x2xf32> -> tensor<3x1x1x4xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<3x1x1x4xf32>, tensor<1x1x4x1xf32> -> tensor<3x1x1x1xf32>
  return %1 : tensor<3x1x1x1xf32>
}
