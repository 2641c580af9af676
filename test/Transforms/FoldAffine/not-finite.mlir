// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fold-affine))' -o /dev/null \
// RUN:   --remarks-filter-missed=fold-affine --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// A scale that is not a number stays where its layer is.
// REMARK: layer 'conv': keeps a scale or shift that is not finite
// CHECK-LABEL: func.func @scale
// CHECK: arith.constant dense<3.000000e+00>
// CHECK: arith.mulf
func.func @scale(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %nan = arith.constant 0x7FC00000 : f32
        %1 = arith.mulf %acc, %nan : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32> loc("conv")
  return %0 : tensor<1x2x2x1xf32>
}

// -----

// 0 is not what infinity times 0 is.
// REMARK: layer 'conv': keeps a scale: its products with the filter are not all finite
// CHECK-LABEL: func.func @filter
// CHECK: arith.mulf
func.func @filter(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<0x7F800000> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %s = arith.constant 0.0 : f32
        %1 = arith.mulf %acc, %s : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32> loc("conv")
  return %0 : tensor<1x2x2x1xf32>
}

// -----

// relu(x) * infinity is not relu(x * infinity) where x is 0.
// CHECK-LABEL: func.func @through_relu
// CHECK: arith.maximumf
// CHECK-NEXT: arith.mulf
func.func @through_relu(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 epilogue {
      ^bb0(%acc: f32):
        %s = arith.constant 0x7F800000 : f32
        %zero = arith.constant 0.0 : f32
        %1 = arith.maximumf %acc, %zero : f32
        %2 = arith.mulf %1, %s : f32
        nn.yield %2 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32> loc("conv")
  return %0 : tensor<1x2x2x1xf32>
}

// -----

// REMARK: layer 'conv': keeps a scale or shift in front of it that is not finite
// CHECK-LABEL: func.func @prologue
// CHECK: prologue
func.func @prologue(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 prologue {
      ^bb0(%e: f32):
        %s = arith.constant 0x7F800000 : f32
        %1 = arith.addf %e, %s : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32> loc("conv")
  return %0 : tensor<1x2x2x1xf32>
}
