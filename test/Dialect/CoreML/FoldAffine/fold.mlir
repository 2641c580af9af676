// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(coreml-fold-affine))' | FileCheck %s

// With a variance of 0.25 the norms scale by 2, and shift by 10 and 20.

// Into the layer in front: rows of the weights.
// CHECK-LABEL: func.func @back
// CHECK-NEXT: coreml.convolution %arg0 {bias = dense<[1.000000e+01, 2.000000e+01]>
// CHECK-SAME: [2.000000e+00]], {{\[\[}}4.000000e+00]]], {{\[\[\[}}6.000000e+00]], {{\[\[}}8.000000e+00]
// CHECK-NEXT: return
func.func @back(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.convolution %x {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  return %1 : tensor<1x1x2x4x4xf32>
}

// Into the layer behind, whose bias gets 1 * 10 + 2 * 20 and 3 * 10 + 4 * 20.
// CHECK-LABEL: func.func @forward
// CHECK-NEXT: coreml.activation
// CHECK-NEXT: coreml.convolution {{.*}} {bias = dense<[5.000000e+01, 1.100000e+02]>
// CHECK-NEXT: return
func.func @forward(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.activation %x {kind = #coreml<activation_kind relu>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %2 = coreml.convolution %1 {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  return %2 : tensor<1x1x2x4x4xf32>
}

// A border of zeros is no shifted zero: the norm stays.
// CHECK-LABEL: func.func @border
// CHECK: coreml.batchnorm
// CHECK: coreml.convolution
func.func @border(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.batchnorm %x {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %1 = coreml.convolution %0 {paddingType = #coreml<padding_type same>, weights = dense<1.0> : tensor<2x2x3x3xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  return %1 : tensor<1x1x2x4x4xf32>
}

// Behind a ReLU the scale, which is positive, goes through; a bias is left.
// CHECK-LABEL: func.func @through
// CHECK-NEXT: coreml.convolution
// CHECK-SAME: [2.000000e+00]
// CHECK-NEXT: coreml.activation
// CHECK-NEXT: coreml.bias {{.*}} {bias = dense<[1.000000e+01, 2.000000e+01]>
// CHECK-NEXT: return
func.func @through(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.convolution %x {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %1 = coreml.activation %0 {kind = #coreml<activation_kind relu>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %2 = coreml.batchnorm %1 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  return %2 : tensor<1x1x2x4x4xf32>
}

// A negative scale does not.
// CHECK-LABEL: func.func @negative
// CHECK: coreml.batchnorm
func.func @negative(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.convolution %x {weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %1 = coreml.activation %0 {kind = #coreml<activation_kind relu>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %2 = coreml.batchnorm %1 {epsilon = 0.0 : f32, gamma = dense<[1.0, -1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  return %2 : tensor<1x1x2x4x4xf32>
}

// What is trained on the device stays, and so do quantised weights.
// CHECK-LABEL: func.func @updatable
// CHECK: coreml.batchnorm
func.func @updatable(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.convolution %x {coreml.isUpdatable, weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  return %1 : tensor<1x1x2x4x4xf32>
}

// CHECK-LABEL: func.func @quantised
// CHECK: coreml.batchnorm
func.func @quantised(%x: tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32> {
  %0 = coreml.convolution %x {coreml.file = {convolution = {weights = {rawValue = "abcd"}}}, weights = dense<[[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]]> : tensor<2x2x1x1xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  %1 = coreml.batchnorm %0 {epsilon = 0.0 : f32, gamma = dense<[1.0, 1.0]> : tensor<2xf32>, beta = dense<[10.0, 20.0]> : tensor<2xf32>, mean = dense<0.0> : tensor<2xf32>, variance = dense<0.25> : tensor<2xf32>} : (tensor<1x1x2x4x4xf32>) -> tensor<1x1x2x4x4xf32>
  return %1 : tensor<1x1x2x4x4xf32>
}
