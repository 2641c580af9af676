// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Joining, cutting, repeating and padding.

// CHECK: nn.reshape %{{.*}} : tensor<2x5x4xf32> -> tensor<1x2x5x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x5x4xf32> -> tensor<1x5x4x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.concat %{{.*}}, %{{.*}} axis = 1 : tensor<1x3x4x2xf32>, tensor<1x5x4x2xf32> -> tensor<1x8x4x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x8x4x2xf32> -> tensor<1x2x8x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x8x4xf32> -> tensor<2x8x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>, %a1: tensor<2x5x4xf32>) -> tensor<2x8x4xf32> {
  %r0 = coreml.concat_nd %a0, %a1 {axis = -2 : i64} : (tensor<2x3x4xf32>, tensor<2x5x4xf32>) -> tensor<2x8x4xf32>
  return %r0 : tensor<2x8x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<2x1x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<2x1x3x4xf32>
// CHECK: nn.concat %{{.*}}, %{{.*}} axis = 1 : tensor<2x1x3x4xf32>, tensor<2x1x3x4xf32> -> tensor<2x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x2x3x4xf32> -> tensor<4x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>, %a1: tensor<2x3x4xf32>) -> tensor<4x3x4xf32> {
  %r0 = coreml.concat_nd %a0, %a1 {interleave = true} : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<4x3x4xf32>
  return %r0 : tensor<4x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.slice %{{.*}} offsets = [0, 0, 0, 0] strides = [1, 1, 1, 1] : tensor<1x3x4x2xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.slice %{{.*}} offsets = [0, 0, 1, 0] strides = [1, 1, 1, 1] : tensor<1x3x4x2xf32> -> tensor<1x3x3x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x1x2xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x1xf32> -> tensor<2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x3x2xf32> -> tensor<1x2x3x3xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x3xf32> -> tensor<2x3x3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> (tensor<2x3x1xf32>, tensor<2x3x3xf32>) {
  %r0, %r1 = coreml.split_nd %a0 {axis = -1 : i64, splitSizes = array<i64: 1, 3>} : (tensor<2x3x4xf32>) -> (tensor<2x3x1xf32>, tensor<2x3x3xf32>)
  return %r0, %r1 : tensor<2x3x1xf32>, tensor<2x3x3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.slice %{{.*}} offsets = [0, 0, 0, 0] strides = [1, 1, 1, 1] : tensor<1x3x4x2xf32> -> tensor<1x3x2x2xf32>
// CHECK: nn.slice %{{.*}} offsets = [0, 0, 2, 0] strides = [1, 1, 1, 1] : tensor<1x3x4x2xf32> -> tensor<1x3x2x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x2x2xf32> -> tensor<1x2x3x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x2xf32> -> tensor<2x3x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x2x2xf32> -> tensor<1x2x3x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x2xf32> -> tensor<2x3x2xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> (tensor<2x3x2xf32>, tensor<2x3x2xf32>) {
  %r0, %r1 = coreml.split_nd %a0 {axis = 2 : i64, numSplits = 2 : i64} : (tensor<2x3x4xf32>) -> (tensor<2x3x2xf32>, tensor<2x3x2xf32>)
  return %r0, %r1 : tensor<2x3x2xf32>, tensor<2x3x2xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<2x3x4x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<2x3x4x1xf32>
// CHECK: nn.concat %{{.*}}, %{{.*}} axis = 3 : tensor<2x3x4x1xf32>, tensor<2x3x4x1xf32> -> tensor<2x3x4x2xf32>
func.func @main(%a0: tensor<2x3x4xf32>, %a1: tensor<2x3x4xf32>) -> tensor<2x3x4x2xf32> {
  %r0 = coreml.stack %a0, %a1 {axis = -1 : i64} : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4x2xf32>
  return %r0 : tensor<2x3x4x2xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<2x1x3x1x4xf32>
// CHECK: nn.map(%{{.*}} : tensor<2x1x3x1x4xf32>) {
// CHECK: nn.reshape %{{.*}} : tensor<2x3x3x2x4xf32> -> tensor<2x9x8xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x9x8xf32> {
  %r0 = coreml.tile %a0 {reps = array<i64: 3, 2>} : (tensor<2x3x4xf32>) -> tensor<2x9x8xf32>
  return %r0 : tensor<2x9x8xf32>
}

// -----

// CHECK: nn.take %{{.*}}, %{{.*}} axis = 0  : tensor<2x3x4xf32>, tensor<2x1x1xf32> -> tensor<2x3x4xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 2  : tensor<2x3x4xf32>, tensor<4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.reverse %a0 {reverseDim = array<i1: true, false, true>} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1  : tensor<2x3x4xf32>, tensor<4x1xf32> -> tensor<2x4x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x4x4xf32> -> tensor<2x2x2x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x2x2x4xf32> {
  %r0 = coreml.sliding_windows %a0 {axis = 1 : i64, step = 1 : i64, windowSize = 2 : i64} : (tensor<2x3x4xf32>) -> tensor<2x2x2x4xf32>
  return %r0 : tensor<2x2x2x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.pad constant %{{.*}} low = [0, 0, 2, 0] high = [0, 0, 0, 1] value = 1.500000e+00  : tensor<1x3x4x2xf32> -> tensor<1x3x6x3xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x6x3xf32> -> tensor<1x3x3x6xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x3x6xf32> -> tensor<3x3x6xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3x3x6xf32> {
  %r0 = coreml.constant_pad %a0 {padAmounts = array<i64: 0, 1, 0, 0, 2, 0>, value = 1.500000e+00 : f32} : (tensor<2x3x4xf32>) -> tensor<3x3x6xf32>
  return %r0 : tensor<3x3x6xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.pad constant %{{.*}} low = [0, 0, 0, 0] high = [0, 0, 0, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x4x5xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x5xf32> -> tensor<1x5x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5x3x4xf32> -> tensor<5x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<5x3x4xf32> {
  %r0 = coreml.constant_pad %a0 {padAmounts = array<i64: 0, 5, 0, 0, 0, 0>, padToGivenOutputSizeMode = true} : (tensor<2x3x4xf32>) -> tensor<5x3x4xf32>
  return %r0 : tensor<5x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<5x5x5xf32> -> tensor<1x5x5x5xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x5x5x5xf32> -> tensor<1x5x5x5xf32>
// CHECK: nn.slice %{{.*}} offsets = [0, 2, 0, 0] strides = [1, 2, 2, 2] : tensor<1x5x5x5xf32> -> tensor<1x2x3x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x2x3x2xf32> -> tensor<1x2x2x3xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x2x3xf32> -> tensor<2x2x3xf32>
func.func @main(%a0: tensor<5x5x5xf32>) -> tensor<2x2x3xf32> {
  %r0 = coreml.slice_static %a0 {beginIds = array<i64: 1, 2, 3>, beginMasks = array<i1: true, false, true>, endIds = array<i64: 3, -3, 2>, endMasks = array<i1: false, true, true>, squeezeMasks = array<i1: false, false, false>, strides = array<i64: 2, 2, 2>} : (tensor<5x5x5xf32>) -> tensor<2x2x3xf32>
  return %r0 : tensor<2x2x3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<5x5x5xf32> -> tensor<1x5x5x5xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x5x5x5xf32> -> tensor<1x5x5x5xf32>
// CHECK: nn.slice %{{.*}} offsets = [0, 2, 0, 0] strides = [1, 1, 2, 2] : tensor<1x5x5x5xf32> -> tensor<1x1x3x2xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 2  : tensor<1x1x3x2xf32>, tensor<3x1xf32> -> tensor<1x1x3x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x1x3x2xf32> -> tensor<1x2x1x3xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x1x3xf32> -> tensor<2x3xf32>
func.func @main(%a0: tensor<5x5x5xf32>) -> tensor<2x3xf32> {
  %r0 = coreml.slice_static %a0 {beginIds = array<i64: 0, 2, -1>, beginMasks = array<i1: true, false, false>, endIds = array<i64: 3, 0, 0>, endMasks = array<i1: false, false, true>, squeezeMasks = array<i1: false, true, false>, strides = array<i64: 2, 2, -2>} : (tensor<5x5x5xf32>) -> tensor<2x3xf32>
  return %r0 : tensor<2x3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<1xf32> -> tensor<1x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x1xf32>, tensor<2x1xf32>) {
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1  : tensor<5x5x5xf32>, tensor<2x1xf32> -> tensor<5x2x5xf32>
func.func @main(%a0: tensor<5x5x5xf32>, %a1: tensor<1xf32>) -> tensor<5x2x5xf32> {
  %r0 = coreml.slice_by_size %a0, %a1 {axis = 1 : i64, size = 2 : i64} : (tensor<5x5x5xf32>, tensor<1xf32>) -> tensor<5x2x5xf32>
  return %r0 : tensor<5x2x5xf32>
}

// -----

// CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
func.func @main() -> tensor<2xf32> {
  %r0 = coreml.load_constant_nd {data = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>} : () -> tensor<2xf32>
  return %r0 : tensor<2xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2xf32> -> tensor<2x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<4xf32>, tensor<2x1xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf olt, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1  : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<2x4xf32>
func.func @main(%a0: tensor<2x4xf32>, %a1: tensor<2xf32>) -> tensor<2x4xf32> {
  %r0 = coreml.reverse_seq %a0, %a1 {sequenceAxis = 1 : i64} : (tensor<2x4xf32>, tensor<2xf32>) -> tensor<2x4xf32>
  return %r0 : tensor<2x4xf32>
}
