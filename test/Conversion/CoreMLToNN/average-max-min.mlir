// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize --split-input-file | FileCheck %s

// The sum of all by their number; the third broadcasts.
// CHECK: nn.map({{.*}} : tensor<1x6x8x4xf32>, tensor<1x6x8x4xf32>, tensor<1x1x1x4xf32>)
// CHECK: arith.addf
// CHECK: arith.addf
// CHECK: arith.mulf
func.func @main(%x: tensor<1x1x4x6x8xf32>, %y: tensor<1x1x4x6x8xf32>, %z: tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.average %x, %y, %z : (tensor<1x1x4x6x8xf32>, tensor<1x1x4x6x8xf32>, tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}

// -----

// One map of all inputs.
// CHECK: nn.map({{.*}} : tensor<1x6x8x4xf32>, tensor<1x6x8x4xf32>, tensor<1x1x1x4xf32>)
// CHECK: arith.maximumf
// CHECK: arith.maximumf
func.func @main(%x: tensor<1x1x4x6x8xf32>, %y: tensor<1x1x4x6x8xf32>, %z: tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.max %x, %y, %z : (tensor<1x1x4x6x8xf32>, tensor<1x1x4x6x8xf32>, tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}

// -----

// One map of all inputs.
// CHECK: nn.map({{.*}} : tensor<1x6x8x4xf32>, tensor<1x6x8x4xf32>, tensor<1x1x1x4xf32>)
// CHECK: arith.minimumf
// CHECK: arith.minimumf
func.func @main(%x: tensor<1x1x4x6x8xf32>, %y: tensor<1x1x4x6x8xf32>, %z: tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x6x8xf32> {
  %0 = coreml.min %x, %y, %z : (tensor<1x1x4x6x8xf32>, tensor<1x1x4x6x8xf32>, tensor<1x1x4x1x1xf32>) -> tensor<1x1x4x6x8xf32>
  return %0 : tensor<1x1x4x6x8xf32>
}
