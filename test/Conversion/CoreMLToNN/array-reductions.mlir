// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Reductions, order and products.

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce l1 %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_l1 %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce l2 %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_l2 %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce max %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_max %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce min %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_min %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce sum %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_sum %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce product %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_prod %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce mean %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_mean %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce log_sum %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_log_sum %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce sum_square %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_sum_square %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce max %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x4x2xf32>, tensor<1x3x1x1xf32>) {
// CHECK: arith.subf %{{.*}}, %{{.*}} : f32
// CHECK: math.exp %{{.*}} : f32
// CHECK: nn.reduce log_sum %{{.*}} axes = [2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<1x3x1x1xf32>, tensor<1x3x1x1xf32>) {
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
// CHECK: nn.reshape %{{.*}} : tensor<1x3x1x1xf32> -> tensor<3xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<3xf32> {
  %r0 = coreml.reduce_log_sum_exp %a0 {axes = array<i64: 0, -1>} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %r0 : tensor<3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce sum %{{.*}} axes = [1]  : tensor<1x3x4x2xf32> -> tensor<1x1x4x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x1x4x2xf32> -> tensor<1x2x1x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x1x4xf32> -> tensor<2x1x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x1x4xf32> {
  %r0 = coreml.reduce_sum %a0 {axes = array<i64: 1>, keepDims = true} : (tensor<2x3x4xf32>) -> tensor<2x1x4xf32>
  return %r0 : tensor<2x1x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce sum %{{.*}} axes = [1, 2, 3]  : tensor<1x3x4x2xf32> -> tensor<1x1x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x1x1x1xf32> -> tensor<1xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<1xf32> {
  %r0 = coreml.reduce_sum %a0 {reduceAll = true} : (tensor<2x3x4xf32>) -> tensor<1xf32>
  return %r0 : tensor<1xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce argmax %{{.*}} axes = [2]  : tensor<1x3x4x2xf32> -> tensor<1x3x1x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x1x2xf32> -> tensor<1x2x3x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x1xf32> -> tensor<2x3x1xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x1xf32> {
  %r0 = coreml.arg_max %a0 {axis = -1 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x1xf32>
  return %r0 : tensor<2x3x1xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.reduce argmin %{{.*}} axes = [1]  : tensor<1x3x4x2xf32> -> tensor<1x1x4x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x1x4x2xf32> -> tensor<1x2x1x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x1x4xf32> -> tensor<2x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x4xf32> {
  %r0 = coreml.arg_min %a0 {axis = 1 : i64, removeDim = true} : (tensor<2x3x4xf32>) -> tensor<2x4xf32>
  return %r0 : tensor<2x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.argsort %{{.*}} axis = 1 descending = true  : tensor<1x3x4x2xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.arg_sort %a0 {axis = 1 : i64, descending = true} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.cumsum %{{.*}} axis = 1 exclusive = true reverse = false  : tensor<1x3x4x2xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.cum_sum %a0 {axis = 1 : i64, excludeFinalSum = true} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<2x3x4x1xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<2x3x4x1xf32>, tensor<6xf32>) {
// CHECK: arith.constant 0.000000e+00 : f32
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.cmpf oeq, %{{.*}}, %{{.*}} : f32
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4x6xf32> {
  %r0 = coreml.one_hot %a0 {axis = -1 : i64, onValue = 1.000000e+00 : f32, oneHotVectorSize = 6 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4x6xf32>
  return %r0 : tensor<2x3x4x6xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<2x3x4xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<1x2x3x4xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.softmax %{{.*}} axis = 1  : tensor<1x3x4x2xf32> -> tensor<1x3x4x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<1x3x4x2xf32> -> tensor<1x2x3x4xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x2x3x4xf32> -> tensor<2x3x4xf32>
func.func @main(%a0: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %r0 = coreml.softmax_nd %a0 {axis = -2 : i64} : (tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  return %r0 : tensor<2x3x4xf32>
}

// -----

// CHECK: arith.constant dense<[3.000000e+00, 4.000000e+00]> : tensor<2xf32>
// CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
// CHECK: nn.normalize mean_variance %{{.*}} axes = [1] epsilon = 5.000000e-01  : tensor<2x2xf32> -> tensor<2x2xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}}, %{{.*}} : tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>) {
// CHECK: arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
func.func @main(%a0: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %r0 = coreml.layer_normalization %a0 {beta = dense<[3.000000e+00, 4.000000e+00]> : tensor<2xf32>, eps = 5.000000e-01 : f32, gamma = dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>, normalizedShape = array<i64: 2>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  return %r0 : tensor<2x2xf32>
}

// -----

// CHECK: nn.transpose %{{.*}} permutation = [1, 0] : tensor<2x2xf32> -> tensor<2x2xf32>
// CHECK: nn.matmul %{{.*}}, %{{.*}}  : tensor<2x2xf32>, tensor<5x2x3xf32> -> tensor<5x2x3xf32>
func.func @main(%a0: tensor<2x2xf32>, %a1: tensor<5x2x3xf32>) -> tensor<5x2x3xf32> {
  %r0 = coreml.batched_matmul %a0, %a1 {transposeA = true} : (tensor<2x2xf32>, tensor<5x2x3xf32>) -> tensor<5x2x3xf32>
  return %r0 : tensor<5x2x3xf32>
}

// -----

// CHECK: nn.matmul %{{.*}}, %{{.*}}  : tensor<2x2xf32>, tensor<2x3xf32> -> tensor<2x3xf32>
// CHECK: nn.map(%{{.*}}, %{{.*}} : tensor<2x3xf32>, tensor<3xf32>) {
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
func.func @main(%a0: tensor<2x2xf32>) -> tensor<2x3xf32> {
  %r0 = coreml.batched_matmul %a0 {bias = dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]> : tensor<3xf32>, weights = dense<[[1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00], [5.000000e+00, 6.000000e+00]]> : tensor<3x2xf32>} : (tensor<2x2xf32>) -> tensor<2x3xf32>
  return %r0 : tensor<2x3xf32>
}

// -----

// CHECK: nn.gather %{{.*}}, %{{.*}}  : tensor<4x1xf32>, tensor<2x3xf32> -> tensor<4x3xf32>
func.func @main(%a0: tensor<4x1xf32>) -> tensor<4x3xf32> {
  %r0 = coreml.embedding_nd %a0 {weights = dense<[[1.000000e+00, 2.000000e+00], [3.000000e+00, 4.000000e+00], [5.000000e+00, 6.000000e+00]]> : tensor<3x2xf32>} : (tensor<4x1xf32>) -> tensor<4x3xf32>
  return %r0 : tensor<4x3xf32>
}
