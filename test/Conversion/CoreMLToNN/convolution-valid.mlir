// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// A convolution with borders: channel-last, filter [KH, KW, C, O], the bias a map.
// CHECK-LABEL: func.func @main(%arg0: tensor<4x6x8xf32>) -> tensor<5x6x4xf32>
// CHECK: nn.transpose {{.*}} permutation = [0, 2, 3, 1]
// CHECK: nn.conv2d %{{.*}}, %{{.*}} strides = [1, 2] dilations = [1, 1] padding = [1, 1, 0, 0] groups = 1 : tensor<1x6x8x4xf32>, tensor<3x2x4x5xf32> -> tensor<1x6x4x5xf32>
// CHECK: nn.map
// CHECK: arith.addf
// CHECK: nn.transpose {{.*}} permutation = [0, 3, 1, 2]
func.func @main(%x: tensor<1x1x4x6x8xf32>) -> tensor<1x1x5x6x4xf32> {
  %0 = coreml.convolution %x {weights = dense<1.0> : tensor<5x4x3x2xf32>, bias = dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf32>, stride = array<i64: 1, 2>, paddingAmounts = array<i64: 1, 1, 0, 0>} : (tensor<1x1x4x6x8xf32>) -> tensor<1x1x5x6x4xf32>
  return %0 : tensor<1x1x5x6x4xf32>
}
