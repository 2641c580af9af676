// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Only the axis may change.
func.func @take(%x: tensor<4x5xf32>, %i: tensor<3x1xf32>) -> tensor<3x6xf32> {
  // expected-error@+1 {{dimension 1 of the result must be 5}}
  %0 = nn.take %x, %i axis = 0 : tensor<4x5xf32>, tensor<3x1xf32> -> tensor<3x6xf32>
  return %0 : tensor<3x6xf32>
}

// -----

// Indices broadcast.
func.func @indices(%x: tensor<4x5xf32>, %i: tensor<2x1xf32>) -> tensor<3x5xf32> {
  // expected-error@+1 {{indices do not broadcast to the result}}
  %0 = nn.take %x, %i axis = 0 : tensor<4x5xf32>, tensor<2x1xf32> -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// -----

// The axis exists.
func.func @axis(%x: tensor<4x5xf32>) -> tensor<4x5xf32> {
  // expected-error@+1 {{axis is out of range}}
  %0 = nn.cumsum %x axis = 2 exclusive = false reverse = false : tensor<4x5xf32> -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// -----

// Updates are like the input but for the axis.
func.func @scatter(%x: tensor<4x5xf32>, %i: tensor<3x1xf32>, %u: tensor<3x4xf32>) -> tensor<4x5xf32> {
  // expected-error@+1 {{dimension 1 of the updates must be 5}}
  %0 = nn.scatter add %x, %i, %u axis = 0 : tensor<4x5xf32>, tensor<3x1xf32>, tensor<3x4xf32> -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// -----

// There are not more in order than there are.
func.func @sort(%x: tensor<4x5xf32>) -> tensor<4x6xf32> {
  // expected-error@+1 {{result has more elements than the input}}
  %0 = nn.argsort %x axis = 1 descending = true : tensor<4x5xf32> -> tensor<4x6xf32>
  return %0 : tensor<4x6xf32>
}

// -----

// A score for each box.
func.func @nms(%b: tensor<2x9x4xf32>, %s: tensor<2x8xf32>, %c: tensor<1xf32>) -> tensor<2x5xf32> {
  // expected-error@+1 {{boxes must be [B, N, 4], scores and classes [B, N]}}
  %0 = nn.nms %b, %s, %c, %c, %c : (tensor<2x9x4xf32>, tensor<2x8xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
