// RUN: mlc-opt %s --convert-coreml-to-nn --split-input-file | FileCheck %s

// Computed weights: the windows of each group are a matrix, a row each.
// CHECK: nn.pad constant %{{.*}} low = [0, 1, 0, 0] high = [0, 1, 0, 0]  : tensor<1x6x8x4xf32> -> tensor<1x8x8x4xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1  : tensor<1x8x8x4xf32>, tensor<18x1x1xf32> -> tensor<1x18x8x4xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 2
// CHECK: nn.matmul %{{.*}}, %{{.*}} : tensor<1x2x48x6xf32>, tensor<2x6x3xf32> -> tensor<1x2x48x3xf32>
func.func @main(%x: tensor<1x4x6x8xf32>, %w: tensor<6x2x3x1xf32>) -> tensor<1x6x6x8xf32> {
  %0 = coreml.convolution %x, %w {nGroups = 2, paddingType = #coreml<padding_type same>} : (tensor<1x4x6x8xf32>, tensor<6x2x3x1xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

// Those of a constant layer are as good as the layer's own.
// CHECK: nn.conv2d {{.*}} : tensor<1x6x8x4xf32>, tensor<1x1x4x6xf32> -> tensor<1x6x8x6xf32>
func.func @main(%x: tensor<1x4x6x8xf32>) -> tensor<1x6x6x8xf32> {
  %w = coreml.load_constant_nd {data = dense<1.0> : tensor<6x4x1x1xf32>} : () -> tensor<6x4x1x1xf32>
  %0 = coreml.convolution %x, %w : (tensor<1x4x6x8xf32>, tensor<6x4x1x1xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}
