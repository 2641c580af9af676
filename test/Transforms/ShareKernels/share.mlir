// RUN: mlc-opt %s --share-kernels | FileCheck %s

// Two 1x1 convolutions of %arg0 move together; the third reads another tensor,
// the 3x3 one is no 1x1.
// CHECK-LABEL: func @main
// CHECK: %[[A:.*]] = nn.conv2d %arg0, {{.*}} {shared_kernel = 0 : i64} : {{.*}} -> tensor<1x6x6x4xf32>
// CHECK: %[[B:.*]] = nn.conv2d %arg0, {{.*}} {shared_kernel = 0 : i64} : {{.*}} -> tensor<1x6x6x2xf32>
// CHECK: %[[C:.*]] = nn.conv2d %[[A]]
// CHECK-NOT: shared_kernel
// CHECK: %[[D:.*]] = nn.conv2d %arg0
// CHECK-NOT: shared_kernel
// CHECK: return %[[A]], %[[B]], %[[C]], %[[D]]
func.func @main(%x: tensor<1x6x6x8xf32>) -> (tensor<1x6x6x4xf32>, tensor<1x6x6x2xf32>, tensor<1x6x6x4xf32>, tensor<1x6x6x4xf32>) {
  %w4 = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %a = nn.conv2d %x, %w4 strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  %w44 = arith.constant dense<0.25> : tensor<1x1x4x4xf32>
  %c = nn.conv2d %a, %w44 strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x4xf32>, tensor<1x1x4x4xf32> -> tensor<1x6x6x4xf32>
  %w3 = arith.constant dense<0.5> : tensor<3x3x8x4xf32>
  %d = nn.conv2d %x, %w3 strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x6x6x8xf32>, tensor<3x3x8x4xf32> -> tensor<1x6x6x4xf32>
  %w2 = arith.constant dense<0.75> : tensor<1x1x8x2xf32>
  %b = nn.conv2d %x, %w2 strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x8xf32>, tensor<1x1x8x2xf32> -> tensor<1x6x6x2xf32>
  return %a, %b, %c, %d : tensor<1x6x6x4xf32>, tensor<1x6x6x2xf32>, tensor<1x6x6x4xf32>, tensor<1x6x6x4xf32>
}
