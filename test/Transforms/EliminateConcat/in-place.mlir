// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(eliminate-concat))' | FileCheck %s

// Both producers write into the joint tensor, whatever the channel counts.
// CHECK-LABEL: func @odd_channels
// CHECK-NOT: nn.copy
// CHECK: nn.concat %{{.*}}, %{{.*}} axis = 3 in_place
func.func @odd_channels(%x: tensor<1x2x2x3xf32>, %y: tensor<1x2x2x5xf32>) -> tensor<1x2x2x8xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d max %y window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x5xf32> -> tensor<1x2x2x5xf32>
  %2 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x5xf32> -> tensor<1x2x2x8xf32>
  return %2 : tensor<1x2x2x8xf32>
}

// Another reader of a part does not matter: it reads inside the joint tensor.
// CHECK-LABEL: func @other_reader
// CHECK-NOT: nn.copy
// CHECK: nn.concat {{.*}} axis = 1 in_place
func.func @other_reader(%x: tensor<1x2x2x3xf32>) -> (tensor<1x4x2x3xf32>, tensor<1x1x1x3xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %2 = nn.concat %0, %1 axis = 1 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x4x2x3xf32>
  %3 = nn.reduce sum %0 axes = [1, 2] : tensor<1x2x2x3xf32> -> tensor<1x1x1x3xf32>
  return %2, %3 : tensor<1x4x2x3xf32>, tensor<1x1x1x3xf32>
}
