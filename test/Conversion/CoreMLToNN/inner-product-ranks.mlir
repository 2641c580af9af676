// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Up to rank 3 the channels are the last dimension; rows are images of a pixel.
// CHECK: nn.conv2d {{.*}} : tensor<1x1x1x4xf32>, tensor<1x1x4x5xf32> -> tensor<1x1x1x5xf32>
// CHECK: nn.reshape {{.*}} : tensor<1x1x1x5xf32> -> tensor<5xf32>
func.func @main(%x: tensor<4xf32>) -> tensor<5xf32> {
  %0 = coreml.inner_product %x {weights = dense<1.0> : tensor<5x4xf32>} : (tensor<4xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

// CHECK: nn.conv2d {{.*}} : tensor<6x1x1x4xf32>, tensor<1x1x4x5xf32> -> tensor<6x1x1x5xf32>
func.func @main(%x: tensor<2x3x4xf32>) -> tensor<2x3x5xf32> {
  %0 = coreml.inner_product %x {weights = dense<1.0> : tensor<5x4xf32>} : (tensor<2x3x4xf32>) -> tensor<2x3x5xf32>
  return %0 : tensor<2x3x5xf32>
}
