// RUN: mlc-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(fuse-elementwise))' -o /dev/null \
// RUN:   --remarks-filter-missed=fuse-elementwise --remark-format=emitRemark 2>&1 | FileCheck %s

// An exponential for each load of a convolution costs more than a kernel.
// CHECK: layer 'exp': keeps a kernel: no input comes from an op that computes, and it is too expensive to be computed for every load of layer 'conv'
func.func @expensive(%x: tensor<1x4x4x3xf32>, %w: tensor<1x1x3x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = nn.map(%x : tensor<1x4x4x3xf32>) {
  ^bb0(%e: f32):
    %2 = math.exp %e : f32
    nn.yield %2 : f32
  } -> tensor<1x4x4x3xf32> loc("exp")
  %1 = nn.conv2d %0, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x4x4x3xf32>, tensor<1x1x3x8xf32> -> tensor<1x4x4x8xf32> loc("conv")
  return %1 : tensor<1x4x4x8xf32>
}

// -----

// The bytes of an image are made floats once, unless for a convolution.
// CHECK: layer 'scaler': keeps a kernel: no input comes from an op that computes, and it reads the pixels of an image, for no convolution
func.func @bytes(%x: tensor<1x4x4x3xi8>) -> tensor<1x4x4x3xf32> {
  %0 = nn.map(%x : tensor<1x4x4x3xi8>) {
  ^bb0(%e: i8):
    %2 = arith.uitofp %e : i8 to f32
    nn.yield %2 : f32
  } -> tensor<1x4x4x3xf32> loc("scaler")
  %1 = nn.pool2d max %0 window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x4x4x3xf32> -> tensor<1x4x4x3xf32>
  return %1 : tensor<1x4x4x3xf32>
}

// -----

// A reshape reads it as it lies in memory.
// CHECK: layer 'relu': keeps a kernel: layer 'pool' has other readers, and a reader needs it in memory: layer 'flatten'
func.func @in_memory(%x: tensor<1x2x2x4xf32>) -> (tensor<1x2x2x4xf32>, tensor<16xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x4xf32> -> tensor<1x2x2x4xf32> loc("pool")
  %1 = nn.map(%0 : tensor<1x2x2x4xf32>) {
  ^bb0(%e: f32):
    %2 = arith.negf %e : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x4xf32> loc("relu")
  %3 = nn.reshape %1 : tensor<1x2x2x4xf32> -> tensor<16xf32> loc("flatten")
  return %0, %3 : tensor<1x2x2x4xf32>, tensor<16xf32>
}

// -----

// The producer is smaller than the map's result.
// CHECK: layer 'sum': keeps a kernel: layer 'pool' is broadcast, and it is an output of the model
func.func @broadcast(%x: tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.reduce mean %x axes = [1, 2] : tensor<1x2x2x4xf32> -> tensor<1x1x1x4xf32> loc("pool")
  %1 = nn.map(%x, %0 : tensor<1x2x2x4xf32>, tensor<1x1x1x4xf32>) {
  ^bb0(%e: f32, %f: f32):
    %2 = arith.addf %e, %f : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x4xf32> loc("sum")
  return %1 : tensor<1x2x2x4xf32>
}

// -----

// A matrix that is multiplied by itself: only one side has a prologue.
// CHECK: layer 'neg': keeps a kernel: no input comes from an op that computes, and a reader needs it in memory: layer 'product'
func.func @both_sides(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %0 = nn.map(%x : tensor<2x2xf32>) {
  ^bb0(%e: f32):
    %2 = arith.negf %e : f32
    nn.yield %2 : f32
  } -> tensor<2x2xf32> loc("neg")
  %1 = nn.matmul %0, %0 : tensor<2x2xf32>, tensor<2x2xf32> -> tensor<2x2xf32> loc("product")
  return %1 : tensor<2x2xf32>
}

// -----

// A number that is repeated has no main input of the result's shape.
// CHECK: layer 'neg': keeps a kernel: no input comes from an op that computes, and it has no input of its own shape
func.func @repeated(%x: tensor<1x1x1x4xf32>) -> tensor<1x2x2x4xf32> {
  %0 = nn.map(%x : tensor<1x1x1x4xf32>) {
  ^bb0(%e: f32):
    %2 = arith.negf %e : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x4xf32> loc("neg")
  %1 = nn.pool2d max %0 window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x4xf32> -> tensor<1x2x2x4xf32>
  return %1 : tensor<1x2x2x4xf32>
}

// -----

// One of two readers returns it.
// CHECK: layer 'neg': keeps a kernel: no input comes from an op that computes, and it is an output of the model
func.func @returned(%x: tensor<1x2x2x4xf32>) -> (tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>) {
  %0 = nn.map(%x : tensor<1x2x2x4xf32>) {
  ^bb0(%e: f32):
    %2 = arith.negf %e : f32
    nn.yield %2 : f32
  } -> tensor<1x2x2x4xf32> loc("neg")
  %1 = nn.pool2d max %0 window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x4xf32> -> tensor<1x2x2x4xf32>
  return %0, %1 : tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>
}
