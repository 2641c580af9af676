// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Inner extents agree.
func.func @inner(%x: tensor<4x5xf32>, %y: tensor<6x7xf32>) -> tensor<4x7xf32> {
  // expected-error@+1 {{inner extents differ: 5 and 6}}
  %0 = nn.matmul %x, %y : tensor<4x5xf32>, tensor<6x7xf32> -> tensor<4x7xf32>
  return %0 : tensor<4x7xf32>
}
