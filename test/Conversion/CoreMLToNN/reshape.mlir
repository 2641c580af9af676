// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// The format's order is channels, rows, columns; ours has channels last, so a
// reshape stands between two transpositions.
// CHECK-LABEL: func.func @channel_first
// CHECK: nn.softmax
// CHECK-NEXT: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x4x5x3xf32> -> tensor<1x3x4x5xf32>
// CHECK-NEXT: nn.reshape %{{.*}} -> tensor<1x4x5x3xf32>
// CHECK-NEXT: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x4x5x3xf32> -> tensor<1x5x3x4xf32>
// CHECK-NEXT: nn.softmax
func.func @channel_first(%x: tensor<1x1x3x4x5xf32>) -> tensor<1x1x4x5x3xf32> {
  %0 = coreml.softmax %x : (tensor<1x1x3x4x5xf32>) -> tensor<1x1x3x4x5xf32>
  %1 = coreml.reshape %0 {targetShape = array<i64: 4, 5, 3>} : (tensor<1x1x3x4x5xf32>) -> tensor<1x1x4x5x3xf32>
  %2 = coreml.softmax %1 : (tensor<1x1x4x5x3xf32>) -> tensor<1x1x4x5x3xf32>
  return %2 : tensor<1x1x4x5x3xf32>
}

// -----

// With channels last in both nothing has to move, only the shape changes.
// CHECK-LABEL: func.func @channel_last
// CHECK: nn.softmax
// CHECK-NEXT: nn.reshape %{{.*}} : tensor<1x4x5x3xf32> -> tensor<1x1x1x60xf32>
// CHECK-NEXT: nn.softmax
func.func @channel_last(%x: tensor<1x1x3x4x5xf32>) -> tensor<1x1x60x1x1xf32> {
  %0 = coreml.softmax %x : (tensor<1x1x3x4x5xf32>) -> tensor<1x1x3x4x5xf32>
  %1 = coreml.reshape %0 {mode = #coreml<reshape_order CHANNEL_LAST>, targetShape = array<i64: 60, 1, 1>} : (tensor<1x1x3x4x5xf32>) -> tensor<1x1x60x1x1xf32>
  %2 = coreml.softmax %1 : (tensor<1x1x60x1x1xf32>) -> tensor<1x1x60x1x1xf32>
  return %2 : tensor<1x1x60x1x1xf32>
}
