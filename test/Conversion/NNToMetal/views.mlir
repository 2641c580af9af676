// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// A slice is an offset and the strides of the whole; what of the offset is no
// multiple of four elements (16 bytes) stays in the kernel's type.
// CHECK-LABEL: func @slice
// CHECK: %[[V:.*]] = memref.reinterpret_cast %arg0 to offset: [30]
// CHECK-NOT: @copy
// CHECK: metal.dispatch {{.*}}(%[[V]],
// CHECK: metal.kernel {{.*}}offset: 2>>
func.func @slice(%x: tensor<1x4x4x6xf32>) -> tensor<1x1x1x3xf32> {
  %0 = nn.slice %x offsets = [0, 1, 1, 0] strides = [1, 1, 1, 2] : tensor<1x4x4x6xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.reduce sum %0 axes = [1, 2] : tensor<1x2x2x3xf32> -> tensor<1x1x1x3xf32>
  return %1 : tensor<1x1x1x3xf32>
}

// -----

// The result in Core ML's order is written through the inverse of the view.
// CHECK-LABEL: func @output
// CHECK: %[[V:.*]] = memref.reinterpret_cast %arg1 to offset: [0], sizes: [1, 2, 2, 3], strides: [{{[0-9]+}}, 2, 1, 4]
// CHECK: metal.dispatch {{.*}}(%arg0, %[[V]]
func.func @output(%x: tensor<1x2x2x3xf32>) -> tensor<3x2x2xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.transpose %0 permutation = [0, 3, 1, 2] : tensor<1x2x2x3xf32> -> tensor<1x3x2x2xf32>
  %2 = nn.reshape %1 : tensor<1x3x2x2xf32> -> tensor<3x2x2xf32>
  return %2 : tensor<3x2x2xf32>
}
