// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// What is called is there.
func.func @missing(%c: tensor<1xf32>) {
  // expected-error@+1 {{calls @nobody, which is no function}}
  coreml.branch %c if @nobody else @nobody() : (tensor<1xf32>) -> ()
  return
}

// -----

// A function takes what it is given.
func.func @operands(%c: tensor<1xf32>, %x: tensor<4xf32>) {
  // expected-error@+1 {{calls @side with other operands than it takes}}
  coreml.branch %c if @side else @side(%x) : (tensor<1xf32>, tensor<4xf32>) -> ()
  return
}
func.func private @side() {
  return
}

// -----

// A loop has one init for each state.
func.func @inits(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{needs one init of the same type for each state}}
  %0 = coreml.loop do @body init() captures(%x) {bodyStates = array<i64: 0>, maxLoopIterations = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @body(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// The numbers of states are those of results.
func.func @numbers(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{has no state 1}}
  %0 = coreml.loop do @body init(%x) captures() {bodyStates = array<i64: 1>, maxLoopIterations = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @body(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}

// -----

// A body that may break says so first.
func.func @flag(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error@+1 {{needs one element from @body to say whether it goes on}}
  %0 = coreml.loop do @body init(%x) captures() {bodyMayBreak, bodyStates = array<i64: 0>, maxLoopIterations = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
func.func private @body(%x: tensor<4xf32>) -> tensor<4xf32> {
  return %x : tensor<4xf32>
}
