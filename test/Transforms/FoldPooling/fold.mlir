// RUN: mlc-opt %s --fold-pooling | FileCheck %s

// The convolution stores the maximum of 2 x 2 results, after its own epilogue;
// the fifth column is dropped.
// CHECK-LABEL: func @main
// CHECK: %[[CONV:.*]] = nn.conv2d %arg0
// CHECK-SAME: epilogue(%arg1 : tensor<16xf32>)
// CHECK: {max_pool = array<i64: 2, 2>} : tensor<1x6x5x3xf32>, tensor<3x3x3x16xf32> -> tensor<1x3x2x16xf32>
// CHECK-NOT: nn.pool2d
// CHECK: return %[[CONV]]
func.func @main(%x: tensor<1x6x5x3xf32>, %bias: tensor<16xf32>) -> tensor<1x3x2x16xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x3x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      epilogue(%bias : tensor<16xf32>) {
      ^bb0(%sum: f32, %b: f32):
        %s = arith.addf %sum, %b : f32
        nn.yield %s : f32
      } : tensor<1x6x5x3xf32>, tensor<3x3x3x16xf32> -> tensor<1x6x5x16xf32>
  %1 = nn.pool2d max %0 window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x6x5x16xf32> -> tensor<1x3x2x16xf32>
  return %1 : tensor<1x3x2x16xf32>
}
