// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Reshapes and transposes are views of the logical order.

// CHECK: nn.transpose %{{.*}} permutation = [2, 0, 1] : tensor<2x3x4xf32> -> tensor<4x2x3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<4x2x3xf32> {
  %r0 = coreml.transpose %a0 {axes = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  return %r0 : tensor<4x2x3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<6x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<6x4xf32> {
  %r0 = coreml.reshape_static %a0 {targetShape = array<i64: 6, -1>} : (tensor<2x3x4xf32>) -> tensor<6x4xf32>
  return %r0 : tensor<6x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<4x6xf32>
func.func @main(%a0: tensor<2x3x4xf32>, %a1: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %r0 = coreml.reshape_like %a0, %a1 : (tensor<2x3x4xf32>, tensor<4x6xf32>) -> tensor<4x6xf32>
  return %r0 : tensor<4x6xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<2x6x2xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x6x2xf32> {
  %r0 = coreml.rank_preserving_reshape %a0 {targetShape = array<i64: 0, 6, -1>} : (tensor<2x3x4xf32>) -> tensor<2x6x2xf32>
  return %r0 : tensor<2x6x2xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4x1xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<1x2x3x4x1xf32> {
  %r0 = coreml.expand_dims %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<1x2x3x4x1xf32>
  return %r0 : tensor<1x2x3x4x1xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<6x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<6x4xf32> {
  %r0 = coreml.flatten_to_2d %a0 {axis = -1 : i64} : (tensor<2x3x4xf32>) -> tensor<6x4xf32>
  return %r0 : tensor<6x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<24x1xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<24x1xf32> {
  %r0 = coreml.flatten_to_2d %a0 {axis = 3 : i64} : (tensor<2x3x4xf32>) -> tensor<24x1xf32>
  return %r0 : tensor<24x1xf32>
}

// -----

func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.get_shape %a0 : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<1x3x1xf32> -> tensor<1x3xf32>
func.func @main(%a0: tensor<1x3x1xf32>) -> tensor<1x3xf32> {
  %r0 = coreml.squeeze %a0 {axes = array<i64: -1>} : (tensor<1x3x1xf32>) -> tensor<1x3xf32>
  return %r0 : tensor<1x3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<1x3x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<1x3x1xf32>) -> tensor<3xf32> {
  %r0 = coreml.squeeze %a0 {squeezeAll = true} : (tensor<1x3x1xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<1x1xf32> -> tensor<1xf32>
func.func @main(%a0: tensor<1x1xf32>) -> tensor<1xf32> {
  %r0 = coreml.squeeze %a0 {squeezeAll = true} : (tensor<1x1xf32>) -> tensor<1xf32>
  return %r0 : tensor<1xf32>
}

// -----

func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.get_shape %a0 : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}
