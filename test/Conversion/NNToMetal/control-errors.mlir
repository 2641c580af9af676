// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 -verify-diagnostics

// A function that calls itself has no end.
func.func @main(%c: tensor<1xf32>) -> tensor<1xf32> {
  %0 = nn.if %c then @again else @again(%c) : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  %1 = nn.copy %0 : tensor<1xf32>
  return %1 : tensor<1xf32>
}
// expected-error@+1 {{calls itself}}
func.func private @again(%c: tensor<1xf32>) -> tensor<1xf32> {
  %0 = nn.if %c then @again else @again(%c) : (tensor<1xf32>, tensor<1xf32>) -> tensor<1xf32>
  %1 = nn.copy %0 : tensor<1xf32>
  return %1 : tensor<1xf32>
}
