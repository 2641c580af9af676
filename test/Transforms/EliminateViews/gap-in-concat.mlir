// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(eliminate-concat,eliminate-views))' | FileCheck %s

// A part of a concat has gaps between its pixels; flattening it reads a copy,
// while the part itself stays in place.
// CHECK-LABEL: func @part
// CHECK: %[[A:.*]] = nn.pool2d max
// CHECK: nn.concat %[[A]], %{{.*}} in_place
// CHECK: %[[COPY:.*]] = nn.copy %[[A]]
// CHECK: nn.reshape %[[COPY]]
func.func @part(%x: tensor<1x2x2x3xf32>) -> (tensor<1x2x2x6xf32>, tensor<1x1xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %2 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32>
  %3 = nn.reshape %0 : tensor<1x2x2x3xf32> -> tensor<1x12xf32>
  %4 = nn.reduce sum %3 axes = [1] : tensor<1x12xf32> -> tensor<1x1xf32>
  return %2, %4 : tensor<1x2x2x6xf32>, tensor<1x1xf32>
}
