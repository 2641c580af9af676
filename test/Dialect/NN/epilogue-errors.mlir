// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// An epilogue takes the element and one more for each input.
func.func @count(%x: tensor<1x4x4x8xf32>, %b: tensor<8xf32>) -> tensor<1x4x4x8xf32> {
  // expected-error@+1 {{epilogue takes 2 elements, its block has 1 arguments}}
  %0 = nn.softmax %x axis = 3 epilogue(%b : tensor<8xf32>) {
  ^bb0(%e: f32):
    nn.yield %e : f32
  } : tensor<1x4x4x8xf32> -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// -----

// Its inputs broadcast to the result.
func.func @broadcast(%x: tensor<1x4x4x8xf32>, %b: tensor<7xf32>) -> tensor<1x4x4x8xf32> {
  // expected-error@+1 {{epilogue input 'tensor<7xf32>' does not broadcast to the shape [1, 4, 4, 8]}}
  %0 = nn.softmax %x axis = 3 epilogue(%b : tensor<7xf32>) {
  ^bb0(%e: f32, %f: f32):
    nn.yield %f : f32
  } : tensor<1x4x4x8xf32> -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}
