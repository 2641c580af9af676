// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fuse-elementwise))' -o /dev/null \
// RUN:   --remarks-filter-missed=fuse-elementwise --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=MISSED

// The convolution reads bytes; what is left of the map takes floats.
// CHECK-LABEL: func.func @bytes(
// CHECK-NOT: nn.map
// CHECK: nn.conv2d %arg0, %{{.*}} prologue {
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32):
// CHECK: arith.mulf %[[X]]
// CHECK-NOT: arith.uitofp
// CHECK: tensor<1x4x4x3xi8>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32>
func.func @bytes(%x: tensor<1x4x4x3xi8>, %w: tensor<1x1x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.map(%x : tensor<1x4x4x3xi8>) {
  ^bb0(%e: i8):
    %s = arith.constant 0.5 : f32
    %2 = arith.uitofp %e : i8 to f32
    %3 = arith.mulf %2, %s : f32
    nn.yield %3 : f32
  } -> tensor<1x4x4x3xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32>
  return %1 : tensor<1x4x4x8xf32>
}

// -----

// Halves likewise.
// CHECK-LABEL: func.func @halves(
// CHECK-NOT: nn.map
// CHECK: nn.conv2d %arg0
// CHECK: tensor<1x4x4x1xf16>
func.func @halves(%x: tensor<1x4x4x1xf16>, %w: tensor<1x1x1x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.map(%x : tensor<1x4x4x1xf16>) {
  ^bb0(%e: f16):
    %2 = arith.extf %e : f16 to f32
    nn.yield %2 : f32
  } -> tensor<1x4x4x1xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x1xf32>, tensor<1x1x1x8xf32> -> tensor<1x4x4x8xf32>
  return %1 : tensor<1x4x4x8xf32>
}

// -----

// Two layers would each convert them.
// CHECK-LABEL: func.func @two(
// CHECK: nn.map
// MISSED: layer 'scaler': keeps a kernel: no input comes from an op that computes, and it reads the pixels of an image for several layers
func.func @two(%x: tensor<1x4x4x3xi8>, %w: tensor<1x1x3x8xf32>) -> (tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>) {
  %0 = nn.map(%x : tensor<1x4x4x3xi8>) {
  ^bb0(%e: i8):
    %2 = arith.uitofp %e : i8 to f32
    nn.yield %2 : f32
  } -> tensor<1x4x4x3xf32> loc("scaler")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32>
  %2 = nn.conv2d %0, %w strides = [1, 1] dilations = [2, 2] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32>
  return %1, %2 : tensor<1x4x4x8xf32>, tensor<1x4x4x8xf32>
}
