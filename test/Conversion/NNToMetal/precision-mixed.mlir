// RUN: mlc-opt %s --convert-nn-to-metal=precision=f16 | FileCheck %s

// What an op with nn.precision reads stays in half; its result and weights are
// in float, and so is a concat that it is a part of.
// CHECK: %[[A:.*]] = memref.alloc() : memref<1x4x4x8xf16>
// CHECK: metal.dispatch {{.*}}memref<1x4x4x8xf32>, memref<1x4x4x8xf16>
// CHECK: %[[W:.*]] = metal.weights {{.*}} : memref<1x3x3x8x4xf32>
// CHECK: %[[B:.*]] = memref.alloc() : memref<1x4x4x8xf32>
// CHECK: metal.dispatch {{.*}}%[[A]], %[[W]]
// CHECK: metal.weights {{.*}} : memref<1x3x3x8x4xf16>
// CHECK: metal.dispatch {{.*}}memref<1x3x3x8x4xf16>{{.*}}memref<1x4x4x4xf32, strided
// CHECK-NOT: memref.alloc()
func.func @main(%x: tensor<1x4x4x8xf32>) -> tensor<1x2x2x8xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x8x4xf32>
  %v = arith.constant dense<0.25> : tensor<3x3x8x4xf32>
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x4x4x8xf32> -> tensor<1x4x4x8xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1 {nn.precision = "f32"}
      : tensor<1x4x4x8xf32>, tensor<3x3x8x4xf32> -> tensor<1x4x4x4xf32>
  %2 = nn.conv2d %0, %v strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x4x4x8xf32>, tensor<3x3x8x4xf32> -> tensor<1x4x4x4xf32>
  %3 = nn.concat %1, %2 axis = 3 in_place : tensor<1x4x4x4xf32>, tensor<1x4x4x4xf32> -> tensor<1x4x4x8xf32>
  %4 = nn.pool2d average %3 window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x4x4x8xf32> -> tensor<1x2x2x8xf32>
  return %4 : tensor<1x2x2x8xf32>
}
