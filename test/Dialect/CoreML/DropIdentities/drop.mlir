// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(coreml-drop-identities))' | FileCheck %s

// CHECK-LABEL: func.func @all
// CHECK-NEXT: coreml.sin
// CHECK-NEXT: coreml.cos
// CHECK-NEXT: return
func.func @all(%x: tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32> {
  %0 = coreml.sin %x : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  %1 = coreml.activation %0 {kind = #coreml<activation_kind linear>, alpha = dense<1.0> : tensor<1xf32>, beta = dense<0.0> : tensor<1xf32>} : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  %2 = coreml.flatten %1 : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  %3 = coreml.scale %2 {scale = dense<1.0> : tensor<4xf32>} : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  %4 = coreml.bias %3 {bias = dense<0.0> : tensor<1xf32>} : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  %5 = coreml.permute %4 {axis = array<i64: 0, 1, 2, 3>} : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  %6 = coreml.copy %5 : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  %7 = coreml.cos %6 : (tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x1x1xf32>
  return %7 : tensor<1x1x4x1x1xf32>
}

// An output that is an input, or another output, needs a layer.
// CHECK-LABEL: func.func @names
// CHECK-NEXT: coreml.copy
// CHECK-NEXT: coreml.sin
// CHECK-NEXT: coreml.copy
func.func @names(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0 = coreml.copy %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = coreml.sin %x : (tensor<4xf32>) -> tensor<4xf32>
  %2 = coreml.copy %1 : (tensor<4xf32>) -> tensor<4xf32>
  return %0, %1, %2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// Not quite nothing.
// CHECK-LABEL: func.func @nearly
// CHECK-NEXT: coreml.activation
// CHECK-NEXT: coreml.permute
func.func @nearly(%x: tensor<1x1x4x4x4xf32>) -> tensor<1x1x4x4x4xf32> {
  %0 = coreml.activation %x {kind = #coreml<activation_kind linear>, alpha = dense<1.0> : tensor<1xf32>, beta = dense<1.0> : tensor<1xf32>} : (tensor<1x1x4x4x4xf32>) -> tensor<1x1x4x4x4xf32>
  %1 = coreml.permute %0 {axis = array<i64: 0, 2, 1, 3>} : (tensor<1x1x4x4x4xf32>) -> tensor<1x1x4x4x4xf32>
  return %1 : tensor<1x1x4x4x4xf32>
}

// Preprocessing has the name of its image, so an output needs a layer here,
// too.
// CHECK-LABEL: func.func @preprocessed
// CHECK-NEXT: coreml.scaler
// CHECK-NEXT: coreml.activation
// CHECK-NEXT: return
func.func @preprocessed(%x: tensor<1x1x3x4x4xf32>) -> tensor<1x1x3x4x4xf32> {
  %0 = coreml.scaler %x {channelScale = 2.0 : f32, colorSpace = #coreml<color_space RGB>} : (tensor<1x1x3x4x4xf32>) -> tensor<1x1x3x4x4xf32>
  %1 = coreml.bias %0 {bias = dense<0.0> : tensor<1xf32>} : (tensor<1x1x3x4x4xf32>) -> tensor<1x1x3x4x4xf32>
  %2 = coreml.activation %1 {kind = #coreml<activation_kind linear>, alpha = dense<1.0> : tensor<1xf32>, beta = dense<0.0> : tensor<1xf32>} : (tensor<1x1x3x4x4xf32>) -> tensor<1x1x3x4x4xf32>
  return %2 : tensor<1x1x3x4x4xf32>
}
