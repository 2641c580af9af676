// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(coreml-pair-states))' | FileCheck %s

// A state that a layer reads and gives as it is.
// CHECK-LABEL: func.func @direct
// CHECK-SAME: name = "h", state = "after"
func.func @direct(%x: tensor<1x1x3x1x1xf32> {coreml.feature = {name = "x", type = "multiArray"}},
                  %h: tensor<1x1x2x1x1xf32> {coreml.feature = {name = "h", type = "multiArray"}})
    -> (tensor<1x1x2x1x1xf32> {coreml.feature = {name = "y", type = "multiArray"}},
        tensor<1x1x2x1x1xf32> {coreml.feature = {name = "after", type = "multiArray"}}) {
  %0:2 = coreml.simple_recurrent %x, %h {inputVectorSize = 3 : i64, outputVectorSize = 2 : i64, activations = [#coreml<activation_kind tanh>], alphas = array<f32: 0.0>, betas = array<f32: 0.0>, weightMatrix = dense<1.0> : tensor<2x3xf32>, recursionMatrix = dense<2.0> : tensor<2x2xf32>} : (tensor<1x1x3x1x1xf32>, tensor<1x1x2x1x1xf32>) -> (tensor<1x1x2x1x1xf32>, tensor<1x1x2x1x1xf32>)
  return %0#0, %0#1 : tensor<1x1x2x1x1xf32>, tensor<1x1x2x1x1xf32>
}

// -----

// Two states of one input that come out in the other order are no next value of it.
// CHECK-LABEL: func.func @swapped
// CHECK-NOT: state
func.func @swapped(%x: tensor<1x2x3x1x1xf32> {coreml.feature = {name = "x", type = "multiArray"}},
                   %h: tensor<1x2x2x1x1xf32> {coreml.feature = {name = "h", type = "multiArray"}})
    -> (tensor<1x2x2x1x1xf32> {coreml.feature = {name = "z", type = "multiArray"}}) {
  %0:2 = coreml.simple_recurrent %x, %h {inputVectorSize = 3 : i64, outputVectorSize = 2 : i64, activations = [#coreml<activation_kind tanh>], alphas = array<f32: 0.0>, betas = array<f32: 0.0>, weightMatrix = dense<1.0> : tensor<2x3xf32>, recursionMatrix = dense<2.0> : tensor<2x2xf32>} : (tensor<1x2x3x1x1xf32>, tensor<1x2x2x1x1xf32>) -> (tensor<1x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>)
  %1 = coreml.transpose %0#1 {axes = array<i64: 0, 2, 1, 3, 4>} : (tensor<1x2x2x1x1xf32>) -> tensor<1x2x2x1x1xf32>
  return %1 : tensor<1x2x2x1x1xf32>
}

// -----

// Scaled on the way, so no state by layers; the names do not say it either.
// CHECK-LABEL: func.func @scaled
// CHECK-NOT: state
func.func @scaled(%x: tensor<1x1x3x1x1xf32> {coreml.feature = {name = "x", type = "multiArray"}},
                  %h: tensor<1x1x2x1x1xf32> {coreml.feature = {name = "h", type = "multiArray"}})
    -> (tensor<1x1x2x1x1xf32> {coreml.feature = {name = "z", type = "multiArray"}}) {
  %0:2 = coreml.simple_recurrent %x, %h {inputVectorSize = 3 : i64, outputVectorSize = 2 : i64, activations = [#coreml<activation_kind tanh>], alphas = array<f32: 0.0>, betas = array<f32: 0.0>, weightMatrix = dense<1.0> : tensor<2x3xf32>, recursionMatrix = dense<2.0> : tensor<2x2xf32>} : (tensor<1x1x3x1x1xf32>, tensor<1x1x2x1x1xf32>) -> (tensor<1x1x2x1x1xf32>, tensor<1x1x2x1x1xf32>)
  %1 = coreml.activation %0#1 {kind = #coreml<activation_kind linear>, alpha = dense<2.0> : tensor<1xf32>, beta = dense<0.0> : tensor<1xf32>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  return %1 : tensor<1x1x2x1x1xf32>
}

// -----

// By names, where the shapes agree but for dimensions of 1; `keep` has one already,
// `free` shall have none, an image is no state.
// CHECK-LABEL: func.func @names
// CHECK-SAME: name = "cache_in", state = "cache_out"
// CHECK-SAME: {name = "wide_in", type
// CHECK-SAME: name = "keep_in", state = "other"
// CHECK-SAME: name = "free_in", state = ""
// CHECK-SAME: {name = "i_in", type = "image"}
module attributes {coreml.arrayInputShapeMapping = "EXACT_ARRAY_MAPPING"} {
  func.func @names(%a: tensor<1x4xf32> {coreml.feature = {name = "cache_in", type = "multiArray"}},
                   %b: tensor<5xf32> {coreml.feature = {name = "wide_in", type = "multiArray"}},
                   %c: tensor<4xf32> {coreml.feature = {name = "keep_in", state = "other", type = "multiArray"}},
                   %d: tensor<4xf32> {coreml.feature = {name = "free_in", state = "", type = "multiArray"}},
                   %e: tensor<4xf32> {coreml.feature = {name = "i_in", type = "image"}})
      -> (tensor<4xf32> {coreml.feature = {name = "cache_out", type = "multiArray"}},
          tensor<4xf32> {coreml.feature = {name = "wide_out", type = "multiArray"}},
          tensor<4xf32> {coreml.feature = {name = "keep_out", type = "multiArray"}},
          tensor<4xf32> {coreml.feature = {name = "free_out", type = "multiArray"}},
          tensor<4xf32> {coreml.feature = {name = "i_out", type = "multiArray"}}) {
    %0 = coreml.clip %c {minVal = 0.0 : f32, maxVal = 1.0 : f32} : (tensor<4xf32>) -> tensor<4xf32>
    return %0, %0, %0, %0, %0 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
  }
}
