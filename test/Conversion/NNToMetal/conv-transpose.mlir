// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Each output pixel gathers from the input pixels that reach it: those whose
// distance is a multiple of the stride.
// CHECK: metal.dispatch @conv_transpose2x2_4x4x4 threads [1, 16, 1]{{.*}}flops = 384
// CHECK: metal.kernel @conv_transpose2x2_4x4x4 "convolution"
// CHECK: arith.remsi
// CHECK: scf.if
func.func @main(%x: tensor<1x2x2x3xf32>) -> tensor<1x4x4x4xf32> {
  %w = arith.constant dense<0.5> : tensor<2x2x3x4xf32>
  %0 = nn.conv_transpose2d %x, %w strides = [2, 2] dilations = [1, 1] padding = [0, 0] groups = 1
      : tensor<1x2x2x3xf32>, tensor<2x2x3x4xf32> -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}
