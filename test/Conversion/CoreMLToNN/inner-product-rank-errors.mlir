// RUN: mlc-opt %s --convert-coreml-to-nn -verify-diagnostics

// An inner product on a vector is not supported yet.
func.func @main(%x: tensor<4xf32>) -> tensor<5xf32> {
  // expected-error@+2 {{on an input of rank 1 is not supported yet}}
  // expected-error@+1 {{failed to legalize operation 'coreml.inner_product'}}
  %0 = coreml.inner_product %x {weights = dense<1.0> : tensor<5x4xf32>} : (tensor<4xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
