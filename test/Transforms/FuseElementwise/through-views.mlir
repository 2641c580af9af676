// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(fuse-elementwise))' | FileCheck %s

// Elementwise work behind a transpose and a reshape reaches the producer.
// CHECK-LABEL: func @through
// CHECK: %[[POOL:.*]] = nn.pool2d {{.*}} epilogue {
// CHECK: math.tanh
// CHECK: %[[T:.*]] = nn.transpose %[[POOL]] permutation = [0, 3, 1, 2]
// CHECK-NEXT: %[[R:.*]] = nn.reshape %[[T]]
// CHECK-NEXT: return %[[R]]
func.func @through(%x: tensor<1x4x4x8xf32>) -> tensor<128xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x4x4x8xf32> -> tensor<1x4x4x8xf32>
  %1 = nn.transpose %0 permutation = [0, 3, 1, 2] : tensor<1x4x4x8xf32> -> tensor<1x8x4x4xf32>
  %2 = nn.reshape %1 : tensor<1x8x4x4xf32> -> tensor<128xf32>
  %3 = nn.map(%2 : tensor<128xf32>) {
  ^bb0(%e: f32):
    %4 = math.tanh %e : f32
    nn.yield %4 : f32
  } -> tensor<128xf32>
  return %3 : tensor<128xf32>
}

// With a second tensor the elements' positions matter: the map stays behind.
// CHECK-LABEL: func @two_inputs
// CHECK: nn.transpose
// CHECK-NEXT: nn.map
func.func @two_inputs(%x: tensor<1x4x4x8xf32>, %y: tensor<1x8x4x4xf32>) -> tensor<1x8x4x4xf32> {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x4x4x8xf32> -> tensor<1x4x4x8xf32>
  %1 = nn.transpose %0 permutation = [0, 3, 1, 2] : tensor<1x4x4x8xf32> -> tensor<1x8x4x4xf32>
  %2 = nn.map(%1, %y : tensor<1x8x4x4xf32>, tensor<1x8x4x4xf32>) {
  ^bb0(%e: f32, %f: f32):
    %4 = arith.addf %e, %f : f32
    nn.yield %4 : f32
  } -> tensor<1x8x4x4xf32>
  return %2 : tensor<1x8x4x4xf32>
}

// Somebody else reads what the view shows.
// CHECK-LABEL: func @other_reader
// CHECK: %[[VIEW:.*]] = nn.reshape
// CHECK-NEXT: %[[NEG:.*]] = nn.map(%[[VIEW]]
// CHECK: return %[[VIEW]], %[[NEG]]
func.func @other_reader(%x: tensor<1x2x2x4xf32>) -> (tensor<16xf32>, tensor<16xf32>) {
  %0 = nn.pool2d max %x window = [1, 1] strides = [1, 1] padding = [0, 0, 0, 0]
      : tensor<1x2x2x4xf32> -> tensor<1x2x2x4xf32>
  %1 = nn.reshape %0 : tensor<1x2x2x4xf32> -> tensor<16xf32>
  %2 = nn.map(%1 : tensor<16xf32>) {
  ^bb0(%e: f32):
    %3 = arith.negf %e : f32
    nn.yield %3 : f32
  } -> tensor<16xf32>
  return %1, %2 : tensor<16xf32>, tensor<16xf32>
}
