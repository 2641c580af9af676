// RUN: mlc-opt %s --convert-coreml-to-nn -verify-diagnostics -split-input-file

// A reshape that changes Seq would mix the images of a batch.
func.func @main(%x: tensor<1x2x4x6x8xf32>) -> tensor<2x2x2x6x8xf32> {
  // expected-error@+2 {{that changes Seq is not supported for a batch}}
  // expected-error@+1 {{failed to legalize operation 'coreml.reshape'}}
  %0 = coreml.reshape %x {targetShape = array<i64: 2, 2, 6, 8>} : (tensor<1x2x4x6x8xf32>) -> tensor<2x2x2x6x8xf32>
  return %0 : tensor<2x2x2x6x8xf32>
}
