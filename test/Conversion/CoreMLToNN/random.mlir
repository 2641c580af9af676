// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Random numbers are constants.

// CHECK: arith.constant dense<
func.func @main(%a0: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %r0 = coreml.random_normal_like %a0 {mean = 1.000000e+00 : f32, seed = 3 : i64, stdDev = 2.000000e+00 : f32} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %r0 : tensor<3x4xf32>
}

// -----

// CHECK: arith.constant dense<
func.func @main(%a0: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %r0 = coreml.random_uniform_like %a0 {maxVal = 2.000000e+00 : f32, minVal = 1.000000e+00 : f32, seed = 3 : i64} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %r0 : tensor<3x4xf32>
}

// -----

// CHECK: arith.constant dense<
func.func @main(%a0: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %r0 = coreml.random_bernoulli_like %a0 {prob = 5.000000e-01 : f32, seed = 3 : i64} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %r0 : tensor<3x4xf32>
}

// -----

// CHECK: arith.constant dense<
func.func @main() -> tensor<2x5xf32> {
  %r0 = coreml.random_normal_static {mean = 1.000000e+00 : f32, outputShape = array<i64: 2, 5>, seed = 3 : i64, stdDev = 2.000000e+00 : f32} : () -> tensor<2x5xf32>
  return %r0 : tensor<2x5xf32>
}

// -----

// CHECK: arith.constant dense<
func.func @main() -> tensor<2x5xf32> {
  %r0 = coreml.random_uniform_static {maxVal = 2.000000e+00 : f32, minVal = 1.000000e+00 : f32, outputShape = array<i64: 2, 5>, seed = 3 : i64} : () -> tensor<2x5xf32>
  return %r0 : tensor<2x5xf32>
}

// -----

// CHECK: arith.constant dense<
func.func @main() -> tensor<2x5xf32> {
  %r0 = coreml.random_bernoulli_static {outputShape = array<i64: 2, 5>, prob = 5.000000e-01 : f32, seed = 3 : i64} : () -> tensor<2x5xf32>
  return %r0 : tensor<2x5xf32>
}

// -----

// CHECK: nn.softmax %{{.*}} axis = 1  : tensor<3x4xf32> -> tensor<3x4xf32>
// CHECK: nn.cumsum %{{.*}} axis = 1 exclusive = false reverse = false  : tensor<3x4xf32> -> tensor<3x4xf32>
// CHECK: nn.slice %{{.*}} offsets = [0, 3] strides = [1, 1] : tensor<3x4xf32> -> tensor<3x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<3x4xf32> -> tensor<3x4x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<3x1xf32> -> tensor<3x1x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<3x4x1xf32>, tensor<3x1x1xf32>, tensor<3x1x9xf32>, tensor<4x1xf32>) {
// CHECK: arith.constant 3.000000e+00 : f32
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf oge, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: arith.cmpf oeq, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: nn.reduce sum %{{.*}} axes = [1]  : tensor<3x4x9xf32> -> tensor<3x1x9xf32>
// CHECK: nn.reshape %{{.*}} : tensor<3x1x9xf32> -> tensor<3x9xf32>
func.func @main(%a0: tensor<3x4xf32>) -> tensor<3x9xf32> {
  %r0 = coreml.categorical_distribution %a0 {isLogits = true, numSamples = 9 : i64, seed = 1 : i64} : (tensor<3x4xf32>) -> tensor<3x9xf32>
  return %r0 : tensor<3x9xf32>
}

// -----

// CHECK: arith.constant dense<{{.*}}tensor<2x5xf32>
// CHECK-NOT: nn.map
func.func @main() -> tensor<2x5xf32> {
  %shape = coreml.load_constant_nd {data = dense<[2.0, 5.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = coreml.random_normal_dynamic %shape {mean = 1.0 : f32, stdDev = 2.0 : f32, seed = 3 : i64} : (tensor<2xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}

// -----

// CHECK: arith.constant dense<{{.*}}tensor<2x5xf32>
// CHECK-NOT: nn.map
func.func @main() -> tensor<2x5xf32> {
  %shape = coreml.load_constant_nd {data = dense<[2.0, 5.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = coreml.random_uniform_dynamic %shape {minVal = 1.0 : f32, maxVal = 2.0 : f32, seed = 3 : i64} : (tensor<2xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}

// -----

// CHECK: arith.constant dense<{{.*}}tensor<2x5xf32>
// CHECK-NOT: nn.map
func.func @main() -> tensor<2x5xf32> {
  %shape = coreml.load_constant_nd {data = dense<[2.0, 5.0]> : tensor<2xf32>} : () -> tensor<2xf32>
  %0 = coreml.random_bernoulli_dynamic %shape {prob = 0.5 : f32, seed = 3 : i64} : (tensor<2xf32>) -> tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
