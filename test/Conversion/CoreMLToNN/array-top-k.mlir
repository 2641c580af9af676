// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize | FileCheck %s

// The order is found once; the values are taken by it.
// CHECK: %[[I:.*]] = nn.argsort %{{.*}} axis = 1 descending = true : tensor<5x9xf32> -> tensor<5x3xf32>
// CHECK: %[[V:.*]] = nn.take %{{.*}}, %[[I]] axis = 1 : tensor<5x9xf32>, tensor<5x3xf32> -> tensor<5x3xf32>
// CHECK: return %[[V]], %[[I]]
func.func @main(%x: tensor<5x9xf32>) -> (tensor<5x3xf32>, tensor<5x3xf32>) {
  %v, %i = coreml.top_k %x {axis = -1 : i64, K = 3 : i64} : (tensor<5x9xf32>) -> (tensor<5x3xf32>, tensor<5x3xf32>)
  return %v, %i : tensor<5x3xf32>, tensor<5x3xf32>
}
