// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(coreml-fold-affine))' | FileCheck %s
// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(coreml-fold-affine))' -o /dev/null \
// RUN:   --remarks-filter-missed=coreml-fold-affine --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// A 1x1 convolution that pads by explicit amounts has a border of zeros, too.
// REMARK: layer 'norm': stays: padding behind it is zero after its shift
// CHECK-LABEL: func.func @explicit_padding
// CHECK: coreml.batchnorm
// CHECK: coreml.convolution
func.func @explicit_padding(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x6x6xf32> {
  %0 = coreml.batchnorm %x {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  %1 = coreml.convolution %0 {paddingAmounts = array<i64: 1, 1, 1, 1>, weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x6x6xf32> loc("conv")
  return %1 : tensor<1x1x2x6x6xf32>
}

// -----

// What a deconvolution adds up depends on the place; a scale does not.
// REMARK: layer 'norm': stays: padding behind it is zero after its shift
// CHECK-LABEL: func.func @deconvolution
// CHECK: coreml.batchnorm
func.func @deconvolution(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x7x7xf32> {
  %0 = coreml.batchnorm %x {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  %1 = coreml.convolution %0 {isDeconvolution = true, stride = array<i64: 2, 2>, weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x7x7xf32> loc("conv")
  return %1 : tensor<1x1x2x7x7xf32>
}

// -----

// A negative variance is a fault of this layer.
// REMARK: layer 'norm': stays: its variance is negative or not a number
// CHECK-LABEL: func.func @negative_variance
// CHECK: coreml.batchnorm
func.func @negative_variance(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.convolution %x {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("conv")
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<[0.25, -1.0]> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  return %1 : tensor<1x1x2x4x4xf32>
}

// -----

// REMARK: layer 'norm': stays: it has numbers that are not finite
// CHECK-LABEL: func.func @infinite_scale
// CHECK: coreml.batchnorm
func.func @infinite_scale(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.convolution %x {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("conv")
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<[0.25, 0.0]> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  return %1 : tensor<1x1x2x4x4xf32>
}

// -----

// REMARK: layer 'norm': stays: its products with the weights are not all finite
// CHECK-LABEL: func.func @weights_not_a_number
// CHECK: coreml.batchnorm
func.func @weights_not_a_number(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.convolution %x {weights = dense<[[[[1.0]], [[0x7FC00000]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("conv")
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  return %1 : tensor<1x1x2x4x4xf32>
}

// -----

// Halves end at 65504.
// REMARK: layer 'norm': stays: half precision would lose its products with the weights
// CHECK-LABEL: func.func @overflow
// CHECK: coreml.batchnorm
func.func @overflow(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.convolution %x {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf16>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("conv")
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0e6]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  return %1 : tensor<1x1x2x4x4xf32>
}

// -----

// Half weights are not rounded a second time; products by 2 need no rounding.
// REMARK: layer 'norm': stays: its products with the weights, which are halves, would be rounded
// CHECK-LABEL: func.func @rounded_again
// CHECK: coreml.batchnorm
// CHECK-NOT: coreml.batchnorm
func.func @rounded_again(%x: tensor<1x1x2x4x4xf32>) -> (tensor<1x1x2x4x4xf32>, tensor<1x1x2x4x4xf32>) {
  %0 = coreml.convolution %x {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf16>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("conv")
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.1]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  %2 = coreml.convolution %x {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf16>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %3 = coreml.batchnorm %2 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  return %1, %3 : tensor<1x1x2x4x4xf32>, tensor<1x1x2x4x4xf32>
}

// -----

// Below 6e-5 they have few digits, and floats of a file become halves on a GPU.
// REMARK: layer 'norm': stays: half precision would lose its products with the weights
// CHECK-LABEL: func.func @subnormal
// CHECK: coreml.batchnorm
func.func @subnormal(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.batchnorm %x {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.1e-6]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  %1 = coreml.convolution %0 {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("conv")
  return %1 : tensor<1x1x2x4x4xf32>
}

// -----

// Somebody else reads what the convolution makes.
// CHECK-LABEL: func.func @two_readers
// CHECK: coreml.batchnorm
func.func @two_readers(%x: tensor<1x1x2x4x4xf32>) -> (tensor<1x1x2x4x4xf32>, tensor<1x1x2x4x4xf32>) {
  %0 = coreml.convolution %x {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("conv")
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  return %0, %1 : tensor<1x1x2x4x4xf32>, tensor<1x1x2x4x4xf32>
}

// -----

// One of two readers cannot take it in: the other keeps its weights.
// CHECK-LABEL: func.func @one_reader_declines
// CHECK: coreml.batchnorm
// CHECK: coreml.convolution {{.*}} {weights = dense<{{.*}}1.000000e+00
func.func @one_reader_declines(%x: tensor<1x1x2x4x4xf32>) -> (tensor<1x1x2x4x4xf32>, tensor<1x1x2x4x4xf32>) {
  %0 = coreml.batchnorm %x {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  %1 = coreml.convolution %0 {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("conv")
  %2 = coreml.activation %0 {kind = #coreml<activation_kind relu>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  return %1, %2 : tensor<1x1x2x4x4xf32>, tensor<1x1x2x4x4xf32>
}

// -----

// An inner product of several pixels reads each channel in many columns.
// CHECK-LABEL: func.func @pixels
// CHECK: coreml.batchnorm
func.func @pixels(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x3x1x1xf32> {
  %0 = coreml.batchnorm %x {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> loc("norm")
  %1 = coreml.inner_product %0 {weights = dense<1.0> : tensor<3x32xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x3x1x1xf32>
  return %1 : tensor<1x1x3x1x1xf32>
}
