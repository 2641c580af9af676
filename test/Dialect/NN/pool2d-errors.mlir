// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Only an average counts padding.
func.func @counting(%x: tensor<1x4x4x8xf32>) -> tensor<1x2x2x8xf32> {
  // expected-error@+1 {{only average pooling counts padding}}
  %0 = nn.pool2d max %x window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0] counting = [0, 0, 0, 0] : tensor<1x4x4x8xf32> -> tensor<1x2x2x8xf32>
  return %0 : tensor<1x2x2x8xf32>
}
