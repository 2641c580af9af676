// RUN: mlc-opt %s --canonicalize -split-input-file | FileCheck %s

// Zeros around a convolution's input are its own padding.
// CHECK-LABEL: func @zeros
// CHECK-NOT: nn.pad
// CHECK: nn.conv2d {{.*}} padding = [1, 2, 1, 1]
func.func @zeros(%x: tensor<1x4x4x2xf32>, %w: tensor<3x3x2x8xf32>) -> tensor<1x5x4x8xf32> {
  %0 = nn.pad constant %x low = [0, 1, 1, 0] high = [0, 2, 1, 0] : tensor<1x4x4x2xf32> -> tensor<1x7x6x2xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x7x6x2xf32>, tensor<3x3x2x8xf32> -> tensor<1x5x4x8xf32>
  return %1 : tensor<1x5x4x8xf32>
}

// -----

// Other values, and reflections, stay.
// CHECK-LABEL: func @ones
// CHECK: nn.pad constant {{.*}} value = 1.000000e+00
func.func @ones(%x: tensor<1x4x4x2xf32>, %w: tensor<3x3x2x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.pad constant %x low = [0, 1, 1, 0] high = [0, 1, 1, 0] value = 1.0 : tensor<1x4x4x2xf32> -> tensor<1x6x6x2xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x6x6x2xf32>, tensor<3x3x2x8xf32> -> tensor<1x4x4x8xf32>
  return %1 : tensor<1x4x4x8xf32>
}
