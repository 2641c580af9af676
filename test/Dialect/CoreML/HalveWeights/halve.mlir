// RUN: mlc-opt %s --coreml-halve-weights | FileCheck %s

// Large weights are halved, if they are in range; the version says so.
// CHECK: coreml.specificationVersion = 2
// CHECK: coreml.inner_product %arg0 {weights = {{.*}}tensor<16x16xf16>}
// CHECK: coreml.inner_product %{{.*}} {bias = {{.*}}tensor<16xf32>, weights = {{.*}}tensor<16x16xf32>}
module attributes {coreml.kind = "neuralNetwork", coreml.specificationVersion = 1 : i64} {
  func.func @main(%x: tensor<1x1x16x1x1xf32>) -> tensor<1x1x16x1x1xf32> {
    %0 = coreml.inner_product %x {weights = dense<0.5> : tensor<16x16xf32>} : (tensor<1x1x16x1x1xf32>) -> tensor<1x1x16x1x1xf32>
    %1 = coreml.inner_product %0 {bias = dense<1.0> : tensor<16xf32>, weights = dense<70000.0> : tensor<16x16xf32>} : (tensor<1x1x16x1x1xf32>) -> tensor<1x1x16x1x1xf32>
    return %1 : tensor<1x1x16x1x1xf32>
  }
}
