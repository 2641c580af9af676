// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Elementwise layers are maps.

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.ceil %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.ceil %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.floor %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.floor %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.constant -1.000000e+00 : f32
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.cmpf olt, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf ogt, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.sign %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.roundeven %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.round %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.exp2 %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.exp2 %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.sin %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.sin %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.cos %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.cos %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.tan %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.tan %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.asin %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.asin %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.acos %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.acos %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.atan %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.atan %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.sinh %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.sinh %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.cosh %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.cosh %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.tanh %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.tanh %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.asinh %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.asinh %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.acosh %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.acosh %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.atanh %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.atanh %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: math.erf %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.erf %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.map(%{{.*}} : tensor<1x3x4x2xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.cmpf oeq, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.logical_not %a0 : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.map(%{{.*}} : tensor<7xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.constant 5.000000e-01 : f32
// CHECK: arith.constant 0.707106769 : f32
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: math.erf %{{.*}} : f32
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
func.func @main(%a0: tensor<7xf32>) -> tensor<7xf32> {
  %r0 = coreml.gelu %a0 : (tensor<7xf32>) -> tensor<7xf32>
  return %r0 : tensor<7xf32>
}

// -----

// CHECK: nn.map(%{{.*}} : tensor<7xf32>) {
// CHECK: arith.constant 2.000000e+00 : f32
// CHECK: arith.constant -1.000000e+00 : f32
// CHECK: arith.maximumf %{{.*}}, %{{.*}} : f32
// CHECK: arith.minimumf %{{.*}}, %{{.*}} : f32
func.func @main(%a0: tensor<7xf32>) -> tensor<7xf32> {
  %r0 = coreml.clip %a0 {maxVal = 2.000000e+00 : f32, minVal = -1.000000e+00 : f32} : (tensor<7xf32>) -> tensor<7xf32>
  return %r0 : tensor<7xf32>
}

// -----

// CHECK: nn.map(%{{.*}} : tensor<7xf32>) {
// CHECK: arith.constant 6.000000e+00 : f32
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 5.000000e-01 : f32
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf oge, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.minimumf %{{.*}}, %{{.*}} : f32
func.func @main(%a0: tensor<7xf32>) -> tensor<7xf32> {
  %r0 = coreml.clamped_relu %a0 {alpha = 5.000000e-01 : f32, beta = 6.000000e+00 : f32} : (tensor<7xf32>) -> tensor<7xf32>
  return %r0 : tensor<7xf32>
}
