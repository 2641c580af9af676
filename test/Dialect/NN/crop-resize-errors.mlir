// RUN: mlc-opt %s -verify-diagnostics

// A box is four numbers, or five with its image.
func.func @boxes(%x: tensor<1x8x8x3xf32>, %b: tensor<6x3xf32>) -> tensor<6x2x2x3xf32> {
  // expected-error@+1 {{boxes must be [N, 4] or [N, 5]}}
  %0 = nn.crop_resize %x, %b units = [1.0, 1.0] offsets = [0.0, 0.0] scales = [1.0, 1.0] steps = [0.0, 0.0] : tensor<1x8x8x3xf32>, tensor<6x3xf32> -> tensor<6x2x2x3xf32>
  return %0 : tensor<6x2x2x3xf32>
}
