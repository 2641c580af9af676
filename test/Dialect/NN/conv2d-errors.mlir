// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Channels of input, filter and groups must agree.
func.func @channels(%x: tensor<1x8x8x3xf32>, %w: tensor<3x3x4x16xf32>) -> tensor<1x6x6x16xf32> {
  // expected-error@+1 {{input has 3 channels, filter and groups want 4}}
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x8x8x3xf32>, tensor<3x3x4x16xf32> -> tensor<1x6x6x16xf32>
  return %0 : tensor<1x6x6x16xf32>
}

// -----

// The result's rows follow from the input's.
func.func @rows(%x: tensor<1x8x8x3xf32>, %w: tensor<3x3x3x16xf32>) -> tensor<1x7x6x16xf32> {
  // expected-error@+1 {{rows of the result do not follow from the input}}
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x8x8x3xf32>, tensor<3x3x3x16xf32> -> tensor<1x7x6x16xf32>
  return %0 : tensor<1x7x6x16xf32>
}

// -----

// Strides are positive.
func.func @stride(%x: tensor<1x8x8x3xf32>, %w: tensor<3x3x3x16xf32>) -> tensor<1x6x6x16xf32> {
  // expected-error@+1 {{strides must be at least 1, is 0}}
  %0 = nn.conv2d %x, %w strides = [0, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x8x8x3xf32>, tensor<3x3x3x16xf32> -> tensor<1x6x6x16xf32>
  return %0 : tensor<1x6x6x16xf32>
}
