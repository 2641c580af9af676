// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-constants))' | FileCheck %s

// One input of the model is enough to leave a map to run time.
// CHECK-LABEL: func @input
// CHECK: nn.map
func.func @input(%x: tensor<2xf32>) -> tensor<2xf32> {
  %c = arith.constant dense<1.0> : tensor<2xf32>
  %0 = nn.map(%x, %c : tensor<2xf32>, tensor<2xf32>) {
  ^bb0(%a: f32, %b: f32):
    %1 = arith.addf %a, %b : f32
    nn.yield %1 : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// So is an op that is not computed ahead.
// CHECK-LABEL: func @unknown_op
// CHECK: nn.map
func.func @unknown_op() -> tensor<2xf32> {
  %c = arith.constant dense<1.0> : tensor<2xf32>
  %0 = nn.map(%c : tensor<2xf32>) {
  ^bb0(%a: f32):
    %1 = math.sinh %a : f32
    nn.yield %1 : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Ops that compute are not folded: their results may be larger than the file.
// CHECK-LABEL: func @pool
// CHECK: nn.pool2d
func.func @pool() -> tensor<1x2x2x1xf32> {
  %c = arith.constant dense<1.0> : tensor<1x2x2x1xf32>
  %0 = nn.pool2d max %c window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x1xf32> -> tensor<1x2x2x1xf32>
  return %0 : tensor<1x2x2x1xf32>
}

// Nor is a body that reads something from outside.
// CHECK-LABEL: func @captured
// CHECK: nn.map
func.func @captured() -> tensor<2xf32> {
  %c = arith.constant dense<1.0> : tensor<2xf32>
  %two = arith.constant 2.0 : f32
  %0 = nn.map(%c : tensor<2xf32>) {
  ^bb0(%a: f32):
    %1 = arith.addf %a, %two : f32
    nn.yield %1 : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @yields_captured
// CHECK: nn.map
func.func @yields_captured() -> tensor<2xf32> {
  %c = arith.constant dense<1.0> : tensor<2xf32>
  %two = arith.constant 2.0 : f32
  %0 = nn.map(%c : tensor<2xf32>) {
  ^bb0(%a: f32):
    nn.yield %two : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
