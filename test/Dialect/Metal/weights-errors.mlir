// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Weights have the shape of their value.
func.func @shape() {
  // expected-error@+1 {{must have the shape and type of its value}}
  %0 = metal.weights dense<1.0> : tensor<4xf32> : memref<5xf32>
  return
}
