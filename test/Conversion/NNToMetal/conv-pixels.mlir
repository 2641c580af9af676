// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// The bytes of a row are converted once for all taps of it: 8 pixels of 3
// channels.
// CHECK: metal.dispatch @conv4x4_3to4_5x5 {{.*}}(%{{.*}} : memref<1x8x24xi8
// CHECK: metal.kernel @conv4x4_3to4_5x5
// CHECK: %[[X:.*]] = memref.alloca() : memref<24xf32>
// CHECK: %[[EIGHT:.*]] = metal.load_lanes %arg0[{{.*}}] : {{.*}} -> vector<8xf32>
// CHECK: metal.put_lanes %[[EIGHT]], %[[X]]
// CHECK: scf.for
// CHECK: %[[E:.*]] = memref.load %[[X]]
// CHECK: math.fma
func.func @inside(%x: tensor<1x8x8x3xi8>) -> tensor<1x5x5x4xf32> {
  %w = arith.constant dense<0.5> : tensor<4x4x3x4xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x8x8x3xi8>, tensor<4x4x3x4xf32> -> tensor<1x5x5x4xf32>
  return %0 : tensor<1x5x5x4xf32>
}

// -----

// The last of 7 pixels are loaded apart, for what follows them may not exist.
// CHECK: metal.kernel @conv3x3_3to4_5x5
// CHECK: metal.load_lanes %arg0[{{.*}}] count %c5{{.*}} : {{.*}} -> vector<8xf32>
func.func @rest(%x: tensor<1x7x7x3xi8>) -> tensor<1x5x5x4xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x3x4xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x7x7x3xi8>, tensor<3x3x3x4xf32> -> tensor<1x5x5x4xf32>
  return %0 : tensor<1x5x5x4xf32>
}

// -----

// Padding is zero after what is in front of the convolution, whose constants
// are repeated to the length of a row.
// CHECK: metal.weights dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 1.000000e+00, 2.000000e+00
// CHECK: metal.kernel @conv3x3_3to4_12x12
// CHECK: scf.if
// CHECK: metal.load_lanes %arg0[
// CHECK: arith.addf
// CHECK: metal.put_lanes
// CHECK: scf.if
// CHECK: memref.load %arg0[
// CHECK: arith.addf
// CHECK: arith.select
// CHECK: memref.store
func.func @padded(%x: tensor<1x12x12x3xi8>) -> tensor<1x12x12x4xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x3x4xf32>
  %shift = arith.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      prologue(%shift : tensor<3xf32>) {
      ^bb0(%e: f32, %s: f32):
        %1 = arith.addf %e, %s : f32
        nn.yield %1 : f32
      }
      : tensor<1x12x12x3xi8>, tensor<3x3x3x4xf32> -> tensor<1x12x12x4xf32>
  return %0 : tensor<1x12x12x4xf32>
}
