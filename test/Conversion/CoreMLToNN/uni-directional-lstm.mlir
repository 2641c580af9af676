// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Peepholes are vectors; a coupled memory has no forget gate.
// CHECK: nn.recurrent %{{.*}}, %{{.*}} vectors(%{{.*}} : tensor<2x2xf32>) gates = 3 memory {
// CHECK: arith.subf
// CHECK: } output {
// CHECK: -> tensor<4x2x4xf32>
// CHECK: nn.slice %{{.*}} offsets = [3, 0, 2]
func.func @main(%x: tensor<4x2x3x1x1xf32>) -> (tensor<1x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>) {
  %0:3 = coreml.uni_directional_lstm %x {inputVectorSize = 3 : i64, outputVectorSize = 2 : i64, activations = [#coreml<activation_kind sigmoid>, #coreml<activation_kind tanh>, #coreml<activation_kind tanh>], alphas = array<f32: 0.0, 0.0, 0.0>, betas = array<f32: 0.0, 0.0, 0.0>, hasPeepholeVectors = true, coupledInputAndForgetGate = true, weightParams = {inputGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, inputGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>, inputGatePeepholeVector = dense<1.0> : tensor<2xf32>, blockInputWeightMatrix = dense<1.0> : tensor<2x3xf32>, blockInputRecursionMatrix = dense<1.0> : tensor<2x2xf32>, outputGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, outputGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>, outputGatePeepholeVector = dense<1.0> : tensor<2xf32>}} : (tensor<4x2x3x1x1xf32>) -> (tensor<1x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>)
  return %0#0, %0#2 : tensor<1x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>
}
