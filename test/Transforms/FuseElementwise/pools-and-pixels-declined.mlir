// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fuse-elementwise))' -o /dev/null \
// RUN:   --remarks-filter-missed=fuse-elementwise --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// The epilogue of a convolution that pools comes before the maximum: -max(x) is
// not max(-x).
// REMARK: layer 'neg': keeps a kernel: layer 'conv' pools its results or shares a kernel, and it is an output of the model
// CHECK-LABEL: func.func @pooled
// CHECK: nn.conv2d
// CHECK-NEXT: nn.map
func.func @pooled(%x: tensor<1x4x4x3xf32>, %w: tensor<1x1x3x8xf32>) -> tensor<1x2x2x8xf32> {
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 {max_pool = array<i64: 2, 2>}
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x2x2x8xf32> loc("conv")
  %1 = nn.map(%0 : tensor<1x2x2x8xf32>) {
  ^bb0(%e: f32):
    %2 = arith.negf %e : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x8xf32> loc("neg")
  return %1 : tensor<1x2x2x8xf32>
}

// -----

// A convolution that shares its kernel stays beside the other.
// REMARK: layer 'neg': keeps a kernel: {{.*}}, and layer 'conv' shares a kernel
// CHECK-LABEL: func.func @shared
// CHECK: nn.map
func.func @shared(%x: tensor<1x4x4x3xf32>, %w: tensor<1x1x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.map(%x : tensor<1x4x4x3xf32>) {
  ^bb0(%e: f32):
    %2 = arith.negf %e : f32
    nn.yield %2 : f32
  } -> tensor<1x4x4x3xf32> loc("neg")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 {shared_kernel = 0 : i64}
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32> loc("conv")
  return %1 : tensor<1x4x4x8xf32>
}

// -----

// Of two images a convolution converts one at most.
// REMARK: layer 'sum': keeps a kernel: no input comes from an op that computes, and it reads the pixels of an image beside another tensor
// CHECK-LABEL: func.func @two_images
// CHECK: nn.map
func.func @two_images(%x: tensor<1x4x4x3xi8>, %y: tensor<1x4x4x3xi8>, %w: tensor<1x1x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.map(%x, %y : tensor<1x4x4x3xi8>, tensor<1x4x4x3xi8>) {
  ^bb0(%a: i8, %b: i8):
    %2 = arith.uitofp %a : i8 to f32
    %3 = arith.uitofp %b : i8 to f32
    %4 = arith.addf %2, %3 : f32
    nn.yield %4 : f32
  } -> tensor<1x4x4x3xf32> loc("sum")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32> loc("conv")
  return %1 : tensor<1x4x4x8xf32>
}

// -----

// Nor one that repeats.
// REMARK: layer 'sum': keeps a kernel: no input comes from an op that computes, and it reads the pixels of an image beside another tensor
// CHECK-LABEL: func.func @gray_image
// CHECK: nn.map
func.func @gray_image(%x: tensor<1x4x4x1xi8>, %y: tensor<1x4x4x3xf32>, %w: tensor<1x1x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.map(%x, %y : tensor<1x4x4x1xi8>, tensor<1x4x4x3xf32>) {
  ^bb0(%a: i8, %b: f32):
    %2 = arith.uitofp %a : i8 to f32
    %4 = arith.addf %2, %b : f32
    nn.yield %4 : f32
  } -> tensor<1x4x4x3xf32> loc("sum")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32> loc("conv")
  return %1 : tensor<1x4x4x8xf32>
}

// -----

// An epilogue reads floats beside the sum.
// REMARK: layer 'sum': keeps a kernel: it reads the pixels of an image
// CHECK-LABEL: func.func @epilogue
// CHECK: nn.conv2d
// CHECK-NEXT: nn.map
func.func @epilogue(%x: tensor<1x4x4x3xf32>, %y: tensor<1x4x4x8xi8>, %w: tensor<1x1x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32> loc("conv")
  %1 = nn.map(%0, %y : tensor<1x4x4x8xf32>, tensor<1x4x4x8xi8>) {
  ^bb0(%a: f32, %b: i8):
    %2 = arith.uitofp %b : i8 to f32
    %4 = arith.addf %a, %2 : f32
    nn.yield %4 : f32
  } -> tensor<1x4x4x8xf32> loc("sum")
  return %1 : tensor<1x4x4x8xf32>
}
