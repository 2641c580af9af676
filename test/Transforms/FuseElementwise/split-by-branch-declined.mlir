// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fuse-elementwise))' -o /dev/null \
// RUN:   --remarks-filter-missed=fuse-elementwise --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// One branch is an input of the model: it cannot take its part, so the map
// keeps a kernel.
// REMARK: layer 'relu': keeps a kernel: no input comes from an op that computes, and it is an output of the model
// CHECK-LABEL: func @input_branch
// CHECK: nn.concat
// CHECK-NEXT: nn.map
func.func @input_branch(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %1 = nn.concat %0, %x axis = 3 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32> -> tensor<1x2x2x2xf32>
  %2 = nn.map(%1 : tensor<1x2x2x2xf32>) {
  ^bb0(%e: f32):
    %zero = arith.constant 0.0 : f32
    %3 = arith.maximumf %e, %zero : f32
    nn.yield %3 : f32
  } -> tensor<1x2x2x2xf32> loc("relu")
  return %2 : tensor<1x2x2x2xf32>
}

// -----

// Something else reads the joint tensor: the map goes down instead, to its
// only reader.
// CHECK-LABEL: func @other_reader
// CHECK: %[[CONCAT:.*]] = nn.concat
// CHECK: nn.pool2d max %[[CONCAT]] {{.*}} prologue {
func.func @other_reader(%x: tensor<1x2x2x1xf32>) -> (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %2 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32> -> tensor<1x2x2x2xf32>
  %3 = nn.map(%2 : tensor<1x2x2x2xf32>) {
  ^bb0(%e: f32):
    %4 = arith.negf %e : f32
    nn.yield %4 : f32
  } -> tensor<1x2x2x2xf32>
  %5 = nn.pool2d max %3 window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x2xf32> -> tensor<1x2x2x2xf32>
  return %2, %5 : tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>
}

// -----

// A branch that is in the concat twice would be changed twice.
// CHECK-LABEL: func @twice
// CHECK: nn.concat
// CHECK-NEXT: nn.map
func.func @twice(%x: tensor<1x2x2x1xf32>) -> tensor<1x2x2x2xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %1 = nn.concat %0, %0 axis = 3 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32> -> tensor<1x2x2x2xf32>
  %2 = nn.map(%1 : tensor<1x2x2x2xf32>) {
  ^bb0(%e: f32):
    %3 = arith.negf %e : f32
    nn.yield %3 : f32
  } -> tensor<1x2x2x2xf32>
  return %2 : tensor<1x2x2x2xf32>
}

// -----

// Parts of a tensor that is computed are no operands of a branch.
// CHECK-LABEL: func @computed_extra
// CHECK: nn.concat
// CHECK-NEXT: nn.map
func.func @computed_extra(%x: tensor<1x2x2x1xf32>, %y: tensor<2xf32>) -> tensor<1x2x2x2xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %1 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  %2 = nn.concat %0, %1 axis = 3 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32> -> tensor<1x2x2x2xf32>
  %3 = nn.map(%2, %y : tensor<1x2x2x2xf32>, tensor<2xf32>) {
  ^bb0(%e: f32, %f: f32):
    %4 = arith.addf %e, %f : f32
    nn.yield %4 : f32
  } -> tensor<1x2x2x2xf32>
  return %3 : tensor<1x2x2x2xf32>
}
