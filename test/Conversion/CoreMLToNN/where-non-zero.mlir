// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// The places of what is known not to be 0, row by row.
// CHECK-LABEL: func.func @main
// CHECK: arith.constant {{.*}}[0.000000e+00, 1.000000e+00], [1.000000e+00, 0.000000e+00]
func.func @main(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = coreml.load_constant_nd {data = dense<[[0.0, 5.0], [-1.0, 0.0]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  %1 = coreml.where_non_zero %0 : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %2 = coreml.add_broadcastable %1, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}
