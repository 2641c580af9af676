// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize | FileCheck %s

// An input that layers read twice, more than one of them.
// CHECK-LABEL: func.func @main(%arg0: tensor<4xf32>)
// CHECK: %[[A:.*]] = nn.map(%arg0 : tensor<4xf32>)
// CHECK: %[[B:.*]] = nn.map(%[[A]], %arg0 : tensor<4xf32>, tensor<4xf32>)
// CHECK: %[[C:.*]] = nn.map(%arg0 : tensor<4xf32>)
// CHECK: nn.map(%[[B]], %[[C]] : tensor<4xf32>, tensor<4xf32>)
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = coreml.pow_broadcastable %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %1 = coreml.pow_broadcastable %0, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %2 = coreml.pow_broadcastable %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %3 = coreml.pow_broadcastable %1, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}
