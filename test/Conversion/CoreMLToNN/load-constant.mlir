// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Constants are permuted at compile time.
// CHECK: arith.constant dense<{{\[\[}}{{\[\[}}1.000000e+00, 3.000000e+00], [2.000000e+00, 4.000000e+00]]]]> : tensor<1x1x2x2xf32>
func.func @main(%x: tensor<1x1x2x1x2xf32>) -> tensor<1x1x2x1x2xf32> {
  %0 = coreml.load_constant {data = dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf32>} : () -> tensor<1x1x2x1x2xf32>
  %1 = coreml.add %x, %0 : (tensor<1x1x2x1x2xf32>, tensor<1x1x2x1x2xf32>) -> tensor<1x1x2x1x2xf32>
  return %1 : tensor<1x1x2x1x2xf32>
}
