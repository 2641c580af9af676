// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// A reshape keeps the number of elements.
func.func @reshape(%x: tensor<4x5xf32>) -> tensor<21xf32> {
  // expected-error@+1 {{has 20 elements to fill 21}}
  %0 = nn.reshape %x : tensor<4x5xf32> -> tensor<21xf32>
  return %0 : tensor<21xf32>
}

// -----

// A permutation names each dimension once.
func.func @transpose(%x: tensor<4x5xf32>) -> tensor<4x4xf32> {
  // expected-error@+1 {{permutation must name each dimension once}}
  %0 = nn.transpose %x permutation = [0, 0] : tensor<4x5xf32> -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

// A slice stays within its input.
func.func @slice(%x: tensor<4x5xf32>) -> tensor<2x3xf32> {
  // expected-error@+1 {{reaches beyond dimension 1}}
  %0 = nn.slice %x offsets = [0, 1] strides = [1, 2] : tensor<4x5xf32> -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// -----

// The parts of a concat fill it.
func.func @concat(%x: tensor<4x5xf32>) -> tensor<4x11xf32> {
  // expected-error@+1 {{inputs fill 10 of 11}}
  %0 = nn.concat %x, %x axis = 1 : tensor<4x5xf32>, tensor<4x5xf32> -> tensor<4x11xf32>
  return %0 : tensor<4x11xf32>
}
