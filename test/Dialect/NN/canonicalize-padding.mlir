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

// -----

// Padded channels are channels; a padded batch is more images.
// CHECK-LABEL: func @channels
// CHECK: nn.pad
func.func @channels(%x: tensor<1x4x4x2xf32>, %w: tensor<3x3x3x8xf32>) -> tensor<1x2x2x8xf32> {
  %0 = nn.pad constant %x low = [0, 0, 0, 1] high = [0, 0, 0, 0] : tensor<1x4x4x2xf32> -> tensor<1x4x4x3xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x4x4x3xf32>, tensor<3x3x3x8xf32> -> tensor<1x2x2x8xf32>
  return %1 : tensor<1x2x2x8xf32>
}

// CHECK-LABEL: func @batch
// CHECK: nn.pad
func.func @batch(%x: tensor<1x4x4x2xf32>, %w: tensor<3x3x2x8xf32>) -> tensor<2x2x2x8xf32> {
  %0 = nn.pad constant %x low = [1, 0, 0, 0] high = [0, 0, 0, 0] : tensor<1x4x4x2xf32> -> tensor<2x4x4x2xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<2x4x4x2xf32>, tensor<3x3x2x8xf32> -> tensor<2x2x2x8xf32>
  return %1 : tensor<2x2x2x8xf32>
}

// -----

// What is computed of the zeros, and edges that repeat, are no zeros.
// CHECK-LABEL: func @prologue
// CHECK: nn.pad
func.func @prologue(%x: tensor<1x4x4x2xf32>, %w: tensor<3x3x2x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.pad constant %x low = [0, 1, 1, 0] high = [0, 1, 1, 0] : tensor<1x4x4x2xf32> -> tensor<1x6x6x2xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 prologue {
      ^bb0(%e: f32):
        %2 = math.exp %e : f32
        nn.yield %2 : f32
      } : tensor<1x6x6x2xf32>, tensor<3x3x2x8xf32> -> tensor<1x4x4x8xf32>
  return %1 : tensor<1x4x4x8xf32>
}

// CHECK-LABEL: func @replicate
// CHECK: nn.pad
func.func @replicate(%x: tensor<1x4x4x2xf32>, %w: tensor<3x3x2x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.pad replicate %x low = [0, 1, 1, 0] high = [0, 1, 1, 0] : tensor<1x4x4x2xf32> -> tensor<1x6x6x2xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x6x6x2xf32>, tensor<3x3x2x8xf32> -> tensor<1x4x4x8xf32>
  return %1 : tensor<1x4x4x8xf32>
}

// CHECK-LABEL: func @shared_kernel
// CHECK: nn.pad
func.func @shared_kernel(%x: tensor<1x4x4x2xf32>, %w: tensor<1x1x2x8xf32>) -> tensor<1x6x6x8xf32> {
  %0 = nn.pad constant %x low = [0, 1, 1, 0] high = [0, 1, 1, 0] : tensor<1x4x4x2xf32> -> tensor<1x6x6x2xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 {shared_kernel = 0 : i64} : tensor<1x6x6x2xf32>, tensor<1x1x2x8xf32> -> tensor<1x6x6x8xf32>
  return %1 : tensor<1x6x6x8xf32>
}
