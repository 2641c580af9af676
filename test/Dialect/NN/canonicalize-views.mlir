// RUN: mlc-opt %s --canonicalize -split-input-file | FileCheck %s

// Transposes that undo each other vanish.
// CHECK-LABEL: func @undone
// CHECK-NEXT: return %arg0
func.func @undone(%x: tensor<1x4x5x6xf32>) -> tensor<1x4x5x6xf32> {
  %0 = nn.transpose %x permutation = [0, 3, 1, 2] : tensor<1x4x5x6xf32> -> tensor<1x6x4x5xf32>
  %1 = nn.transpose %0 permutation = [0, 2, 3, 1] : tensor<1x6x4x5xf32> -> tensor<1x4x5x6xf32>
  return %1 : tensor<1x4x5x6xf32>
}

// -----

// A transpose that only moves ones is a reshape, and reshapes compose.
// CHECK-LABEL: func @ones
// CHECK-NEXT: %[[R:.*]] = nn.reshape %arg0 : tensor<1x1x1x6xf32> -> tensor<6xf32>
// CHECK-NEXT: return %[[R]]
func.func @ones(%x: tensor<1x1x1x6xf32>) -> tensor<6xf32> {
  %0 = nn.transpose %x permutation = [0, 3, 1, 2] : tensor<1x1x1x6xf32> -> tensor<1x6x1x1xf32>
  %1 = nn.reshape %0 : tensor<1x6x1x1xf32> -> tensor<6xf32>
  return %1 : tensor<6xf32>
}

// -----

// Slices of slices are one slice.
// CHECK-LABEL: func @slices
// CHECK: nn.slice %arg0 offsets = [4] strides = [6] : tensor<20xf32> -> tensor<2xf32>
func.func @slices(%x: tensor<20xf32>) -> tensor<2xf32> {
  %0 = nn.slice %x offsets = [1] strides = [3] : tensor<20xf32> -> tensor<6xf32>
  %1 = nn.slice %0 offsets = [1] strides = [2] : tensor<6xf32> -> tensor<2xf32>
  return %1 : tensor<2xf32>
}
