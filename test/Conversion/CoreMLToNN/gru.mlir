// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// The output gate's sum waits for the reset gate. All steps are output.
// CHECK: nn.recurrent %{{.*}}, %{{.*}} initial(%{{.*}} : tensor<2x2xf32>) gates = 3 reset {
// CHECK: ^bb0(%{{.*}}: f32, %[[R:.*]]: f32, %[[H:.*]]: f32):
// CHECK: arith.minimumf %[[R]]
// CHECK: arith.mulf %[[H]]
// CHECK: } output {
// CHECK: -> tensor<4x2x2xf32>
func.func @main(%x: tensor<4x2x3x1x1xf32>, %h: tensor<1x2x2x1x1xf32>) -> tensor<4x2x2x1x1xf32> {
  %0:2 = coreml.gru %x, %h {inputVectorSize = 3 : i64, outputVectorSize = 2 : i64, activations = [#coreml<activation_kind sigmoid>, #coreml<activation_kind tanh>], alphas = array<f32: 0.0, 0.0>, betas = array<f32: 0.0, 0.0>, sequenceOutput = true, updateGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, updateGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>, updateGateBiasVector = dense<1.0> : tensor<2xf32>, resetGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, resetGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>, resetGateBiasVector = dense<1.0> : tensor<2xf32>, outputGateWeightMatrix = dense<1.0> : tensor<2x3xf32>, outputGateRecursionMatrix = dense<1.0> : tensor<2x2xf32>, outputGateBiasVector = dense<1.0> : tensor<2xf32>} : (tensor<4x2x3x1x1xf32>, tensor<1x2x2x1x1xf32>) -> (tensor<4x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>)
  return %0#0 : tensor<4x2x2x1x1xf32>
}
