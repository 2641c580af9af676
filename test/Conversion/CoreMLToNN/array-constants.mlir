// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Constants, repeats and bands.

func.func @main() -> tensor<2x2xf32> {
  %r0 = coreml.load_constant_nd {data = dense<[[1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>} : () -> tensor<2x2xf32>
  return %r0 : tensor<2x2xf32>
}

// -----

// CHECK: nn.map() {
// CHECK: arith.constant 2.000000e+00 : f32
func.func @main() -> tensor<2x3xf32> {
  %r0 = coreml.fill_static {targetShape = array<i64: 2, 3>, value = 2.000000e+00 : f32} : () -> tensor<2x3xf32>
  return %r0 : tensor<2x3xf32>
}

// -----

// CHECK: nn.map() {
// CHECK: arith.constant 1.000000e+00 : f32
func.func @main(%a0: tensor<3x1xf32>) -> tensor<3x1xf32> {
  %r0 = coreml.fill_like %a0 {value = 1.000000e+00 : f32} : (tensor<3x1xf32>) -> tensor<3x1xf32>
  return %r0 : tensor<3x1xf32>
}

// -----

// CHECK: nn.map(%{{.*}} : tensor<3x1xf32>) {
func.func @main(%a0: tensor<3x1xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.broadcast_to_static %a0 {targetShape = array<i64: 2, 3, 4>} : (tensor<3x1xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.map(%{{.*}} : tensor<3x1xf32>) {
func.func @main(%a0: tensor<3x1xf32>, %a1: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.broadcast_to_like %a0, %a1 : (tensor<3x1xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

func.func @main() -> tensor<4xf32> {
  %r0 = coreml.range_static {endValue = 3.000000e+00 : f32, startValue = 1.000000e+00 : f32, stepSizeValue = 5.000000e-01 : f32} : () -> tensor<4xf32>
  return %r0 : tensor<4xf32>
}

// -----

// CHECK: nn.map(%{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3x4xf32>, tensor<3x1xf32>, tensor<4xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf ole, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.lower_triangular %a0 {k = 1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.map(%{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3x4xf32>, tensor<3x1xf32>, tensor<4xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant -1.000000e+00 : f32
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf oge, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.upper_triangular %a0 {k = -1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.map(%{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3x4xf32>, tensor<3x1xf32>, tensor<4xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant -1.000000e+00 : f32
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf oge, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.matrix_band_part %a0 {numLower = 1 : i64, numUpper = -1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: arith.constant dense<[3.000000e+00, 4.000000e+00]> : tensor<2xf32>
func.func @main() -> tensor<2xf32> {
  %r0 = coreml.load_constant_nd {data = dense<[3.000000e+00, 4.000000e+00]> : tensor<2xf32>} : () -> tensor<2xf32>
  return %r0 : tensor<2xf32>
}

// -----

// CHECK: arith.constant dense<9.000000e+00> : tensor<1xf32>
func.func @main() -> tensor<1xf32> {
  %r0 = coreml.load_constant_nd {data = dense<9.000000e+00> : tensor<1xf32>} : () -> tensor<1xf32>
  return %r0 : tensor<1xf32>
}

// -----

// CHECK: arith.constant dense<[-1.000000e+00, -5.000000e-01, 0.000000e+00, 5.000000e-01]>
func.func @main() -> tensor<4xf32> {
  %0 = coreml.range_static {startValue = -1.0 : f32, endValue = 0.75 : f32, stepSizeValue = 0.5 : f32} : () -> tensor<4xf32>
  return %0 : tensor<4xf32>
}
