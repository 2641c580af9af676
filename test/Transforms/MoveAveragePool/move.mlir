// RUN: mlc-opt %s --move-average-pool | FileCheck %s

// The average of eight channels becomes one of four, with the convolution's
// epilogue; the pool's prologue stays where its input is loaded.
// CHECK-LABEL: func @main
// CHECK: %[[CONV:.*]] = nn.conv2d %arg0, %{{.*}} prologue {
// CHECK: math.absf
// CHECK-NOT: epilogue
// CHECK: : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
// CHECK: %[[POOL:.*]] = nn.pool2d average %[[CONV]] window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1] epilogue(%arg1 : tensor<4xf32>)
// CHECK: arith.addf
// CHECK: return %[[POOL]]
func.func @main(%x: tensor<1x6x6x8xf32>, %bias: tensor<4xf32>) -> tensor<1x6x6x4xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %0 = nn.pool2d average %x window = [3, 3] strides = [1, 1] padding = [1, 1, 1, 1]
      prologue {
      ^bb0(%e: f32):
        %a = math.absf %e : f32
        nn.yield %a : f32
      } : tensor<1x6x6x8xf32> -> tensor<1x6x6x8xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      epilogue(%bias : tensor<4xf32>) {
      ^bb0(%sum: f32, %b: f32):
        %s = arith.addf %sum, %b : f32
        nn.yield %s : f32
      } : tensor<1x6x6x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x6x6x4xf32>
  return %1 : tensor<1x6x6x4xf32>
}
