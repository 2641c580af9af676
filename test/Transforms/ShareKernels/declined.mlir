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
