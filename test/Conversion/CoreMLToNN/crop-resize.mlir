// RUN: mlc-opt %s --convert-coreml-to-nn | FileCheck %s

// Boxes stay as they are; the kernel reads them in float.
// CHECK: %[[B:.*]] = nn.reshape %{{.*}} -> tensor<6x5xf32>
// CHECK: nn.crop_resize %{{.*}}, %[[B]] columns_first centers at_least_one units = [8.000000e+00, 9.000000e+00] offsets = [2.500000e-01, 1.250000e-01] scales = [5.000000e-01, 2.500000e-01] steps = [0.000000e+00, 0.000000e+00]
func.func @main(%x: tensor<1x2x3x9x10xf32>, %b: tensor<6x1x5x1x1xf32>) -> tensor<6x1x3x2x4xf32> {
  %0 = coreml.crop_resize %x, %b {targetSize = array<i64: 2, 4>, normalizedCoordinates = true, samplingMethod = #coreml<method ROI_ALIGN_MODE>, boxMode = #coreml<coordinates CENTER_SIZE_WIDTH_FIRST>} : (tensor<1x2x3x9x10xf32>, tensor<6x1x5x1x1xf32>) -> tensor<6x1x3x2x4xf32>
  return %0 : tensor<6x1x3x2x4xf32>
}
