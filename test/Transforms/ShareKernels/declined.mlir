// RUN: mlc-opt %s --share-kernels --remarks-filter-missed=share-kernels --remark-format=emitRemark 2>&1 | FileCheck %s

// The second convolution's epilogue reads the first one's result.
// CHECK: layer 'second': it also reads what is computed after 'first'
// CHECK-NOT: shared_kernel
func.func @main(%x: tensor<1x6x6x8xf32>) -> tensor<1x6x6x4xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %a = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32> loc("first")
  %b = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      epilogue(%a : tensor<1x6x6x4xf32>) {
      ^bb0(%sum: f32, %e: f32):
        %s = arith.addf %sum, %e : f32
        nn.yield %s : f32
      } : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32> loc("second")
  return %b : tensor<1x6x6x4xf32>
}

// Work in front, groups, padding and strides tell convolutions apart.
// CHECK-LABEL: func.func @different
// CHECK-NOT: shared_kernel
func.func @different(%x: tensor<1x6x6x8xf32>) -> (tensor<1x6x6x4xf32>, tensor<1x6x6x4xf32>, tensor<1x6x6x4xf32>, tensor<1x8x8x4xf32>, tensor<1x3x3x4xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %v = arith.constant dense<0.5> : tensor<1x1x4x4xf32>
  %a = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  %b = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      prologue {
      ^bb0(%e: f32):
        %n = arith.negf %e : f32
        nn.yield %n : f32
      } : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  %c = nn.conv2d %x, %v strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 2
      : tensor<1x6x6x8xf32>, tensor<1x1x4x4xf32> -> tensor<1x6x6x4xf32>
  %d = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x8x8x4xf32>
  %e = nn.conv2d %x, %w strides = [2, 2] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x3x3x4xf32>
  return %a, %b, %c, %d, %e : tensor<1x6x6x4xf32>, tensor<1x6x6x4xf32>, tensor<1x6x6x4xf32>, tensor<1x8x8x4xf32>, tensor<1x3x3x4xf32>
}
