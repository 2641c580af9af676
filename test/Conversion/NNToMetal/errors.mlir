// RUN: mlc-opt %s --convert-nn-to-metal --split-input-file --verify-diagnostics

// A concat that nobody placed would be memory that nobody writes.
func.func @concat(%x: tensor<1x2x2x3xf32>) -> tensor<1x2x2x6xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x3xf32> -> tensor<1x2x2x3xf32>
  // expected-error @+1 {{is not in place: run eliminate-concat first}}
  %1 = nn.concat %0, %x axis = 3 : tensor<1x2x2x3xf32>, tensor<1x2x2x3xf32> -> tensor<1x2x2x6xf32>
  return %1 : tensor<1x2x2x6xf32>
}

// -----

// An input that is a result cannot be had by addressing.
func.func @identity(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{needs a copy, since it is an input of the model: run eliminate-views first}}
  return %x : tensor<4xf32>
}

// -----

// Filters are packed ahead, so they must be known.
func.func @filter(%x: tensor<1x2x2x3xf32>, %w: tensor<1x1x3x4xf32>) -> tensor<1x2x2x4xf32> {
  // expected-error @+1 {{has a filter that is not a constant}}
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x2x2x3xf32>, tensor<1x1x3x4xf32> -> tensor<1x2x2x4xf32>
  return %0 : tensor<1x2x2x4xf32>
}

// -----

// Ops of other dialects have no kernel.
func.func @foreign(%x: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @+1 {{has no kernel: 'math.exp' is not an op of the nn dialect}}
  %0 = math.exp %x : tensor<4xf32>
  return %0 : tensor<4xf32>
}
