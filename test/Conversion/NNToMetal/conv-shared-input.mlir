// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse --split-input-file | FileCheck %s
// RUN: mlc-opt %s --convert-nn-to-metal --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=HALF

// What is in front of a 1x1 convolution is computed once for all output channels:
// a group of threads keeps two strips of pixels in threadgroup memory, and takes
// the 2 x 16 strips and blocks of channels from there.
// CHECK-LABEL: func @main
// CHECK: metal.dispatch @conv1x1_64to256_6x8 threads [128, 1, 1] group [32, 1, 1]
// CHECK: metal.kernel @conv1x1_64to256_6x8
// CHECK: %[[X:.*]] = metal.threadgroup_alloc : memref<768xf32, "threadgroup">
// CHECK: scf.for
// CHECK: %[[V:.*]] = metal.load_lanes %arg0{{.*}} -> vector<16xf32>
// CHECK: %[[RELU:.*]] = arith.maximumf %[[V]]
// CHECK: metal.put_lanes %[[RELU]], %[[X]]
// CHECK: metal.barrier
// CHECK: scf.for
// CHECK: memref.load %[[X]]
func.func @main(%x: tensor<1x6x8x64xf32>) -> tensor<1x6x8x256xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x64x256xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      prologue {
      ^bb0(%in: f32):
        %zero = arith.constant 0.0 : f32
        %y = arith.maximumf %in, %zero : f32
        nn.yield %y : f32
      }
      : tensor<1x6x8x64xf32>, tensor<1x1x64x256xf32> -> tensor<1x6x8x256xf32>
  return %0 : tensor<1x6x8x256xf32>
}

// -----

// For few output channels there is little to share.
// CHECK-LABEL: func @main
// CHECK: metal.kernel @conv1x1_64to48_6x8
// CHECK-NOT: metal.threadgroup_alloc
func.func @main(%x: tensor<1x6x8x64xf32>) -> tensor<1x6x8x48xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x64x48xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      prologue {
      ^bb0(%in: f32):
        %zero = arith.constant 0.0 : f32
        %y = arith.maximumf %in, %zero : f32
        nn.yield %y : f32
      }
      : tensor<1x6x8x64xf32>, tensor<1x1x64x48xf32> -> tensor<1x6x8x48xf32>
  return %0 : tensor<1x6x8x48xf32>
}

// -----

// 32 KiB do not hold one strip of so many channels.
// CHECK-LABEL: func @main
// CHECK: metal.kernel @conv1x1_2048to256_6x8
// CHECK-NOT: metal.threadgroup_alloc
func.func @main(%x: tensor<1x6x8x2048xf32>) -> tensor<1x6x8x256xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x2048x256xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      prologue {
      ^bb0(%in: f32):
        %zero = arith.constant 0.0 : f32
        %y = arith.maximumf %in, %zero : f32
        nn.yield %y : f32
      }
      : tensor<1x6x8x2048xf32>, tensor<1x1x2048x256xf32> -> tensor<1x6x8x256xf32>
  return %0 : tensor<1x6x8x256xf32>
}

// -----

// In float five pixels of these channels fit; in half strips have six, which do not.
// CHECK-LABEL: func @main
// CHECK: metal.threadgroup_alloc : memref<7000xf32, "threadgroup">
// HALF-LABEL: metal.kernel @conv1x1_1400to64_10x10
// HALF-NOT: metal.threadgroup_alloc
func.func @main(%x: tensor<1x10x10x1400xf32>) -> tensor<1x10x10x64xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x1400x64xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      prologue {
      ^bb0(%in: f32):
        %zero = arith.constant 0.0 : f32
        %y = arith.maximumf %in, %zero : f32
        nn.yield %y : f32
      }
      : tensor<1x10x10x1400xf32>, tensor<1x1x1400x64xf32> -> tensor<1x10x10x64xf32>
  return %0 : tensor<1x10x10x64xf32>
}
