// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// The second memory reads from the end, and its results stand as the input does.
// CHECK: %[[A:.*]] = nn.recurrent %{{.*}}, %{{.*}} gates = 4 memory {
// CHECK: nn.recurrent %{{.*}}, %{{.*}} gates = 4 reverse_input reverse_result memory {
// CHECK: nn.concat {{.*}} axis = 3 {{.*}} -> tensor<8x1x1x4xf32>
func.func @main(%x: tensor<4x2x3x1x1xf32>) -> tensor<4x2x4x1x1xf32> {
  %0:5 = coreml.bi_directional_lstm %x {inputVectorSize = 3 : i64, outputVectorSize = 2 : i64, activations = [#coreml<activation_kind sigmoid>, #coreml<activation_kind tanh>, #coreml<activation_kind tanh>, #coreml<activation_kind sigmoid>, #coreml<activation_kind tanh>, #coreml<activation_kind tanh>], alphas = array<f32: 0.0, 0.0, 0.0, 0.0, 0.0, 0.0>, betas = array<f32: 0.0, 0.0, 0.0, 0.0, 0.0, 0.0>, sequenceOutput = true, weightParams = [{inputGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, inputGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>, forgetGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, forgetGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>, blockInputWeightMatrix = dense<1.0> : tensor<2x3xf32>, blockInputRecursionMatrix = dense<1.0> : tensor<2x2xf32>, outputGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, outputGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>}, {inputGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, inputGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>, forgetGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, forgetGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>, blockInputWeightMatrix = dense<1.0> : tensor<2x3xf32>, blockInputRecursionMatrix = dense<1.0> : tensor<2x2xf32>, outputGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, outputGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>}]} : (tensor<4x2x3x1x1xf32>) -> (tensor<4x2x4x1x1xf32>, tensor<1x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>)
  return %0#0 : tensor<4x2x4x1x1xf32>
}
