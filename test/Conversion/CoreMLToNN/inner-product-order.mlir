// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Row (c, y, x) of the weights becomes (y, x, c) of the filter.
// CHECK: arith.constant dense<{{\[\[}}{{\[\[}}1.000000e+00], [3.000000e+00]], {{\[\[}}2.000000e+00], [4.000000e+00]]]]> : tensor<1x2x2x1xf32>
func.func @main(%x: tensor<1x1x2x1x2xf32>) -> tensor<1x1x1x1x1xf32> {
  %0 = coreml.inner_product %x {weights = dense<[[1.0, 2.0, 3.0, 4.0]]> : tensor<1x4xf32>} : (tensor<1x1x2x1x2xf32>) -> tensor<1x1x1x1x1xf32>
  return %0 : tensor<1x1x1x1x1xf32>
}
