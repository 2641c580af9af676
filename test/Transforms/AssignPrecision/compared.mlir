// RUN: mlc-opt %s --split-input-file --assign-precision | FileCheck %s

// What a maximum's place is looked for in is stored in float, back to the
// convolution that computes it: its weights, and what it reads, are not.
// CHECK-LABEL: func.func @argmax
// CHECK: nn.pool2d average %arg0 window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] :
// CHECK-NEXT: nn.conv2d {{.*}} {nn.result_precision = "f32"}
// CHECK-NEXT: nn.softmax {{.*}} {nn.result_precision = "f32"}
// CHECK-NEXT: nn.reshape
// CHECK-NOT: nn.result_precision
// CHECK: nn.reduce argmax {{.*}} {nn.result_precision = "f32"}
func.func @argmax(%x: tensor<1x4x4x8xf32>) -> tensor<16x1xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x8x4xf32>
  %p = nn.pool2d average %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x4x4x8xf32> -> tensor<1x4x4x8xf32>
  %0 = nn.conv2d %p, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x8xf32>, tensor<1x1x8x4xf32> -> tensor<1x4x4x4xf32>
  %1 = nn.softmax %0 axis = 3 : tensor<1x4x4x4xf32> -> tensor<1x4x4x4xf32>
  %2 = nn.reshape %1 : tensor<1x4x4x4xf32> -> tensor<16x4xf32>
  %3 = nn.reduce argmax %2 axes = [1] : tensor<16x4xf32> -> tensor<16x1xf32>
  return %3 : tensor<16x1xf32>
}

// -----

// Order, suppression, look-ups and scatters, boxes, comparisons, rounding.
// CHECK-LABEL: func.func @deciding
// CHECK-COUNT-8: nn.pool2d {{.*}} {nn.result_precision = "f32"}
// CHECK-NOT: nn.pool2d
func.func @deciding(%x: tensor<1x1x8x4xf32>, %i: tensor<8xf32>, %l: tensor<1xf32>) -> (tensor<1x1x8x4xf32>, tensor<1x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8x2x2x4xf32>, tensor<1x1x8x4xf32>, tensor<1x1x8x4xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %s = nn.argsort %0 axis = 2 descending = true : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %1 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %b = nn.reshape %1 : tensor<1x1x8x4xf32> -> tensor<1x8x4xf32>
  %2 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %c = nn.slice %2 offsets = [0, 0, 0, 0] strides = [1, 1, 1, 1] : tensor<1x1x8x4xf32> -> tensor<1x1x8x1xf32>
  %d = nn.reshape %c : tensor<1x1x8x1xf32> -> tensor<1x8xf32>
  %n = nn.nms %b, %d, %l, %l, %l : (tensor<1x8x4xf32>, tensor<1x8xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8xf32>
  %3 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %e = nn.slice %3 offsets = [0, 0, 0, 0] strides = [1, 1, 1, 1] : tensor<1x1x8x4xf32> -> tensor<1x1x8x1xf32>
  %f = nn.reshape %e : tensor<1x1x8x1xf32> -> tensor<8xf32>
  %t = nn.take %i, %f axis = 0 : tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
  %4 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %g = nn.slice %4 offsets = [0, 0, 0, 0] strides = [1, 1, 1, 1] : tensor<1x1x8x4xf32> -> tensor<1x1x8x1xf32>
  %h = nn.reshape %g : tensor<1x1x8x1xf32> -> tensor<8xf32>
  %u = nn.scatter add %i, %h, %i axis = 0 : tensor<8xf32>, tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
  %5 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %j = nn.reshape %5 : tensor<1x1x8x4xf32> -> tensor<8x4xf32>
  %v = nn.crop_resize %x, %j units = [1.0, 1.0] offsets = [0.0, 0.0] scales = [1.0, 1.0] steps = [0.0, 0.0] : tensor<1x1x8x4xf32>, tensor<8x4xf32> -> tensor<8x2x2x4xf32>
  %6 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %y = nn.map(%6, %x : tensor<1x1x8x4xf32>, tensor<1x1x8x4xf32>) {
  ^bb0(%p: f32, %q: f32):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %k = arith.cmpf olt, %p, %q : f32
    %r = arith.select %k, %one, %zero : f32
    nn.yield %r : f32
  } -> tensor<1x1x8x4xf32>
  %7 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %z = nn.map(%7 : tensor<1x1x8x4xf32>) {
  ^bb0(%p: f32):
    %k = math.floor %p : f32
    nn.yield %k : f32
  } -> tensor<1x1x8x4xf32>
  return %s, %n, %t, %u, %v, %y, %z : tensor<1x1x8x4xf32>, tensor<1x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8x2x2x4xf32>, tensor<1x1x8x4xf32>, tensor<1x1x8x4xf32>
}

// -----

// A leaky ReLU has a comparison and no step.
// CHECK-LABEL: func.func @continuous
// CHECK-NOT: nn.result_precision
func.func @continuous(%x: tensor<1x1x8x4xf32>) -> tensor<1x1x8x4xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x4xf32> -> tensor<1x1x8x4xf32>
  %1 = nn.map(%0 : tensor<1x1x8x4xf32>) {
  ^bb0(%p: f32):
    %zero = arith.constant 0.0 : f32
    %tenth = arith.constant 0.1 : f32
    %s = arith.mulf %p, %tenth : f32
    %k = arith.cmpf oge, %p, %zero : f32
    %r = arith.select %k, %p, %s : f32
    nn.yield %r : f32
  } -> tensor<1x1x8x4xf32>
  return %1 : tensor<1x1x8x4xf32>
}

// -----

// Indices stay exact in what is computed of them, and sums of answers.
// CHECK-LABEL: func.func @counted
// CHECK: nn.argsort
// CHECK: nn.map
// CHECK: } {nn.result_precision = "f32"} -> tensor<4096xf32>
// CHECK: nn.map
// CHECK: } -> tensor<4096xf32>
// CHECK: nn.cumsum {{.*}} {nn.result_precision = "f32"}
func.func @counted(%x: tensor<4096xf32>) -> (tensor<8192xf32>, tensor<4096xf32>) {
  %0 = nn.argsort %x axis = 0 descending = true : tensor<4096xf32> -> tensor<4096xf32>
  %1 = nn.map(%0 : tensor<4096xf32>) {
  ^bb0(%p: f32):
    %one = arith.constant 1.0 : f32
    %r = arith.addf %p, %one : f32
    nn.yield %r : f32
  } -> tensor<4096xf32>
  %2 = nn.concat %1, %0 axis = 0 : tensor<4096xf32>, tensor<4096xf32> -> tensor<8192xf32>
  %3 = nn.map(%x : tensor<4096xf32>) {
  ^bb0(%p: f32):
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %k = arith.cmpf olt, %p, %zero : f32
    %r = arith.select %k, %one, %zero : f32
    nn.yield %r : f32
  } -> tensor<4096xf32>
  %4 = nn.cumsum %3 axis = 0 exclusive = false reverse = false : tensor<4096xf32> -> tensor<4096xf32>
  return %2, %4 : tensor<8192xf32>, tensor<4096xf32>
}

// -----

// Through the functions of control flow: a state that is compared, back to what
// it begins with; an index that a branch gives.
// CHECK-LABEL: func.func private @then
// CHECK: nn.argsort {{.*}} {nn.result_precision = "f32"}
// CHECK-LABEL: func.func private @else
// CHECK: nn.pool2d {{.*}} {nn.result_precision = "f32"}
// CHECK-LABEL: func.func @main
// CHECK: nn.pool2d {{.*}} {nn.result_precision = "f32"}
// CHECK: nn.if {{.*}} {nn.result_precision = "f32"}
func.func private @then(%x: tensor<1x1x8x16xf32>) -> tensor<1x1x8x16xf32> {
  %0 = nn.argsort %x axis = 3 descending = true : tensor<1x1x8x16xf32> -> tensor<1x1x8x16xf32>
  return %0 : tensor<1x1x8x16xf32>
}
func.func private @else(%x: tensor<1x1x8x16xf32>) -> tensor<1x1x8x16xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x16xf32> -> tensor<1x1x8x16xf32>
  return %0 : tensor<1x1x8x16xf32>
}
func.func @main(%c: tensor<1xf32>, %x: tensor<1x1x8x16xf32>) -> tensor<1x1x8x16xf32> {
  %0 = nn.pool2d l2 %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0] : tensor<1x1x8x16xf32> -> tensor<1x1x8x16xf32>
  %1 = nn.if %c then @then else @else (%0) : (tensor<1xf32>, tensor<1x1x8x16xf32>) -> tensor<1x1x8x16xf32>
  return %1 : tensor<1x1x8x16xf32>
}

// -----

// Weights that halves cannot hold.
// CHECK-LABEL: func.func @weights
// CHECK: nn.conv2d {{.*}} {nn.precision = "f32"}
// CHECK: nn.conv2d {{.*}} {nn.precision = "f32"}
// CHECK: nn.conv2d {{.*}} groups = 1 :
func.func @weights(%x: tensor<1x2x2x1xf32>) -> (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) {
  %l = arith.constant dense<7.0e4> : tensor<1x1x1x1xf32>
  %s = arith.constant dense<1.1e-6> : tensor<1x1x1x1xf32>
  %w = arith.constant dense<6.0e4> : tensor<1x1x1x1xf32>
  %0 = nn.conv2d %x, %l strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  %1 = nn.conv2d %x, %s strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  %2 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1 : tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32> -> tensor<1x2x2x1xf32>
  return %0, %1, %2 : tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>
}
