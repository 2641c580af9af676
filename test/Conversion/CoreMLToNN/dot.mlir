// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Products, summed over channels.
// CHECK: nn.map
// CHECK: arith.mulf
// CHECK: nn.reduce sum
func.func @main(%x: tensor<1x1x12x1x1xf32>, %y: tensor<1x1x12x1x1xf32>) -> tensor<1x1x1x1x1xf32> {
  %0 = coreml.dot %x, %y : (tensor<1x1x12x1x1xf32>, tensor<1x1x12x1x1xf32>) -> tensor<1x1x1x1x1xf32>
  return %0 : tensor<1x1x1x1x1xf32>
}

// -----

// The cosine also needs both lengths.
// CHECK: nn.reduce sum
// CHECK-COUNT-2: nn.reduce l2
// CHECK: arith.divf
func.func @main(%x: tensor<1x1x12x1x1xf32>, %y: tensor<1x1x12x1x1xf32>) -> tensor<1x1x1x1x1xf32> {
  %0 = coreml.dot %x, %y {cosineSimilarity = true} : (tensor<1x1x12x1x1xf32>, tensor<1x1x12x1x1xf32>) -> tensor<1x1x1x1x1xf32>
  return %0 : tensor<1x1x1x1x1xf32>
}
