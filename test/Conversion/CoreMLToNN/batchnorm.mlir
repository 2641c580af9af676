// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Given statistics become a scale and a shift: 2 / sqrt(4) and 1 - 3 * 1.
// CHECK-DAG: arith.constant dense<1.000000e+00> : tensor<1xf32>
// CHECK-DAG: arith.constant dense<-2.000000e+00> : tensor<1xf32>
// CHECK: nn.map
// CHECK: arith.mulf
// CHECK: arith.addf
func.func @main(%x: tensor<1x1x1x6x8xf32>) -> tensor<1x1x1x6x8xf32> {
  %0 = coreml.batchnorm %x {gamma = dense<2.0> : tensor<1xf32>, beta = dense<1.0> : tensor<1xf32>, mean = dense<3.0> : tensor<1xf32>, variance = dense<4.0> : tensor<1xf32>, epsilon = 0.0 : f32} : (tensor<1x1x1x6x8xf32>) -> tensor<1x1x1x6x8xf32>
  return %0 : tensor<1x1x1x6x8xf32>
}
