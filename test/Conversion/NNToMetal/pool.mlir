// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Without padding every window has nine pixels: the average is a product.
// CHECK-LABEL: func @whole
// CHECK: metal.kernel @average_pool_3x3_2x2x5 "pooling"
// CHECK-NOT: arith.divf
// CHECK: metal.return
func.func @whole(%x: tensor<1x5x5x5xf32>) -> tensor<1x2x2x5xf32> {
  %0 = nn.pool2d average %x window = [3, 3] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x5x5x5xf32> -> tensor<1x2x2x5xf32>
  return %0 : tensor<1x2x2x5xf32>
}

// -----

// With padding that does not count, windows at the border have fewer.
// CHECK-LABEL: func @border
// CHECK: metal.kernel @average_pool_3x3_2x2x5 "pooling"
// CHECK: arith.divf
func.func @border(%x: tensor<1x4x4x5xf32>) -> tensor<1x2x2x5xf32> {
  %0 = nn.pool2d average %x window = [3, 3] strides = [2, 2] padding = [1, 1, 1, 1]
      : tensor<1x4x4x5xf32> -> tensor<1x2x2x5xf32>
  return %0 : tensor<1x2x2x5xf32>
}

// -----

// The maximum starts from the lowest float, since fast math has no infinity.
// CHECK-LABEL: func @max
// CHECK: arith.constant dense<-3.40282347E+38> : vector<4xf32>
// CHECK: arith.maximumf
func.func @max(%x: tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.pool2d max %x window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32>
  return %0 : tensor<1x2x2x4xf32>
}

// -----

// The last windows lie beside the image: their maximum is 0.
// CHECK-LABEL: func @emptyWindows
// CHECK: arith.maximumf
// CHECK: %[[full:.*]] = arith.cmpi slt
// CHECK: arith.select %[[full]]
// CHECK: arith.cmpi slt
// CHECK: arith.select
func.func @emptyWindows(%x: tensor<1x4x4x4xf32>) -> tensor<1x3x3x4xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [2, 2] padding = [0, 1, 0, 1]
      : tensor<1x4x4x4xf32> -> tensor<1x3x3x4xf32>
  return %0 : tensor<1x3x3x4xf32>
}

// -----

// CHECK-LABEL: func @l2
// CHECK: %[[SUM:.*]] = math.fma %[[X:.*]], %[[X]],
// CHECK: math.sqrt
func.func @l2(%x: tensor<1x4x4x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.pool2d l2 %x window = [2, 2] strides = [2, 2] padding = [0, 0, 0, 0]
      : tensor<1x4x4x4xf32> -> tensor<1x2x2x4xf32>
  return %0 : tensor<1x2x2x4xf32>
}
