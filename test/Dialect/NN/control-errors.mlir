// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// The condition is one element.
func.func @condition(%x: tensor<4xf32>) {
  // expected-error@+1 {{needs a condition of one element}}
  nn.if %x then @side else @side() : (tensor<4xf32>) -> ()
  return
}
func.func private @side() {
  return
}

// -----

// Both functions give what the op gives.
func.func @results(%c: tensor<1xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{calls @side for other results than it gives}}
  %0 = nn.if %c then @side else @side() : (tensor<1xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @side() {
  return
}

// -----

// How often is one number.
func.func @count(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{needs a count of one element}}
  %0 = nn.loop count %x do @body init(%x) captures() {bodyStates = array<i64: 0>} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @body(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
