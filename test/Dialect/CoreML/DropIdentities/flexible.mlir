// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(coreml-drop-identities))' --remarks-filter-missed=coreml-drop-identities 2>&1 | FileCheck %s

// Where the file allows other shapes, what keeps the default one stays.
// CHECK: layer 'flat': does nothing for the default shape, but the file allows others
// CHECK-LABEL: func.func @flexible
// CHECK-NEXT: coreml.flatten
// CHECK-NEXT: coreml.sin
// CHECK-NEXT: return
func.func @flexible(%x: tensor<1x1x4x1x1xf32> {coreml.feature = {name = "x", type = "multiArray", shapeRange = {sizeRanges = [{lowerBound = 4 : i64, upperBound = 4 : i64}, {lowerBound = 1 : i64, upperBound = 9 : i64}, {lowerBound = 1 : i64, upperBound = 9 : i64}]}}}) -> tensor<1x1x4x1x1xf32> {
  %0 = coreml.bias %x {bias = dense<0.0> : tensor<1xf32>} : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  %1 = coreml.flatten %0 : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32> loc("flat")
  %2 = coreml.sin %1 : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  return %2 : tensor<1x1x4x1x1xf32>
}
