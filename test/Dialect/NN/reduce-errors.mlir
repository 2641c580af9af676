// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Reduced dimensions become 1.
func.func @shape(%x: tensor<1x4x4x8xf32>) -> tensor<1x4x1x8xf32> {
  // expected-error@+1 {{result must have the shape [1, 1, 1, 8]}}
  %0 = nn.reduce mean %x axes = [1, 2] : tensor<1x4x4x8xf32> -> tensor<1x4x1x8xf32>
  return %0 : tensor<1x4x1x8xf32>
}

// -----

// Axes ascend.
func.func @axes(%x: tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32> {
  // expected-error@+1 {{axes must ascend within the rank 4}}
  %0 = nn.reduce mean %x axes = [2, 1] : tensor<1x4x4x8xf32> -> tensor<1x1x1x8xf32>
  return %0 : tensor<1x1x1x8xf32>
}

// -----

// argmax has one axis.
func.func @argmax(%x: tensor<1x4x4x8xf32>) -> tensor<1x1x1x8xf32> {
  // expected-error@+1 {{argmax and argmin take one axis}}
  %0 = nn.reduce argmax %x axes = [1, 2] : tensor<1x4x4x8xf32> -> tensor<1x1x1x8xf32>
  return %0 : tensor<1x1x1x8xf32>
}
