// RUN: mlc-opt %s | mlc-opt | FileCheck %s

// A convolution with fused work at both ends survives the round trip.
// CHECK-LABEL: func @fused
// CHECK: nn.conv2d %{{.*}}, %{{.*}} strides = [2, 2] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
// CHECK-SAME: prologue(%{{.*}} : tensor<3xf32>) {
// CHECK: epilogue {
// CHECK: nn.yield
func.func @fused(%x: tensor<1x8x8x3xf32>, %w: tensor<3x3x3x16xf32>,
                 %s: tensor<3xf32>) -> tensor<1x4x4x16xf32> {
  %0 = nn.conv2d %x, %w strides = [2, 2] dilations = [1, 1]
      padding = [1, 1, 1, 1] groups = 1
      prologue(%s : tensor<3xf32>) {
      ^bb0(%e: f32, %f: f32):
        %1 = arith.mulf %e, %f : f32
        nn.yield %1 : f32
      } epilogue {
      ^bb0(%acc: f32):
        %zero = arith.constant 0.0 : f32
        %1 = arith.maximumf %acc, %zero : f32
        nn.yield %1 : f32
      } : tensor<1x8x8x3xf32>, tensor<3x3x3x16xf32> -> tensor<1x4x4x16xf32>
  return %0 : tensor<1x4x4x16xf32>
}
