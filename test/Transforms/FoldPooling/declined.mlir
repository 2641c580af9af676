// RUN: mlc-opt %s --split-input-file --fold-pooling --remarks-filter-missed=fold-pooling --remark-format=emitRemark 2>&1 | FileCheck %s

// CHECK: layer 'pool': its windows are padded, overlap or are wide
func.func @overlap(%x: tensor<1x6x6x3xf32>) -> tensor<1x2x2x16xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x3x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x3xf32>, tensor<1x1x3x16xf32> -> tensor<1x6x6x16xf32>
  %1 = nn.pool2d max %0 window = [3, 3] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x6x6x16xf32> -> tensor<1x2x2x16xf32> loc("pool")
  return %1 : tensor<1x2x2x16xf32>
}

// -----

// CHECK: layer 'pool': others read the convolution, too
func.func @shared(%x: tensor<1x6x6x3xf32>) -> (tensor<1x3x3x16xf32>, tensor<1x6x6x16xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x1x3x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x3xf32>, tensor<1x1x3x16xf32> -> tensor<1x6x6x16xf32>
  %1 = nn.pool2d max %0 window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x6x6x16xf32> -> tensor<1x3x3x16xf32> loc("pool")
  return %1, %0 : tensor<1x3x3x16xf32>, tensor<1x6x6x16xf32>
}

// -----

// CHECK: layer 'pool': the convolution has a kernel of its own
func.func @channels(%x: tensor<1x6x6x32xf32>) -> tensor<1x3x3x16xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x32x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x32xf32>, tensor<1x1x32x16xf32> -> tensor<1x6x6x16xf32>
  %1 = nn.pool2d max %0 window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x6x6x16xf32> -> tensor<1x3x3x16xf32> loc("pool")
  return %1 : tensor<1x3x3x16xf32>
}

// -----

// CHECK: layer 'pool': the convolution's epilogue reads an image
func.func @residual(%x: tensor<1x6x6x3xf32>, %r: tensor<1x6x6x16xf32>) -> tensor<1x3x3x16xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x3x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      epilogue(%r : tensor<1x6x6x16xf32>) {
      ^bb0(%sum: f32, %b: f32):
        %s = arith.addf %sum, %b : f32
        nn.yield %s : f32
      } : tensor<1x6x6x3xf32>, tensor<1x1x3x16xf32> -> tensor<1x6x6x16xf32>
  %1 = nn.pool2d max %0 window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x6x6x16xf32> -> tensor<1x3x3x16xf32> loc("pool")
  return %1 : tensor<1x3x3x16xf32>
}

// -----

// Another convolution is computed in the same kernel.
// CHECK: layer 'pool': the convolution has a kernel of its own
func.func @shared_kernel(%x: tensor<1x6x6x3xf32>) -> tensor<1x3x3x16xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x3x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 {shared_kernel = 0 : i64}
      : tensor<1x6x6x3xf32>, tensor<1x1x3x16xf32> -> tensor<1x6x6x16xf32>
  %1 = nn.pool2d max %0 window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x6x6x16xf32> -> tensor<1x3x3x16xf32> loc("pool")
  return %1 : tensor<1x3x3x16xf32>
}

// -----

// A padded window holds pixels that are not there.
// CHECK: layer 'pool': its windows are padded, overlap or are wide
func.func @padded(%x: tensor<1x6x6x3xf32>) -> tensor<1x4x4x16xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x3x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x3xf32>, tensor<1x1x3x16xf32> -> tensor<1x6x6x16xf32>
  %1 = nn.pool2d max %0 window = [2, 2] strides = [2, 2] padding = [1, 1, 1, 1]
      : tensor<1x6x6x16xf32> -> tensor<1x4x4x16xf32> loc("pool")
  return %1 : tensor<1x4x4x16xf32>
}

// -----

// What follows the maximum would come before it.
// CHECK: layer 'pool': there is work before or after the maximum
func.func @negated(%x: tensor<1x6x6x3xf32>) -> tensor<1x3x3x16xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x3x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x3xf32>, tensor<1x1x3x16xf32> -> tensor<1x6x6x16xf32>
  %1 = nn.pool2d max %0 window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      epilogue {
      ^bb0(%e: f32):
        %n = arith.negf %e : f32
        nn.yield %n : f32
      } : tensor<1x6x6x16xf32> -> tensor<1x3x3x16xf32> loc("pool")
  return %1 : tensor<1x3x3x16xf32>
}
