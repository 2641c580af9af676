// RUN: mlc-opt %s --split-input-file --verify-diagnostics --convert-coreml-to-nn

// An output that has no height and width.
// expected-error@unknown {{output 'y' is an image, but 'tensor<4x5xf32>' is not C x H x W behind ones}}
func.func @main(%x: tensor<4x5xf32>) -> (tensor<4x5xf32> {coreml.feature = {name = "y", type = "image"}}) {
  %0 = coreml.sin %x : (tensor<4x5xf32>) -> tensor<4x5xf32>
  return %0 : tensor<4x5xf32>
}

// -----

// One that is a single number.
// expected-error@unknown {{output 'y' is an image, but 'tensor<1xf32>' is not C x H x W behind ones}}
func.func @main(%x: tensor<1xf32>) -> (tensor<1xf32> {coreml.feature = {name = "y", type = "image", colorSpace = "GRAYSCALE_FLOAT16"}}) {
  %0 = coreml.sin %x : (tensor<1xf32>) -> tensor<1xf32>
  return %0 : tensor<1xf32>
}

// -----

// Two images.
// expected-error@unknown {{output 'y' is an image, but 'tensor<2x3x4x5xf32>' is not C x H x W behind ones}}
func.func @main(%x: tensor<2x3x4x5xf32>) -> (tensor<2x3x4x5xf32> {coreml.feature = {name = "y", type = "image"}}) {
  %0 = coreml.sin %x : (tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32>
  return %0 : tensor<2x3x4x5xf32>
}

// -----

// An input that has no height and width.
// expected-error@unknown {{input 'x' is an image, but 'tensor<5xf32>' is not C x H x W behind ones}}
func.func @main(%x: tensor<5xf32> {coreml.feature = {name = "x", type = "image"}}) -> tensor<5xf32> {
  %0 = coreml.sin %x : (tensor<5xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}
