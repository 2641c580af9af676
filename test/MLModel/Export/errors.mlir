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

// Sub-networks.
// expected-error@+1 {{has branches or loops, which cannot be exported yet}}
module attributes {coreml.kind = "neuralNetwork"} {
  func.func @main(%x: tensor<4xf32> {coreml.feature = {name = "x", type = "multiArray"}}) -> (tensor<4xf32> {coreml.feature = {name = "y", type = "multiArray"}}) {
    %0 = coreml.sin %x : (tensor<4xf32>) -> tensor<4xf32>
    return %0 : tensor<4xf32>
  }
  func.func private @other() {
    return
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
