// RUN: mlc-opt %s --convert-nn-to-metal=precision=f16 | FileCheck %s --check-prefix=HALF
// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 | FileCheck %s --check-prefix=FLOAT

// Intermediates have the precision asked for; what the user sees is float.
// HALF: metal.precision = "f16"
// HALF: func @main(%arg0: memref<1x4x4x4xf32> {metal.role = "input"}, %arg1: memref<1x1x1x4xf32> {metal.role = "output"})
// HALF: memref.alloc() : memref<1x2x2x4xf16>
// FLOAT: metal.precision = "f32"
// FLOAT: memref.alloc() : memref<1x2x2x4xf32>
func.func @main(%x: tensor<1x4x4x4xf32>) -> tensor<1x1x1x4xf32> {
  %0 = nn.pool2d max %x window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32>
  %1 = nn.pool2d average %0 window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x2x2x4xf32> -> tensor<1x1x1x4xf32>
  return %1 : tensor<1x1x1x4xf32>
}
