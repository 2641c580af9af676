// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Instance normalisation takes statistics over rows and columns.
// CHECK: nn.normalize mean_variance {{.*}} axes = [1, 2] epsilon = 1.000000e-03
// CHECK: nn.map
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.batchnorm %x {computeMeanVar = true, instanceNormalization = true, gamma = dense<2.0> : tensor<4xf32>, beta = dense<1.0> : tensor<4xf32>, epsilon = 1.0e-3 : f32} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
