// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-constants))' | FileCheck %s

// gamma / sqrt(variance + epsilon), as a batch norm needs it, is computed once.
// CHECK-LABEL: func @batchnorm
// CHECK: %[[C:.*]] = arith.constant dense<[2.000000e+00, 1.000000e+00]> : tensor<2xf32>
// CHECK-NOT: nn.map
// CHECK: return %[[C]]
func.func @batchnorm() -> tensor<2xf32> {
  %gamma = arith.constant dense<4.0> : tensor<2xf32>
  %variance = arith.constant dense<[3.0, 15.0]> : tensor<2xf32>
  %0 = nn.map(%gamma, %variance : tensor<2xf32>, tensor<2xf32>) {
  ^bb0(%g: f32, %v: f32):
    %one = arith.constant 1.0 : f32
    %1 = arith.addf %v, %one : f32
    %2 = math.sqrt %1 : f32
    %3 = arith.divf %g, %2 : f32
    nn.yield %3 : f32
  } -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// Inputs broadcast as numpy does.
// CHECK-LABEL: func @broadcast
// CHECK: arith.constant dense<{{\[\[}}1.100000e+01, 2.100000e+01], [1.200000e+01, 2.200000e+01]]> : tensor<2x2xf32>
func.func @broadcast() -> tensor<2x2xf32> {
  %column = arith.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %row = arith.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %0 = nn.map(%column, %row : tensor<2x1xf32>, tensor<2xf32>) {
  ^bb0(%a: f32, %b: f32):
    %1 = arith.addf %a, %b : f32
    nn.yield %1 : f32
  } -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}
