// RUN: mlc-opt %s --split-input-file --convert-coreml-to-nn --verify-diagnostics

// A constant whose elements are missing is an error, not a constant of nothing.
func.func @bias(%x: tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32> {
  // expected-error @below {{has unreadable bias}}
  %0 = coreml.bias %x {bias = dense_resource<missing> : tensor<2xf32>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  return %0 : tensor<1x1x2x1x1xf32>
}

// -----

func.func @bias_of_convolution(%x: tensor<1x1x1x1x1xf32>) -> tensor<1x1x2x1x1xf32> {
  // expected-error @below {{has unreadable bias}}
  %0 = coreml.convolution %x {bias = dense_resource<missing> : tensor<2xf32>, weights = dense<1.0> : tensor<2x1x1x1xf32>} : (tensor<1x1x1x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  return %0 : tensor<1x1x2x1x1xf32>
}

// -----

func.func @identity(%x: tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32> {
  // expected-error @below {{has unreadable alpha}}
  %0 = coreml.activation %x {kind = #coreml<activation_kind linear>, alpha = dense_resource<missing> : tensor<1xf32>, beta = dense<0.0> : tensor<1xf32>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  return %0 : tensor<1x1x2x1x1xf32>
}

// -----

// Half as many as the type says.
func.func @too_short(%x: tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32> {
  // expected-error @below {{has unreadable bias}}
  %0 = coreml.bias %x {bias = dense_resource<short> : tensor<2xf32>} : (tensor<1x1x2x1x1xf32>) -> tensor<1x1x2x1x1xf32>
  return %0 : tensor<1x1x2x1x1xf32>
}

{-#
  dialect_resources: {
    builtin: {
      short: "0x040000000000803F"
    }
  }
#-}
