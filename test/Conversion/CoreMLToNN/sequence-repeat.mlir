// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// A broadcast.
// CHECK: %[[X:.*]] = nn.reshape %{{.*}} -> tensor<1x1x6xf32>
// CHECK: nn.map(%[[X]] : tensor<1x1x6xf32>)
// CHECK: -> tensor<1x3x6xf32>
func.func @main(%x: tensor<2x1x3x1x1xf32>) -> tensor<6x1x3x1x1xf32> {
  %0 = coreml.sequence_repeat %x {nRepetitions = 3 : i64} : (tensor<2x1x3x1x1xf32>) -> tensor<6x1x3x1x1xf32>
  return %0 : tensor<6x1x3x1x1xf32>
}
