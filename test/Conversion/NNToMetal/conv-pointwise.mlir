// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Rows and columns of a 1x1 convolution are one dimension, so that its strips
// of five pixels cross the ends of rows: 7 strips for 5 x 7 pixels.
// CHECK-LABEL: func @main
// CHECK: memref.reinterpret_cast %arg0 to offset: [0], sizes: [1, 35, 3]
// CHECK: memref.reinterpret_cast %arg1 to offset: [0], sizes: [1, 35, 20]
// CHECK: metal.dispatch @conv1x1_3to20_5x7 threads [7, 2, 1]
// CHECK: memref.alloca() : memref<5xvector<16xf32>>
// CHECK-NOT: scf.if
func.func @main(%x: tensor<1x5x7x3xf32>) -> tensor<1x5x7x20xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x3x20xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x5x7x3xf32>, tensor<1x1x3x20xf32> -> tensor<1x5x7x20xf32>
  return %0 : tensor<1x5x7x20xf32>
}
