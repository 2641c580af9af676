// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fold-layout))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fold-layout))' -o /dev/null \
// RUN:   --remarks-filter-missed=fold-layout --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: layer 'ip': its filter is not a constant
// CHECK-LABEL: func @computed_filter
// CHECK: nn.reshape
func.func @computed_filter(%x: tensor<1x1x2x2xf32>, %w: tensor<1x1x4x1xf32>) -> tensor<1x1x1x1xf32> {
  %0 = nn.reshape %x : tensor<1x1x2x2xf32> -> tensor<1x1x1x4xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x1x1x4xf32>, tensor<1x1x4x1xf32> -> tensor<1x1x1x1xf32> loc("ip")
  return %1 : tensor<1x1x1x1xf32>
}

// -----

// The source is a vector, not an image.
// REMARK: layer 'ip': its input is not an image of the same batch
// CHECK-LABEL: func @vector
// CHECK: nn.reshape
func.func @vector(%x: tensor<4xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0], [2.0], [3.0], [4.0]]]]> : tensor<1x1x4x1xf32>
  %0 = nn.reshape %x : tensor<4xf32> -> tensor<1x1x1x4xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x1x1x4xf32>, tensor<1x1x4x1xf32> -> tensor<1x1x1x1xf32> loc("ip")
  return %1 : tensor<1x1x1x1xf32>
}

// -----

// A transpose that exchanges images and columns: no filter can undo it.
// REMARK: layer 'ip': the views mix the images of a batch
// CHECK-LABEL: func @mixed
// CHECK: nn.transpose
func.func @mixed(%x: tensor<2x1x2x2xf32>) -> tensor<2x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0], [2.0], [3.0], [4.0]]]]> : tensor<1x1x4x1xf32>
  %0 = nn.transpose %x permutation = [2, 1, 0, 3] : tensor<2x1x2x2xf32> -> tensor<2x1x2x2xf32>
  %1 = nn.reshape %0 : tensor<2x1x2x2xf32> -> tensor<2x1x1x4xf32>
  %2 = nn.conv2d %1, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<2x1x1x4xf32>, tensor<1x1x4x1xf32> -> tensor<2x1x1x1xf32> loc("ip")
  return %2 : tensor<2x1x1x1xf32>
}

// -----

// A window smaller than its input slides over it: not an inner product.
// CHECK-LABEL: func @sliding
// CHECK: nn.transpose
func.func @sliding(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %0 = nn.transpose %x permutation = [0, 2, 1, 3] : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %1 : tensor<1x2x2x1xf32>
}

// -----

// The prologue reads a second tensor in the order of the views.
// REMARK: layer 'ip': its prologue reads other tensors
// CHECK-LABEL: func @prologue
// CHECK: nn.reshape
func.func @prologue(%x: tensor<1x1x2x2xf32>, %s: tensor<4xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<[[[[1.0], [2.0], [3.0], [4.0]]]]> : tensor<1x1x4x1xf32>
  %0 = nn.reshape %x : tensor<1x1x2x2xf32> -> tensor<1x1x1x4xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 prologue(%s : tensor<4xf32>) {
      ^bb0(%e: f32, %f: f32):
        %2 = arith.mulf %e, %f : f32
        nn.yield %2 : f32
      } : tensor<1x1x1x4xf32>, tensor<1x1x4x1xf32> -> tensor<1x1x1x1xf32> loc("ip")
  return %1 : tensor<1x1x1x1xf32>
}

// -----

// A filter of the image's size whose window is not the image: padding in front
// leaves it one pixel.
// CHECK-LABEL: func @padded
// CHECK: nn.transpose
// CHECK: padding = [1, 0, 1, 0]
func.func @padded(%x: tensor<1x2x2x2xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2x2x1xf32>
  %0 = nn.transpose %x permutation = [0, 2, 3, 1] : tensor<1x2x2x2xf32> -> tensor<1x2x2x2xf32>
  %1 = nn.conv2d %0, %w strides = [2, 2] dilations = [1, 1] padding = [1, 0, 1, 0] groups = 1
      : tensor<1x2x2x2xf32>, tensor<2x2x2x1xf32> -> tensor<1x1x1x1xf32> loc("conv")
  return %1 : tensor<1x1x1x1xf32>
}

// -----

// The first image is where it was, the others are not.
// REMARK: layer 'ip': the views mix the images of a batch
// CHECK-LABEL: func @later_images
// CHECK: nn.transpose
func.func @later_images(%x: tensor<4x1x1x1xf32>) -> tensor<4x1x1x1xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  %0 = nn.reshape %x : tensor<4x1x1x1xf32> -> tensor<2x2x1x1xf32>
  %1 = nn.transpose %0 permutation = [1, 0, 2, 3] : tensor<2x2x1x1xf32> -> tensor<2x2x1x1xf32>
  %2 = nn.reshape %1 : tensor<2x2x1x1xf32> -> tensor<4x1x1x1xf32>
  %3 = nn.conv2d %2, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<4x1x1x1xf32>, tensor<1x1x1x1xf32> -> tensor<4x1x1x1xf32> loc("ip")
  return %3 : tensor<4x1x1x1xf32>
}

// -----

// Each group reads two channels of the reordered image.
// REMARK: layer 'conv': its groups read channels of their own
// CHECK-LABEL: func @groups
// CHECK: nn.reshape
func.func @groups(%x: tensor<1x2x2x1xf32>) -> tensor<1x1x1x2xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x2x2xf32>
  %0 = nn.reshape %x : tensor<1x2x2x1xf32> -> tensor<1x1x1x4xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 2
      : tensor<1x1x1x4xf32>, tensor<1x1x2x2xf32> -> tensor<1x1x1x2xf32> loc("conv")
  return %1 : tensor<1x1x1x2xf32>
}

// -----

// A kernel that several 1x1 convolutions share reads one tensor.
// REMARK: layer 'conv': it has the kernel of a 1x1 convolution or of a pool
// CHECK-LABEL: func @shared_kernel
// CHECK: nn.reshape
func.func @shared_kernel(%x: tensor<1x2x2x1xf32>) -> tensor<1x1x1x1xf32> {
  %w = arith.constant dense<1.0> : tensor<1x1x4x1xf32>
  %0 = nn.reshape %x : tensor<1x2x2x1xf32> -> tensor<1x1x1x4xf32>
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 {shared_kernel = 0 : i64}
      : tensor<1x1x1x4xf32>, tensor<1x1x4x1xf32> -> tensor<1x1x1x1xf32> loc("conv")
  return %1 : tensor<1x1x1x1xf32>
}
