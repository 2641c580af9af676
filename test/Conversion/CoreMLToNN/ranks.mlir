// RUN: mlc-opt %s --convert-coreml-to-nn --split-input-file | FileCheck %s

// Two dimensions are padded where they are.
// CHECK: nn.pad constant %{{.*}} low = [1, 0] high = [1, 3] : tensor<3x4xf32> -> tensor<5x7xf32>
func.func @main(%x: tensor<3x4xf32>) -> tensor<5x7xf32> {
  %0 = coreml.padding %x {paddingAmounts = array<i64: 1, 1, 0, 3>} : (tensor<3x4xf32>) -> tensor<5x7xf32>
  return %0 : tensor<5x7xf32>
}

// -----

// Ones in front make ranks equal; channels are last in what is stored.
// CHECK: nn.reshape %{{.*}} : tensor<5xf32> -> tensor<1x1x5xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x4x5x3xf32>, tensor<1x1x5x1xf32>)
func.func @main(%x: tensor<3x4x5xf32>, %y: tensor<5xf32>) -> tensor<3x4x5xf32> {
  %0 = coreml.add %x, %y : (tensor<3x4x5xf32>, tensor<5xf32>) -> tensor<3x4x5xf32>
  return %0 : tensor<3x4x5xf32>
}
