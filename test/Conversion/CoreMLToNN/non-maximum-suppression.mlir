// RUN: mlc-opt %s --split-input-file --verify-diagnostics --convert-coreml-to-nn --canonicalize | FileCheck %s

// A box counts with its best score; what is chosen is taken by its index.
// CHECK: %[[BEST:.*]] = nn.reduce max %{{.*}} axes = [2] : tensor<2x9x3xf32> -> tensor<2x9x1xf32>
// CHECK: %[[I:.*]] = nn.nms {{.*}} -> tensor<2x5xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1 : tensor<2x9x4xf32>, tensor<2x5x1xf32> -> tensor<2x5x4xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1 : tensor<2x9x3xf32>, tensor<2x5x1xf32> -> tensor<2x5x3xf32>
func.func @main(%b: tensor<2x9x4xf32>, %s: tensor<2x9x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x3xf32>, tensor<2x5xf32>, tensor<2xf32>) {
  %0:4 = coreml.non_maximum_suppression %b, %s {iouThreshold = 0.5 : f32, scoreThreshold = 0.25 : f32, maxBoxes = 5 : i64, perClassSuppression = true} : (tensor<2x9x4xf32>, tensor<2x9x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x3xf32>, tensor<2x5xf32>, tensor<2xf32>)
  return %0#0, %0#1, %0#2, %0#3 : tensor<2x5x4xf32>, tensor<2x5x3xf32>, tensor<2x5xf32>, tensor<2xf32>
}

// -----

// A number of boxes that comes from data: what is behind it is filled up.
// CHECK: %[[ALL:.*]] = nn.nms {{.*}} -> tensor<2x9xf32>
// CHECK: %[[FIRST:.*]] = nn.map(%[[ALL]], %{{.*}}, %{{.*}} : tensor<2x9xf32>, tensor<9xf32>, tensor<1xf32>)
// CHECK: arith.cmpf oge
// CHECK: nn.reshape %[[FIRST]]
func.func @main(%b: tensor<2x9x4xf32>, %s: tensor<2x9x1xf32>, %t: tensor<1xf32>) -> (tensor<2x9x4xf32>, tensor<2xf32>) {
  %0:4 = coreml.non_maximum_suppression %b, %s, %t, %t, %t : (tensor<2x9x4xf32>, tensor<2x9x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> (tensor<2x9x4xf32>, tensor<2x9x1xf32>, tensor<2x9xf32>, tensor<2xf32>)
  return %0#0, %0#3 : tensor<2x9x4xf32>, tensor<2xf32>
}

// -----

// How many there are is a number as any other.
// CHECK: nn.nms
// CHECK: nn.map
func.func @main(%b: tensor<2x9x4xf32>, %s: tensor<2x9x1xf32>, %t: tensor<1xf32>) -> tensor<2xf32> {
  %0:4 = coreml.non_maximum_suppression %b, %s, %t, %t, %t : (tensor<2x9x4xf32>, tensor<2x9x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> (tensor<2x9x4xf32>, tensor<2x9x1xf32>, tensor<2x9xf32>, tensor<2xf32>)
  %1 = coreml.sin %0#3 : (tensor<2xf32>) -> tensor<2xf32>
  return %1 : tensor<2xf32>
}

// -----

// But a layer that reads the boxes would see too many.
func.func @main(%b: tensor<2x9x4xf32>, %s: tensor<2x9x1xf32>, %t: tensor<1xf32>) -> tensor<2x9x4xf32> {
  // expected-error@+2 {{maxBoxes is not known when compiling, so its boxes can only be outputs of the model}}
  // expected-error@+1 {{failed to legalize operation}}
  %0:4 = coreml.non_maximum_suppression %b, %s, %t, %t, %t : (tensor<2x9x4xf32>, tensor<2x9x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> (tensor<2x9x4xf32>, tensor<2x9x1xf32>, tensor<2x9xf32>, tensor<2xf32>)
  %1 = coreml.sin %0#0 : (tensor<2x9x4xf32>) -> tensor<2x9x4xf32>
  return %1 : tensor<2x9x4xf32>
}
