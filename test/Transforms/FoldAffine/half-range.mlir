// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fold-affine))' -o /dev/null \
// RUN:   --remarks-filter-missed=fold-affine --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// 0.5 * 1e6 is infinite in half precision.
// REMARK: layer 'conv': keeps a scale: half precision would lose its products with the filter
// CHECK-LABEL: func.func @overflow
// CHECK: arith.constant dense<5.000000e-01>
// CHECK: arith.mulf
func.func @overflow(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %s = arith.constant 1.0e6 : f32
        %1 = arith.mulf %acc, %s : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32> loc("conv")
  return %0 : tensor<1x2x2x1xf32>
}

// -----

// One input channel whose weights would have few digits is enough.
// REMARK: layer 'conv': keeps a scale: half precision would lose its products with the filter
// CHECK-LABEL: func.func @subnormal
// CHECK: prologue
func.func @subnormal(%x: tensor<1x2x2x2xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<[[[[0.3], [0.01]]]]> : tensor<1x1x2x1xf32>
  %s = arith.constant dense<[1.0, 3.3e-5]> : tensor<2xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 prologue(%s : tensor<2xf32>) {
      ^bb0(%e: f32, %f: f32):
        %1 = arith.mulf %e, %f : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x2xf32>, tensor<1x1x2x1xf32> -> tensor<1x2x2x1xf32> loc("conv")
  return %0 : tensor<1x2x2x1xf32>
}

// -----

// Weights that halves cannot hold as they are may become better ones.
// CHECK-LABEL: func.func @into_range
// CHECK: arith.constant dense<1.000000e+00>
// CHECK-NOT: arith.mulf
func.func @into_range(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<1.0e-6> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %s = arith.constant 1.0e6 : f32
        %1 = arith.mulf %acc, %s : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// -----

// A channel that gives nothing, whatever halves hold, is no reason.
// CHECK-LABEL: func.func @dead
// CHECK: tensor<1x1x1x2xf32>
// CHECK-NOT: arith.mulf
func.func @dead(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x1x2xf32>
  %s = arith.constant dense<[2.0, 1.0e-20]> : tensor<2xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue(%s : tensor<2xf32>) {
      ^bb0(%acc: f32, %f: f32):
        %1 = arith.mulf %acc, %f : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x2xf32> -> tensor<1x2x2x2xf32>
  return %0 : tensor<1x2x2x2xf32>
}
