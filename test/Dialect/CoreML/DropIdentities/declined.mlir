// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(coreml-drop-identities))' | FileCheck %s

// 2 * 1.2 = 2.4 rows are two, but they lie between those of the input.
// CHECK-LABEL: func.func @fractional
// CHECK: coreml.upsample
func.func @fractional(%x: tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32> {
  %0 = coreml.upsample %x {scalingFactor = array<i64: 1, 1>, fractionalScalingFactor = array<f32: 1.2, 1.2>, mode = #coreml<interpolation_mode BILINEAR>, linearUpsampleMode = #coreml<linear_upsample_mode ALIGN_CORNERS_FALSE>} : (tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
  %1 = coreml.activation %0 {kind = #coreml<activation_kind relu>} : (tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
  return %1 : tensor<1x1x1x2x2xf32>
}

// A scale of 1 and not of 1 everywhere, which training may change, or one that
// is not a number.
// CHECK-LABEL: func.func @scales
// CHECK-COUNT-3: coreml.scale
func.func @scales(%x: tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32> {
  %0 = coreml.scale %x {scale = dense<[1.0, 2.0]> : tensor<2xf32>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  %1 = coreml.scale %0 {coreml.isUpdatable, scale = dense<1.0> : tensor<2xf32>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  %2 = coreml.scale %1 {scale = dense<[1.0, 0x7FC00000]> : tensor<2xf32>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  %3 = coreml.activation %2 {kind = #coreml<activation_kind relu>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  return %3 : tensor<1x1x2x1x1xf32>
}

// What a scaler makes of an image has no name in the file but the image's.
// CHECK-LABEL: func.func @preprocessed
// CHECK: coreml.scaler
// CHECK: coreml.reshape
func.func @preprocessed(%x: tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32> {
  %0 = coreml.scaler %x {channelScale = 2.0 : f32, grayBias = 0.0 : f32, colorSpace = #coreml<color_space GRAYSCALE>} : (tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
  %1 = coreml.reshape %0 {targetShape = array<i64: 1, 2, 2>} : (tensor<1x1x1x2x2xf32>) -> tensor<1x1x1x2x2xf32>
  return %1 : tensor<1x1x1x2x2xf32>
}
