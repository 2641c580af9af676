// RUN: mlc-opt %s --convert-coreml-to-nn --canonicalize | FileCheck %s

// A box counts with its best score; what is chosen is taken by its index.
// CHECK: %[[BEST:.*]] = nn.reduce max %{{.*}} axes = [2] : tensor<2x9x3xf32> -> tensor<2x9x1xf32>
// CHECK: %[[I:.*]] = nn.nms {{.*}} -> tensor<2x5xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1 : tensor<2x9x4xf32>, tensor<2x5x1xf32> -> tensor<2x5x4xf32>
// CHECK: nn.take %{{.*}}, %{{.*}} axis = 1 : tensor<2x9x3xf32>, tensor<2x5x1xf32> -> tensor<2x5x3xf32>
func.func @main(%b: tensor<2x9x4xf32>, %s: tensor<2x9x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x3xf32>, tensor<2x5xf32>, tensor<2xf32>) {
  %0:4 = coreml.non_maximum_suppression %b, %s {iouThreshold = 0.5 : f32, scoreThreshold = 0.25 : f32, maxBoxes = 5 : i64, perClassSuppression = true} : (tensor<2x9x4xf32>, tensor<2x9x3xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x3xf32>, tensor<2x5xf32>, tensor<2xf32>)
  return %0#0, %0#1, %0#2, %0#3 : tensor<2x5x4xf32>, tensor<2x5x3xf32>, tensor<2x5xf32>, tensor<2xf32>
}
