// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Bodies are scalar work.
func.func @tensorWork(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = nn.map(%x : tensor<4xf32>) {
  ^bb0(%e: f32):
    // expected-error@+1 {{is not scalar work and cannot be in the body of 'nn.map'}}
    %1 = nn.copy %x : tensor<4xf32>
    nn.yield %e : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Inputs broadcast to the result.
func.func @broadcast(%x: tensor<3xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{body input 'tensor<3xf32>' does not broadcast to the shape [4]}}
  %0 = nn.map(%x : tensor<3xf32>) {
  ^bb0(%e: f32):
    nn.yield %e : f32
  } -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
