// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// Windows over volumes, in terms of those over images.

// CHECK: nn.reshape %{{.*}} : tensor<1x2x4x5x6xf32> -> tensor<2x4x5x6xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<2x4x5x6xf32> -> tensor<2x5x6x4xf32>
// CHECK: nn.pool2d average %{{.*}} window = [3, 2] strides = [2, 2] padding = [0, 0, 0, 0]  : tensor<2x5x6x4xf32> -> tensor<2x2x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<2x2x3x4xf32> -> tensor<2x4x2x3xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x4x2x3xf32> -> tensor<2x4x1x6xf32>
// CHECK: nn.pool2d average %{{.*}} window = [2, 1] strides = [1, 1] padding = [0, 0, 0, 0]  : tensor<2x4x1x6xf32> -> tensor<2x3x1x6xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x3x1x6xf32> -> tensor<1x2x3x2x3xf32>
func.func @main(%a0: tensor<1x2x4x5x6xf32>) -> tensor<1x2x3x2x3xf32> {
  %r0 = coreml.pooling3d %a0 {countExcludePadding = true, kernelSize = array<i64: 2, 3, 2>, paddingType = #coreml<volume_padding_type VALID>, stride = array<i64: 1, 2, 2>, type = #coreml<pooling_type AVERAGE>} : (tensor<1x2x4x5x6xf32>) -> tensor<1x2x3x2x3xf32>
  return %r0 : tensor<1x2x3x2x3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<1x2x4x5x6xf32> -> tensor<2x4x5x6xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<2x4x5x6xf32> -> tensor<2x5x6x4xf32>
// CHECK: nn.pool2d max %{{.*}} window = [2, 2] strides = [1, 1] padding = [0, 0, 0, 1]  : tensor<2x5x6x4xf32> -> tensor<2x4x6x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<2x4x6x4xf32> -> tensor<2x4x4x6xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x4x4x6xf32> -> tensor<2x4x1x24xf32>
// CHECK: nn.pool2d max %{{.*}} window = [2, 1] strides = [1, 1] padding = [1, 0, 0, 0]  : tensor<2x4x1x24xf32> -> tensor<2x4x1x24xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x4x1x24xf32> -> tensor<1x2x4x4x6xf32>
func.func @main(%a0: tensor<1x2x4x5x6xf32>) -> tensor<1x2x4x4x6xf32> {
  %r0 = coreml.pooling3d %a0 {customPadding = array<i64: 1, 0, 0, 0, 0, 1>, kernelSize = array<i64: 2, 2, 2>, stride = array<i64: 1, 1, 1>} : (tensor<1x2x4x5x6xf32>) -> tensor<1x2x4x4x6xf32>
  return %r0 : tensor<1x2x4x4x6xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<1x2x4x5x6xf32> -> tensor<2x4x5x6xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<2x4x5x6xf32> -> tensor<2x5x6x4xf32>
// CHECK: nn.pool2d max %{{.*}} window = [2, 2] strides = [2, 2] padding = [0, 1, 0, 0]  : tensor<2x5x6x4xf32> -> tensor<2x3x3x4xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 3, 1, 2] : tensor<2x3x3x4xf32> -> tensor<2x4x3x3xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x4x3x3xf32> -> tensor<2x4x1x9xf32>
// CHECK: nn.pool2d max %{{.*}} window = [2, 1] strides = [3, 1] padding = [0, 1, 0, 0]  : tensor<2x4x1x9xf32> -> tensor<2x2x1x9xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x2x1x9xf32> -> tensor<1x2x2x3x3xf32>
func.func @main(%a0: tensor<1x2x4x5x6xf32>) -> tensor<1x2x2x3x3xf32> {
  %r0 = coreml.pooling3d %a0 {kernelSize = array<i64: 2, 2, 2>, paddingType = #coreml<volume_padding_type SAME>, stride = array<i64: 3, 2, 2>} : (tensor<1x2x4x5x6xf32>) -> tensor<1x2x2x3x3xf32>
  return %r0 : tensor<1x2x2x3x3xf32>
}

// -----

// CHECK: nn.reshape %{{.*}} : tensor<1x2x4x5x6xf32> -> tensor<2x4x5x6xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 1] : tensor<2x4x5x6xf32> -> tensor<2x5x6x4xf32>
// CHECK: nn.reduce mean %{{.*}} axes = [1, 2, 3]  : tensor<2x5x6x4xf32> -> tensor<2x1x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x1x1x1xf32> -> tensor<1x2x1x1x1xf32>
func.func @main(%a0: tensor<1x2x4x5x6xf32>) -> tensor<1x2x1x1x1xf32> {
  %r0 = coreml.global_pooling3d %a0 {type = #coreml<pooling_type AVERAGE>} : (tensor<1x2x4x5x6xf32>) -> tensor<1x2x1x1x1xf32>
  return %r0 : tensor<1x2x1x1x1xf32>
}

// -----

// CHECK: arith.constant dense<1.000000e+00> : tensor<2x2x4x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 4, 1] : tensor<1x2x4x5x6xf32> -> tensor<1x4x5x6x2xf32>
// CHECK: nn.pad constant %{{.*}} low = [0, 0, 0, 0, 0] high = [0, 1, 0, 0, 0]  : tensor<1x4x5x6x2xf32> -> tensor<1x5x5x6x2xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1  : tensor<1x5x5x6x2xf32>, tensor<6x1x1x1xf32> -> tensor<1x6x5x6x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x6x5x6x2xf32> -> tensor<3x2x5x6x1x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 4, 1, 5] : tensor<3x2x5x6x1x2xf32> -> tensor<3x5x6x1x2x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<3x5x6x1x2x2xf32> -> tensor<3x5x6x4xf32>
// CHECK: nn.conv2d %{{.*}}, %{{.*}} strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1  : tensor<3x5x6x4xf32>, tensor<2x2x4x1xf32> -> tensor<3x4x5x1xf32>
// CHECK: nn.map(%{{.*}} : tensor<3x4x5x1xf32>) {
// CHECK: arith.constant 1.000000e+00 : f32
// CHECK: arith.addf %{{.*}}, %{{.*}} : f32
// CHECK: nn.reshape %{{.*}} : tensor<3x4x5x1xf32> -> tensor<3x4x5xf32>
func.func @main(%a0: tensor<1x2x4x5x6xf32>) -> tensor<1x1x3x4x5xf32> {
  %r0 = coreml.convolution3d %a0 {bias = dense<1.000000e+00> : tensor<1xf32>, dilation = array<i64: 1, 1, 1>, nGroups = 1 : i64, paddingType = #coreml<volume_padding_type VALID>, stride = array<i64: 1, 1, 1>, weights = dense<1.000000e+00> : tensor<1x2x2x2x2xf32>} : (tensor<1x2x4x5x6xf32>) -> tensor<1x1x3x4x5xf32>
  return %r0 : tensor<1x1x3x4x5xf32>
}

// -----

// CHECK: arith.constant dense<1.000000e+00> : tensor<2x1x1x2x2x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [4, 5, 0, 3, 1, 2] : tensor<2x1x1x2x2x2xf32> -> tensor<2x2x2x2x1x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<2x2x2x2x1x1xf32> -> tensor<2x2x4x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 4, 1] : tensor<1x2x4x5x6xf32> -> tensor<1x4x5x6x2xf32>
// CHECK: nn.pad constant %{{.*}} low = [0, 0, 0, 0, 0] high = [0, 1, 0, 0, 0]  : tensor<1x4x5x6x2xf32> -> tensor<1x5x5x6x2xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1  : tensor<1x5x5x6x2xf32>, tensor<16x1x1x1xf32> -> tensor<1x16x5x6x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<1x16x5x6x2xf32> -> tensor<8x2x5x6x2x1xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 2, 3, 4, 1, 5] : tensor<8x2x5x6x2x1xf32> -> tensor<8x5x6x2x2x1xf32>
// CHECK: nn.reshape %{{.*}} : tensor<8x5x6x2x2x1xf32> -> tensor<8x5x6x4xf32>
// CHECK: nn.conv_transpose2d %{{.*}}, %{{.*}} strides = [1, 1] dilations = [1, 2] padding = [0, 1] groups = 2  : tensor<8x5x6x4xf32>, tensor<2x2x4x1xf32> -> tensor<8x5x6x2xf32>
// CHECK: nn.reshape %{{.*}} : tensor<8x5x6x2xf32> -> tensor<1x8x5x6x2xf32>
// CHECK: nn.transpose %{{.*}} permutation = [0, 4, 1, 2, 3] : tensor<1x8x5x6x2xf32> -> tensor<1x2x8x5x6xf32>
func.func @main(%a0: tensor<1x2x4x5x6xf32>) -> tensor<1x2x8x5x6xf32> {
  %r0 = coreml.convolution3d %a0 {dilation = array<i64: 1, 1, 2>, isDeconvolution = true, nGroups = 2 : i64, paddingType = #coreml<volume_padding_type SAME>, stride = array<i64: 2, 1, 1>, weights = dense<1.000000e+00> : tensor<2x1x2x2x2xf32>} : (tensor<1x2x4x5x6xf32>) -> tensor<1x2x8x5x6xf32>
  return %r0 : tensor<1x2x8x5x6xf32>
}
