// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(eliminate-views))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(eliminate-views))' -o /dev/null \
// RUN:   --remarks-filter-missed=eliminate-views --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// A model that returns its input needs one copy.
// REMARK: is copied: it is an input of the model
// CHECK-LABEL: func @identity
// CHECK: %[[COPY:.*]] = nn.copy %arg0
// CHECK: return %[[COPY]]
func.func @identity(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// One that returns a constant too.
// REMARK: layer 'bias': is copied: it is a constant
// CHECK-LABEL: func @constant
// CHECK: nn.copy
func.func @constant() -> tensor<4xf32> {
  %0 = arith.constant dense<1.0> : tensor<4xf32> loc("bias")
  return %0 : tensor<4xf32>
}

// -----

// One value as two outputs: the second is a copy of the first.
// REMARK: layer 'pool': is copied: it is an output of the model
// CHECK-LABEL: func @twice
// CHECK: %[[POOL:.*]] = nn.pool2d
// CHECK: %[[COPY:.*]] = nn.copy %[[POOL]]
// CHECK: return %[[POOL]], %[[COPY]]
func.func @twice(%x: tensor<1x1x1x4xf32>) -> (tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x1x1x4xf32> -> tensor<1x1x1x4xf32> loc("pool")
  return %0, %0 : tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>
}

// -----

// Rows and channels exchanged, then flattened: no strides read that.
// REMARK: layer 'flatten': is copied: its elements are not in order in memory
// CHECK-LABEL: func @gaps
// CHECK: %[[T:.*]] = nn.transpose
// CHECK: %[[COPY:.*]] = nn.copy %[[T]]
// CHECK: nn.reshape %[[COPY]]
func.func @gaps(%x: tensor<1x2x2x3xf32>) -> tensor<1x1x1x1xf32> {
  %0 = nn.transpose %x permutation = [0, 3, 1, 2] : tensor<1x2x2x3xf32> -> tensor<1x3x2x2xf32>
  %1 = nn.reshape %0 : tensor<1x3x2x2xf32> -> tensor<1x1x1x12xf32> loc("flatten")
  %2 = nn.reduce sum %1 axes = [3] : tensor<1x1x1x12xf32> -> tensor<1x1x1x1xf32>
  return %2 : tensor<1x1x1x1xf32>
}

// -----

// The bytes of an image output are not what others read.
// CHECK-LABEL: func @pixels
// CHECK: %[[POOL:.*]] = nn.pool2d
// CHECK: %[[COPY:.*]] = nn.copy %[[POOL]]
// CHECK: return %[[COPY]]
func.func @pixels(%x: tensor<1x2x2x3xf32>) -> (tensor<1x2x2x3xf32> {nn.pixels = "float16"}, tensor<1x2x2x3xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d l2 %0 window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  return %0, %1 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32>
}
