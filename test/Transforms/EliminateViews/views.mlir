// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(eliminate-views))' | FileCheck %s

// Slices and transposes of anything are addressing.
// CHECK-LABEL: func @addressing
// CHECK-NOT: nn.copy
// CHECK: return
func.func @addressing(%x: tensor<1x4x4x6xf32>) -> tensor<1x3x2x2xf32> {
  %0 = nn.slice %x offsets = [0, 1, 1, 3] strides = [1, 1, 1, 1] : tensor<1x4x4x6xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.transpose %0 permutation = [0, 3, 1, 2] : tensor<1x2x2x3xf32> -> tensor<1x3x2x2xf32>
  %2 = nn.pad constant %1 low = [0, 0, 0, 0] high = [0, 0, 0, 0]
      : tensor<1x3x2x2xf32> -> tensor<1x3x2x2xf32>
  return %2 : tensor<1x3x2x2xf32>
}

// A result in Core ML's order is written there by its producer.
// CHECK-LABEL: func @output_order
// CHECK-NOT: nn.copy
// CHECK: return
func.func @output_order(%x: tensor<1x2x2x3xf32>) -> tensor<3x2x2xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.transpose %0 permutation = [0, 3, 1, 2] : tensor<1x2x2x3xf32> -> tensor<1x3x2x2xf32>
  %2 = nn.reshape %1 : tensor<1x3x2x2xf32> -> tensor<3x2x2xf32>
  return %2 : tensor<3x2x2xf32>
}
