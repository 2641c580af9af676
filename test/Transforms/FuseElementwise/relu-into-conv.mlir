// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s
// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' -o /dev/null \
// RUN:   --remarks-filter-passed=fuse-elementwise --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// An activation becomes the convolution's epilogue; the op is made of both
// layers.
// REMARK: layer 'relu': fused into layer 'conv'
// CHECK-LABEL: func @relu
// CHECK-NOT: nn.map
// CHECK: %[[CONV:.*]] = nn.conv2d %{{.*}}, %{{.*}} groups = 1 epilogue {
// CHECK-NEXT: ^bb0(%[[ACC:.*]]: f32):
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0.0
// CHECK-NEXT: %[[MAX:.*]] = arith.maximumf %[[ACC]], %[[ZERO]]
// CHECK-NEXT: nn.yield %[[MAX]]
// CHECK: return %[[CONV]]
func.func @relu(%x: tensor<1x4x4x3xf32>, %w: tensor<1x1x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32> loc("conv")
  %1 = nn.map(%0 : tensor<1x4x4x8xf32>) {
  ^bb0(%e: f32):
    %zero = arith.constant 0.0 : f32
    %2 = arith.maximumf %e, %zero : f32
    nn.yield %2 : f32
  } -> tensor<1x4x4x8xf32> loc("relu")
  return %1 : tensor<1x4x4x8xf32>
}
