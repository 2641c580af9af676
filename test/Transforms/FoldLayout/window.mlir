// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-layout))' | FileCheck %s

// What strides and dilations do to the only window of a 1x1 image is nothing;
// in the source they would leave pixels out.
// CHECK-LABEL: func @dilated
// CHECK: nn.conv2d %arg0, %{{.*}} strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x1x2x1xf32>, tensor<1x2x1x1xf32>
func.func @dilated(%x: tensor<1x1x2x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x2x1xf32>
  %0 = nn.reshape %x : tensor<1x1x2x1xf32> -> tensor<1x1x1x2xf32>
  %1 = nn.conv2d %0, %w strides = [2, 2] dilations = [2, 2] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x1x1x2xf32>, tensor<1x1x2x1xf32> -> tensor<1x1x1x1xf32>
  return %1 : tensor<1x1x1x1xf32>
}
