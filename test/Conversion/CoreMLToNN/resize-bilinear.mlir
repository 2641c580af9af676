// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Each way to sample is two numbers a dimension.
// CHECK: nn.resize bilinear {{.*}} scales = [1.000000e+00, 2.500000e-01] offsets = [0.000000e+00, 0.000000e+00]
// CHECK: nn.resize bilinear {{.*}} scales = [3.000000e+00, 1.250000e+00] offsets = [0.000000e+00, 0.000000e+00]
// CHECK: nn.resize bilinear {{.*}} scales = [5.000000e-01, 1.500000e+00] offsets = [2.500000e-01, 7.500000e-01]
func.func @main(%x: tensor<1x1x4x3x2xf32>) -> tensor<1x1x4x2x2xf32> {
  %0 = coreml.resize_bilinear %x {targetSize = array<i64: 3, 5>} : (tensor<1x1x4x3x2xf32>) -> tensor<1x1x4x3x5xf32>
  %1 = coreml.resize_bilinear %0 {targetSize = array<i64: 1, 4>, samplingMethod = #coreml<method UPSAMPLE_MODE>} : (tensor<1x1x4x3x5xf32>) -> tensor<1x1x4x1x4xf32>
  %2 = coreml.resize_bilinear %1 {targetSize = array<i64: 2, 2>, samplingMethod = #coreml<method ROI_ALIGN_MODE>} : (tensor<1x1x4x1x4xf32>) -> tensor<1x1x4x2x2xf32>
  return %2 : tensor<1x1x4x2x2xf32>
}
