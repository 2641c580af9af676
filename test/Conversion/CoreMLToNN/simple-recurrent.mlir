// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// The vectors' part of the sum is one product for all steps.
// CHECK: %[[W:.*]] = nn.conv2d {{.*}} -> tensor<8x1x1x2xf32>
// CHECK: %[[X:.*]] = nn.reshape %{{.*}} : tensor<8x1x1x2xf32> -> tensor<4x2x2xf32>
// CHECK: nn.recurrent %[[X]], %{{.*}} gates = 1 reverse_input output {
// CHECK: ^bb0(%[[A:.*]]: f32, %{{.*}}: f32):
// CHECK: arith.minimumf %[[A]]
// CHECK: arith.maximumf
// CHECK: math.tanh
// CHECK: -> tensor<4x2x2xf32>
// CHECK: nn.slice %{{.*}} offsets = [3, 0, 0]
func.func @main(%x: tensor<4x2x3x1x1xf32>) -> tensor<1x2x2x1x1xf32> {
  %0:2 = coreml.simple_recurrent %x {inputVectorSize = 3 : i64, outputVectorSize = 2 : i64, activations = [#coreml<activation_kind tanh>], alphas = array<f32: 0.0>, betas = array<f32: 0.0>, reverseInput = true, weightMatrix = dense<1.0> : tensor<2x3xf32>, recursionMatrix = dense<2.0> : tensor<2x2xf32>} : (tensor<4x2x3x1x1xf32>) -> (tensor<1x2x2x1x1xf32>, tensor<1x2x2x1x1xf32>)
  return %0#0 : tensor<1x2x2x1x1xf32>
}
