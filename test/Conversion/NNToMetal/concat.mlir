// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Producers of 3 and 5 channels write into their part of each pixel.
// CHECK-NOT: memref.alloc()
// CHECK: %[[A:.*]] = memref.reinterpret_cast %arg2 to offset: [0], sizes: [1, 2, 2, 3], strides: [32, 16, 8, 1]
// CHECK: metal.dispatch {{.*}}(%arg0, %[[A]] :
// CHECK: %[[B:.*]] = memref.reinterpret_cast %arg2 to offset: [3], sizes: [1, 2, 2, 5], strides: [32, 16, 8, 1]
// CHECK: metal.dispatch {{.*}}(%arg1, %[[B]] :
func.func @main(%x: tensor<1x2x2x3xf32>, %y: tensor<1x2x2x5xf32>) -> tensor<1x2x2x8xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d max %y window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x5xf32> -> tensor<1x2x2x5xf32>
  %2 = nn.concat %0, %1 axis = 3 in_place : tensor<1x2x2x3xf32>, tensor<1x2x2x5xf32> -> tensor<1x2x2x8xf32>
  return %2 : tensor<1x2x2x8xf32>
}
