// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// An image arrives as bytes; the scaler adds the bias of each colour.
// CHECK-LABEL: func.func @main(%arg0: tensor<1x6x8x3xi8>
// CHECK: arith.uitofp
// CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]> : tensor<3xf32>
func.func @main(%x: tensor<1x1x3x6x8xf32> {coreml.feature = {name = "image", type = "image", colorSpace = "BGR"}}) -> tensor<1x1x3x6x8xf32> {
  %0 = coreml.scaler %x {colorSpace = #coreml<color_space BGR>, channelScale = 0.5 : f32, blueBias = 1.0 : f32, greenBias = 2.0 : f32, redBias = 3.0 : f32} : (tensor<1x1x3x6x8xf32>) -> tensor<1x1x3x6x8xf32>
  return %0 : tensor<1x1x3x6x8xf32>
}
