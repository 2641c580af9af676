// RUN: mlc-opt %s --convert-nn-to-metal -verify-diagnostics

// Only what share-kernels would have put together has one kernel.
func.func @main(%x: tensor<1x6x6x8xf32>) -> (tensor<1x6x6x4xf32>, tensor<1x6x6x4xf32>) {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %v = arith.constant dense<0.5> : tensor<1x1x4x4xf32>
  %a = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      {shared_kernel = 0 : i64}
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  // expected-error@+1 {{cannot share a kernel: it is no 1x1 convolution of the same tensor, ready at the same time}}
  %b = nn.conv2d %a, %v strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      {shared_kernel = 0 : i64}
      : tensor<1x6x6x4xf32>, tensor<1x1x4x4xf32> -> tensor<1x6x6x4xf32>
  return %a, %b : tensor<1x6x6x4xf32>, tensor<1x6x6x4xf32>
}
