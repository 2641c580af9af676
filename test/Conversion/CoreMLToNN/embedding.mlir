// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// An embedding gathers rows of its transposed table.
// CHECK: nn.gather {{.*}} : tensor<3x1x1x1xf32>, tensor<7x5xf32> -> tensor<3x1x1x5xf32>
func.func @main(%x: tensor<3x1x1x1x1xf32>) -> tensor<3x1x5x1x1xf32> {
  %0 = coreml.embedding %x {weights = dense<1.0> : tensor<5x7xf32>} : (tensor<3x1x1x1x1xf32>) -> tensor<3x1x5x1x1xf32>
  return %0 : tensor<3x1x5x1x1xf32>
}
