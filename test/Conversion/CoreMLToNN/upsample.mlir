// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Nearest and bilinear upsampling, as coordinates.
// CHECK: nn.resize nearest {{.*}} scales = [5.000000e-01, 3.333333e-01] offsets = [0.000000e+00, 0.000000e+00]
// CHECK: nn.resize bilinear {{.*}} scales = [5.000000e-01, 5.000000e-01] offsets = [-2.500000e-01, -2.500000e-01]
func.func @main(%x: tensor<1x1x4x2x2xf32>) -> tensor<1x1x4x8x12xf32> {
  %0 = coreml.upsample %x {scalingFactor = array<i64: 2, 3>} : (tensor<1x1x4x2x2xf32>) -> tensor<1x1x4x4x6xf32>
  %1 = coreml.upsample %0 {scalingFactor = array<i64: 2, 2>, mode = #coreml<interpolation_mode BILINEAR>, linearUpsampleMode = #coreml<linear_upsample_mode ALIGN_CORNERS_FALSE>} : (tensor<1x1x4x4x6xf32>) -> tensor<1x1x4x8x12xf32>
  return %1 : tensor<1x1x4x8x12xf32>
}
