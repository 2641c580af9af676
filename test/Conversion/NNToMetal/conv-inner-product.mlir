// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// A convolution over its whole input is an inner product, and is called so.
// CHECK: metal.dispatch @matmul2x2_3to10_1x1 threads [1, 1, 1]
// CHECK: metal.kernel @matmul2x2_3to10_1x1 "matmul"
func.func @main(%x: tensor<1x2x2x3xf32>) -> tensor<1x1x1x10xf32> {
  %w = arith.constant dense<0.5> : tensor<2x2x3x10xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x2x2x3xf32>, tensor<2x2x3x10xf32> -> tensor<1x1x1x10xf32>
  return %0 : tensor<1x1x1x10xf32>
}
