// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// The matrix has a column for each gate of each unit.
func.func @gates(%x: tensor<4x2x6xf32>, %r: tensor<6x6xf32>) -> tensor<4x2x6xf32> {
  // expected-error@+1 {{has 6 units and 2 gates, which the input and the recursion matrix do not fit}}
  %0 = nn.recurrent %x, %r gates = 2 output {
  ^bb0(%a: f32, %s: f32):
    nn.yield %a : f32
  } : tensor<4x2x6xf32>, tensor<6x6xf32> -> tensor<4x2x6xf32>
  return %0 : tensor<4x2x6xf32>
}

// -----

// The output gets gates, states and vectors.
func.func @arguments(%x: tensor<4x2x6xf32>, %r: tensor<6x6xf32>) -> tensor<4x2x6xf32> {
  // expected-error@+1 {{output takes 2 elements, its block has 1 arguments}}
  %0 = nn.recurrent %x, %r gates = 1 output {
  ^bb0(%a: f32):
    nn.yield %a : f32
  } : tensor<4x2x6xf32>, tensor<6x6xf32> -> tensor<4x2x6xf32>
  return %0 : tensor<4x2x6xf32>
}

// -----

// There are as many initial states as states.
func.func @states(%x: tensor<4x2x6xf32>, %r: tensor<6x6xf32>, %h: tensor<2x6xf32>) -> tensor<4x2x6xf32> {
  // expected-error@+1 {{needs 1 initial states or none}}
  %0 = nn.recurrent %x, %r initial(%h, %h : tensor<2x6xf32>, tensor<2x6xf32>) gates = 1 output {
  ^bb0(%a: f32, %s: f32):
    nn.yield %a : f32
  } : tensor<4x2x6xf32>, tensor<6x6xf32> -> tensor<4x2x6xf32>
  return %0 : tensor<4x2x6xf32>
}
