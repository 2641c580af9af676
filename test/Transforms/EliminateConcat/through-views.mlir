// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(eliminate-concat))' | FileCheck %s

// SSD's heads: each branch is permuted and flattened before they are joined.
// The producers write through the inverse of those views.
// CHECK-LABEL: func @heads
// CHECK-NOT: nn.copy
// CHECK: nn.concat {{.*}} axis = 1 in_place
// CHECK-NOT: nn.copy
// CHECK: return
func.func @heads(%x: tensor<1x2x2x3xf32>, %y: tensor<1x1x1x3xf32>) -> tensor<1x15xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.transpose %0 permutation = [0, 3, 1, 2] : tensor<1x2x2x3xf32> -> tensor<1x3x2x2xf32>
  %2 = nn.reshape %1 : tensor<1x3x2x2xf32> -> tensor<1x12xf32>
  %3 = nn.pool2d max %y window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x1x1x3xf32> -> tensor<1x1x1x3xf32>
  %4 = nn.reshape %3 : tensor<1x1x1x3xf32> -> tensor<1x3xf32>
  %5 = nn.concat %2, %4 axis = 1 : tensor<1x12xf32>, tensor<1x3xf32> -> tensor<1x15xf32>
  return %5 : tensor<1x15xf32>
}
