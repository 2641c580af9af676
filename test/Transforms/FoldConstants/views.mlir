// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fold-constants))' | FileCheck %s

// Views of constants are constants in the order of the result.
// CHECK-LABEL: func @transpose
// CHECK: %[[C:.*]] = arith.constant dense<{{\[\[}}1.000000e+00, 3.000000e+00], [2.000000e+00, 4.000000e+00]]>
// CHECK: return %[[C]]
func.func @transpose() -> tensor<2x2xf32> {
  %c = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %0 = nn.transpose %c permutation = [1, 0] : tensor<2x2xf32> -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// CHECK-LABEL: func @slice
// CHECK: %[[C:.*]] = arith.constant dense<[2.000000e+00, 4.000000e+00]> : tensor<2xf32>
// CHECK: return %[[C]]
func.func @slice() -> tensor<2xf32> {
  %c = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %0 = nn.slice %c offsets = [1] strides = [2] : tensor<4xf32> -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @reshape
// CHECK: %[[C:.*]] = arith.constant dense<{{\[\[}}1.000000e+00], [2.000000e+00]]> : tensor<2x1xf32>
// CHECK: return %[[C]]
func.func @reshape() -> tensor<2x1xf32> {
  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = nn.reshape %c : tensor<2xf32> -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}
