// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fold-affine))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fold-affine))' -o /dev/null \
// RUN:   --remarks-filter-missed=fold-affine --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// A shift in front of padding: the border would have to be shifted too.
// REMARK: layer 'conv': keeps a shift in front of it: its padding is zero after the shift
// CHECK-LABEL: func @padded_shift
// CHECK: prologue
func.func @padded_shift(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<1.0> : tensor<3x3x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      prologue {
      ^bb0(%e: f32):
        %two = arith.constant 2.0 : f32
        %1 = arith.addf %e, %two : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<3x3x1x1xf32> -> tensor<1x2x2x1xf32> loc("conv")
  return %0 : tensor<1x2x2x1xf32>
}

// -----

// REMARK: layer 'conv': its filter is not a constant
// CHECK-LABEL: func @computed_filter
// CHECK: prologue
func.func @computed_filter(%x: tensor<1x2x2x1xf32>, %w: tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32> {
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 prologue {
      ^bb0(%e: f32):
        %two = arith.constant 2.0 : f32
        %1 = arith.mulf %e, %two : f32
        nn.yield %1 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32> loc("conv")
  return %0 : tensor<1x2x2x1xf32>
}

// -----

// relu(x * 2): affine work is only the beginning of the prologue.
// CHECK-LABEL: func @not_affine
// CHECK: prologue
func.func @not_affine(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 prologue {
      ^bb0(%e: f32):
        %two = arith.constant 2.0 : f32
        %zero = arith.constant 0.0 : f32
        %1 = arith.mulf %e, %two : f32
        %2 = arith.maximumf %1, %zero : f32
        nn.yield %2 : f32
      } : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}
