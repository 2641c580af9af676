// RUN: mlc-opt %s --split-input-file --move-average-pool | FileCheck %s

// The largest of products is not the product of the largest.
// CHECK-LABEL: func @maximum
// CHECK: nn.pool2d max %arg0
// CHECK: nn.conv2d
func.func @maximum(%x: tensor<1x6x6x8xf32>) -> tensor<1x6x6x4xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %0 = nn.pool2d max %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x6x6x8xf32> -> tensor<1x6x6x8xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  return %1 : tensor<1x6x6x4xf32>
}

// -----

// A convolution that looks at neighbours would pad at another place.
// CHECK-LABEL: func @neighbours
// CHECK: nn.pool2d average %arg0
// CHECK: nn.conv2d
func.func @neighbours(%x: tensor<1x6x6x8xf32>) -> tensor<1x6x6x4xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x8x4xf32>
  %0 = nn.pool2d average %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x6x6x8xf32> -> tensor<1x6x6x8xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x6x6x8xf32>, tensor<3x3x8x4xf32> -> tensor<1x6x6x4xf32>
  return %1 : tensor<1x6x6x4xf32>
}
