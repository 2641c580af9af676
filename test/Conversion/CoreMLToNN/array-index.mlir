// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Gather and scatter are nn.take and nn.scatter.

// CHECK: nn.reshape %{{.*}} : tensor<6x4xf32> -> tensor<24x1xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1  : tensor<2x3x5xf32>, tensor<24x1xf32> -> tensor<2x24x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x24x5xf32> -> tensor<2x6x4x5xf32>
func.func @main(%a0: tensor<2x3x5xf32>, %a1: tensor<6x4xf32>) -> tensor<2x6x4x5xf32> {
  %r0 = coreml.gather %a0, %a1 {axis = 1 : i64} : (tensor<2x3x5xf32>, tensor<6x4xf32>) -> tensor<2x6x4x5xf32>
  return %r0 : tensor<2x6x4x5xf32>
}

// -----

// CHECK: arith.constant dense<[3.000000e+00, 1.000000e+00]> : tensor<2xf32>
// CHECK: arith.constant dense<[2.000000e+00, 3.000000e+00]> : tensor<2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x3x5xf32> -> tensor<6x5xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}}, %{{.*}} : tensor<7x2xf32>, tensor<2xf32>, tensor<2xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf oge, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: arith.maximumf %{{.*}}, %{{.*}} : f32
// CHECK: arith.minimumf %{{.*}}, %{{.*}} : f32
// CHECK: math.floor
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: nn.reduce sum %{{.*}} axes = [1]  : tensor<7x2xf32> -> tensor<7x1xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 0  : tensor<6x5xf32>, tensor<7x1xf32> -> tensor<7x5xf32>
func.func @main(%a0: tensor<2x3x5xf32>, %a1: tensor<7x2xf32>) -> tensor<7x5xf32> {
  %r0 = coreml.gather_nd %a0, %a1 : (tensor<2x3x5xf32>, tensor<7x2xf32>) -> tensor<7x5xf32>
  return %r0 : tensor<7x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x9x5xf32> -> tensor<1x2x9x5xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x9x5xf32> -> tensor<1x9x5x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x3x5xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x5xf32> -> tensor<1x3x5x2xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1  : tensor<1x3x5x2xf32>, tensor<1x9x5x2xf32> -> tensor<1x9x5x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x9x5x2xf32> -> tensor<1x2x9x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x9x5xf32> -> tensor<2x9x5xf32>
func.func @main(%a0: tensor<2x3x5xf32>, %a1: tensor<2x9x5xf32>) -> tensor<2x9x5xf32> {
  %r0 = coreml.gather_along_axis %a0, %a1 {axis = -2 : i64} : (tensor<2x3x5xf32>, tensor<2x9x5xf32>) -> tensor<2x9x5xf32>
  return %r0 : tensor<2x9x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x6x4x5xf32> -> tensor<2x24x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<6x4xf32> -> tensor<24x1xf32>
// CHECK: nn.scatter add %{{.*}}, %{{.*}}, %{{.*}} axis = 1  : tensor<2x3x5xf32>, tensor<24x1xf32>, tensor<2x24x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x5xf32>, %a1: tensor<6x4xf32>, %a2: tensor<2x6x4x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.scatter %a0, %a1, %a2 {axis = 1 : i64, mode = #coreml<scatter_mode SCATTER_ADD>} : (tensor<2x3x5xf32>, tensor<6x4xf32>, tensor<2x6x4x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: arith.constant dense<[3.000000e+00, 1.000000e+00]> : tensor<2xf32>
// CHECK: arith.constant dense<[2.000000e+00, 3.000000e+00]> : tensor<2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x3x5xf32> -> tensor<6x5xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}}, %{{.*}} : tensor<7x2xf32>, tensor<2xf32>, tensor<2xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf oge, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: arith.maximumf %{{.*}}, %{{.*}} : f32
// CHECK: arith.minimumf %{{.*}}, %{{.*}} : f32
// CHECK: math.floor
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: nn.reduce sum %{{.*}} axes = [1]  : tensor<7x2xf32> -> tensor<7x1xf32>
// CHECK: nn.scatter mul %{{.*}}, %{{.*}}, %{{.*}} axis = 0  : tensor<6x5xf32>, tensor<7x1xf32>, tensor<7x5xf32> -> tensor<6x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<6x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x5xf32>, %a1: tensor<7x2xf32>, %a2: tensor<7x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.scatter_nd %a0, %a1, %a2 {mode = #coreml<scatter_mode SCATTER_MUL>} : (tensor<2x3x5xf32>, tensor<7x2xf32>, tensor<7x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x9x5xf32> -> tensor<1x2x9x5xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x9x5xf32> -> tensor<1x9x5x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x9x5xf32> -> tensor<1x2x9x5xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x9x5xf32> -> tensor<1x9x5x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x3x5xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x5xf32> -> tensor<1x3x5x2xf32>
// CHECK: nn.scatter min %{{.*}}, %{{.*}}, %{{.*}} axis = 1  : tensor<1x3x5x2xf32>, tensor<1x9x5x2xf32>, tensor<1x9x5x2xf32> -> tensor<1x3x5x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x5x2xf32> -> tensor<1x2x3x5xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x5xf32> -> tensor<2x3x5xf32>
func.func @main(%a0: tensor<2x3x5xf32>, %a1: tensor<2x9x5xf32>, %a2: tensor<2x9x5xf32>) -> tensor<2x3x5xf32> {
  %r0 = coreml.scatter_along_axis %a0, %a1, %a2 {axis = 1 : i64, mode = #coreml<scatter_mode SCATTER_MIN>} : (tensor<2x3x5xf32>, tensor<2x9x5xf32>, tensor<2x9x5xf32>) -> tensor<2x3x5xf32>
  return %r0 : tensor<2x3x5xf32>
}
