// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(eliminate-concat))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(eliminate-concat))' -o /dev/null \
// RUN:   --remarks-filter-missed=eliminate-concat --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// An input of the model lies in memory of its own.
// REMARK: layer 'join': input #1 is copied: it is an input of the model
// CHECK-LABEL: func @input
// CHECK: %[[COPY:.*]] = nn.copy %arg0
// CHECK: nn.concat %{{.*}}, %[[COPY]] axis = 3 in_place
func.func @input(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x6xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.concat %0, %x axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32> loc("join")
  return %1 : tensor<1x2x2x6xf32>
}

// -----

// So does a constant.
// REMARK: layer 'join': input #0 is copied: it is a constant
// CHECK-LABEL: func @constant
// CHECK: nn.copy
func.func @constant(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x6xf32> {
  %c = arith.constant dense<1.0> : tensor<1x2x2x3xf32>
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.concat %c, %0 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32> loc("join")
  return %1 : tensor<1x2x2x6xf32>
}

// -----

// A value cannot be in two places of one concat.
// REMARK: layer 'join': input #1 is copied: it is already part of a concat
// CHECK-LABEL: func @twice
// CHECK: %[[POOL:.*]] = nn.pool2d
// CHECK: %[[COPY:.*]] = nn.copy %[[POOL]]
// CHECK: nn.concat %[[POOL]], %[[COPY]]
func.func @twice(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x6xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.concat %0, %0 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32> loc("join")
  return %1 : tensor<1x2x2x6xf32>
}

// -----

// Nor in an output of the model and a concat.
// REMARK: layer 'join': input #0 is copied: it is an output of the model
// CHECK-LABEL: func @output
// CHECK: nn.copy
func.func @output(%x: tensor<1x2x2x3xf32>) -> (tensor<1x2x2x3xf32>, tensor<1x2x2x6xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %2 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32> loc("join")
  return %0, %2 : tensor<1x2x2x3xf32>, tensor<1x2x2x6xf32>
}

// -----

// A slice's elements lie in the larger tensor already.
// REMARK: layer 'join': input #0 is copied: it is a part of a larger tensor
// CHECK-LABEL: func @slice
// CHECK: nn.copy
func.func @slice(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  %1 = nn.slice %0 offsets = [0, 0, 0, 1] strides = [1, 1, 1, 1] : tensor<1x2x2x3xf32> -> tensor<1x2x2x1xf32>
  %2 = nn.concat %1, %0 axis = 3 : tensor<1x2x2x1xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x4xf32> loc("join")
  return %2 : tensor<1x2x2x4xf32>
}

// -----

// Columns of one channel, joined as channels of pixels in another order: no
// strides give the reshape its place.
// REMARK: layer 'join': input #0 is copied: a reshape in between has no strides for it
// CHECK-LABEL: func @no_strides
// CHECK: nn.copy
func.func @no_strides(%x: tensor<1x2x3x2xf32>) -> tensor<3x4x2xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x3x2xf32> -> tensor<1x2x3x2xf32>
  %1 = nn.reshape %0 : tensor<1x2x3x2xf32> -> tensor<3x2x2xf32>
  %2 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x3x2xf32> -> tensor<1x2x3x2xf32>
  %3 = nn.reshape %2 : tensor<1x2x3x2xf32> -> tensor<3x2x2xf32>
  %4 = nn.concat %1, %3 axis = 1 : tensor<3x2x2xf32>, tensor<3x2x2xf32> -> tensor<3x4x2xf32> loc("join")
  return %4 : tensor<3x4x2xf32>
}
