// RUN: mlc-translate --export-mlmodel-text -split-input-file -verify-diagnostics %s

// expected-error@+1 {{has no coreml.kind, so it is no model}}
module {
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.sin %x : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

// -----

// A value has one name.
module attributes {coreml.kind = "neuralNetwork"} {
  // expected-error@+1 {{output 'y' is the same value as 'x'; in a file a value has one name}}
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    return %x : tensor<4xf32>
  }
}

// -----

// Two models in one.
// expected-error@+1 {{has two public functions, main and other}}
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}, %flag: tensor<1xf32> {coreml.feature = {name = "flag", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.sin %x : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func @other() {
    return
  }
}

// -----

// A sub-network belongs to one layer.
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}, %flag: tensor<1xf32> {coreml.feature = {name = "flag", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    // expected-error@+1 {{calls @side, which has another caller; in a file each layer has its own sub-networks}}
    %0 = coreml.branch %flag if @side else @side(%x) : (tensor<1xf32>, tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func private @side(%a: tensor<4xf32>) -> tensor<4xf32> {
    %0 = coreml.sin %a : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

// -----

// Neither a count, a limit nor a condition.
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}, %flag: tensor<1xf32> {coreml.feature = {name = "flag", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    // expected-error@+1 {{has nothing that ends it}}
    %0 = coreml.loop do @body init(%x) captures(%flag) {bodyMayBreak, bodyStates = array<i64: 0>} : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func private @body(%a: tensor<4xf32>, %f: tensor<1xf32>) -> (tensor<1xf32>, tensor<4xf32>) {
    %0 = coreml.sin %a : (tensor<4xf32>) -> tensor<4xf32>
    return %f, %0 : tensor<1xf32>, tensor<4xf32>
  }
}

// -----

// What says whether a loop goes on is in the order of the layers, in no blob.
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}, %flag: tensor<1xf32> {coreml.feature = {name = "flag", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.load_constant_nd {coreml.flow = "flag", data = dense<1.0> : tensor<1xf32>} : () -> tensor<1xf32>
    // expected-error@+1 {{reads whether a loop goes on, which no blob of a file says}}
    %1 = coreml.add_broadcastable %x, %0 : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
}

// -----

// What no field holds.
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    // expected-error@+1 {{attribute colour has no field of the format to go to}}
    %0 = coreml.sin %x {colour = "red"} : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}

// -----

// Results without a feature.
module attributes {coreml.kind = "neuralNetwork"} {
  // expected-error@+1 {{result 0 has no coreml.feature}}
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}) -> tensor<4xf32> {
    %0 = coreml.sin %x : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
}
