// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal="precision=f16 gpu-family=apple7" --canonicalize --cse --mlir-elide-resource-strings-if-larger=8 | FileCheck %s
// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal="precision=f16 gpu-family=apple6" --canonicalize --cse --mlir-elide-resource-strings-if-larger=8 | FileCheck %s --check-prefix=PLAIN
// RUN: not mlc-opt %s --split-input-file --convert-nn-to-metal=gpu-family=m1 2>&1 | FileCheck %s --check-prefix=WRONG
// WRONG: gpu-family must be any, apple6, apple7, apple8 or apple9, is 'm1'

// Four simdgroups of 32 threads make a tile of 32 pixels by 32 channels; slices
// of both sides pass through threadgroup memory.
// CHECK: metal.dispatch @simdgroup_conv1x1_32to40_6x6 threads [256, 2, 1] group [128, 1, 1]
// CHECK: metal.kernel @simdgroup_conv1x1_32to40_6x6 "convolution"
// CHECK: metal.simdgroup_index
// CHECK: metal.threadgroup_alloc
// CHECK: metal.barrier
// CHECK: metal.load_matrix
// CHECK: metal.multiply_matrices
// CHECK: metal.store_matrix
// CHECK: metal.store_lanes
// PLAIN-NOT: simdgroup
func.func @convolution(%x: tensor<1x6x6x32xf32>) -> tensor<1x6x6x40xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x32x40xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x6x6x32xf32>, tensor<1x1x32x40xf32> -> tensor<1x6x6x40xf32>
  return %0 : tensor<1x6x6x40xf32>
}

// -----

// CHECK: metal.dispatch @simdgroup_matmul_2x64x64_by32 threads [256, 2, 2] group [128, 1, 1]
// PLAIN: metal.dispatch @matmul_
func.func @matmul(%x: tensor<2x64x32xf32>, %y: tensor<32x64xf32>) -> tensor<2x64x64xf32> {
  %0 = nn.matmul %x, %y : tensor<2x64x32xf32>, tensor<32x64xf32> -> tensor<2x64x64xf32>
  return %0 : tensor<2x64x64xf32>
}

// -----

// An inner product has too few rows.
// CHECK: metal.dispatch @matmul
func.func @few(%x: tensor<4x32xf32>, %y: tensor<32x64xf32>) -> tensor<4x64xf32> {
  %0 = nn.matmul %x, %y : tensor<4x32xf32>, tensor<32x64xf32> -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}
