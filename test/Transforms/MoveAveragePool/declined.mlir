// RUN: mlc-opt %s --split-input-file --move-average-pool --remarks-filter-missed=move-average-pool --remark-format=emitRemark 2>&1 | FileCheck %s

// CHECK: layer 'pool': the convolution has no fewer channels
func.func @wider(%x: tensor<1x6x6x4xf32>) -> tensor<1x6x6x8xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x4x8xf32>
  %0 = nn.pool2d average %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x6x6x4xf32> -> tensor<1x6x6x4xf32> loc("pool")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x4xf32>, tensor<1x1x4x8xf32> -> tensor<1x6x6x8xf32>
  return %1 : tensor<1x6x6x8xf32>
}

// -----

// CHECK: layer 'pool': it makes the image smaller
func.func @strided(%x: tensor<1x6x6x8xf32>) -> tensor<1x3x3x4xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %0 = nn.pool2d average %x window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x6x6x8xf32> -> tensor<1x3x3x8xf32> loc("pool")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x3x3x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x3x3x4xf32>
  return %1 : tensor<1x3x3x4xf32>
}

// -----

// CHECK: layer 'pool': others read the average, too
func.func @shared(%x: tensor<1x6x6x8xf32>) -> (tensor<1x6x6x4xf32>, tensor<1x6x6x8xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %0 = nn.pool2d average %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x6x6x8xf32> -> tensor<1x6x6x8xf32> loc("pool")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  return %1, %0 : tensor<1x6x6x4xf32>, tensor<1x6x6x8xf32>
}

// -----

// Work in between is not linear.
// CHECK: layer 'pool': there is work between the average and the convolution
func.func @between(%x: tensor<1x6x6x8xf32>) -> tensor<1x6x6x4xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %0 = nn.pool2d average %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      epilogue {
      ^bb0(%e: f32):
        %a = math.absf %e : f32
        nn.yield %a : f32
      } : tensor<1x6x6x8xf32> -> tensor<1x6x6x8xf32> loc("pool")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  return %1 : tensor<1x6x6x4xf32>
}

// -----

// The convolution's prologue comes after the average.
// CHECK: layer 'pool': there is work between the average and the convolution
func.func @prologue(%x: tensor<1x6x6x8xf32>) -> tensor<1x6x6x4xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %0 = nn.pool2d average %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x6x6x8xf32> -> tensor<1x6x6x8xf32> loc("pool")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      prologue {
      ^bb0(%e: f32):
        %a = math.absf %e : f32
        nn.yield %a : f32
      } : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  return %1 : tensor<1x6x6x4xf32>
}

// -----

// What is not 1x1, pads or shares its kernel is left alone without a word, and
// so are other pools.
// CHECK-NOT: remark
// CHECK-LABEL: func.func @padded
// CHECK: nn.pool2d average %arg0
func.func @padded(%x: tensor<1x6x6x8xf32>) -> tensor<1x8x8x4xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %0 = nn.pool2d average %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x6x6x8xf32> -> tensor<1x6x6x8xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x8x8x4xf32>
  return %1 : tensor<1x8x8x4xf32>
}

// CHECK-LABEL: func.func @shared_kernel
// CHECK: nn.pool2d average %arg0
func.func @shared_kernel(%x: tensor<1x6x6x8xf32>) -> tensor<1x6x6x4xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %0 = nn.pool2d average %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x6x6x8xf32> -> tensor<1x6x6x8xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 {shared_kernel = 0 : i64}
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  return %1 : tensor<1x6x6x4xf32>
}

// CHECK-LABEL: func.func @maximum
// CHECK: nn.pool2d max %arg0
func.func @maximum(%x: tensor<1x6x6x8xf32>) -> tensor<1x6x6x4xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %0 = nn.pool2d max %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      : tensor<1x6x6x8xf32> -> tensor<1x6x6x8xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  return %1 : tensor<1x6x6x4xf32>
}
