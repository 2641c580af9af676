// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Layers that broadcast are maps, in the stored order of their operands.

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.add_broadcastable %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.subtract_broadcastable %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.multiply_broadcastable %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.divf %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.divide_broadcastable %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.divf %{{.*}}, %{{.*}} : f32
// CHECK: math.floor %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.floor_div_broadcastable %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.remf %{{.*}}, %{{.*}} : f32
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf olt, %{{.*}}, %{{.*}} : f32
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.mod_broadcastable %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: math.powf %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.pow_broadcastable %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.minimumf %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.min_broadcastable %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.maximumf %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.max_broadcastable %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.cmpf une, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf une, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.maximumf %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.logical_or %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.cmpf une, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf une, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: math.absf %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.logical_xor %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.cmpf une, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf une, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.minimumf %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.logical_and %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.cmpf oeq, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.equal %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.cmpf une, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.not_equal %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.cmpf olt, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.less_than %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.cmpf ole, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.less_equal %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.cmpf ogt, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.greater_than %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.cmpf oge, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.greater_equal %a0, %a1 : (tensor<2x3x1xf32>, tensor<1x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x3x1xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x1xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x5xf32> -> tensor<1x1x5x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}}, %{{.*}} : tensor<1x3x1x2xf32>, tensor<1x1x5x1xf32>, tensor<1x3x1x2xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.cmpf une, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x1xf32>, %a1: tensor<1x5xf32>, %a2: tensor<2x3x1xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.where_broadcastable %a0, %a1, %a2 : (tensor<2x3x1xf32>, tensor<1x5xf32>, tensor<2x3x1xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}
