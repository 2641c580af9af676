// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// A reflection needs what it mirrors.
func.func @reflect(%x: tensor<1x2x4x8xf32>) -> tensor<1x4x4x8xf32> {
  // expected-error@+1 {{reflection in dimension 1 reaches beyond the input}}
  %0 = nn.pad reflect %x low = [0, 2, 0, 0] high = [0, 0, 0, 0] : tensor<1x2x4x8xf32> -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}
