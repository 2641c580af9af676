// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Channel-last order is that of memory: a reshape and no transpose.
// CHECK: %[[MAP:.*]] = nn.map
// CHECK: nn.reshape %[[MAP]] : tensor<1x6x8x4xf32> -> tensor<1x1x1x192xf32>
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x192x1x1xf32> {
  %r = coreml.bias %x {bias = dense<1.0> : tensor<1xf32>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x4x6x8xf32>
  %0 = coreml.flatten %r {mode = #coreml<flatten_order CHANNEL_LAST>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x192x1x1xf32>
  return %0 : tensor<1x1x192x1x1xf32>
}
