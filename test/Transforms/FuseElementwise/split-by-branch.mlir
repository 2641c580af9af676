// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s

// A map behind a concat goes into every branch, with its part of the constants.
// CHECK-LABEL: func @branches
// CHECK: %[[ALL:.*]] = arith.constant dense<[1.{{.*}}, 2.{{.*}}, 3.{{.*}}]>
// CHECK: %[[LOW:.*]] = nn.slice %[[ALL]] offsets = [0] strides = [1] : tensor<3xf32> -> tensor<1xf32>
// CHECK: %[[A:.*]] = nn.pool2d max {{.*}} epilogue(%[[LOW]] : tensor<1xf32>)
// CHECK: %[[HIGH:.*]] = nn.slice %[[ALL]] offsets = [1] strides = [1] : tensor<3xf32> -> tensor<2xf32>
// CHECK: %[[B:.*]] = nn.pool2d average {{.*}} epilogue(%[[HIGH]] : tensor<2xf32>)
// CHECK: nn.concat %[[A]], %[[B]] axis = 3
// CHECK-NOT: nn.map
func.func @branches(%x: tensor<1x2x2x1xf32>, %y: tensor<1x2x2x2xf32>) -> tensor<1x2x2x3xf32> {
  %c = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %1 = nn.pool2d average %y window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x2xf32> -> tensor<1x2x2x2xf32>
  %2 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x1xf32>, tensor<1x2x2x2xf32> -> tensor<1x2x2x3xf32>
  %3 = nn.map(%2, %c : tensor<1x2x2x3xf32>, tensor<3xf32>) {
  ^bb0(%e: f32, %f: f32):
    %4 = arith.mulf %e, %f : f32
    nn.yield %4 : f32
  } -> tensor<1x2x2x3xf32>
  return %3 : tensor<1x2x2x3xf32>
}
