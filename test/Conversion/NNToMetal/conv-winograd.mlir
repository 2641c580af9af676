// RUN: mlc-opt %s --convert-nn-to-metal="precision=f32 expand-weights" --canonicalize --cse --split-input-file | FileCheck %s
// RUN: mlc-opt %s --convert-nn-to-metal --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=HALF
// RUN: mlc-opt %s --convert-nn-to-metal="precision=f32 gpu-family=apple7" --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=GPU

// A 3x3 convolution with many channels and tiles: 25 x 25 pixels are 7 x 7 tiles
// of 4 x 4. Fused work is done by the last kernel, at the pixels that exist. Not
// in half precision, where it loses digits or makes the bundle larger.
// CHECK-LABEL: func @main
// CHECK-DAG: %[[D:.*]] = memref.alloc() : memref<36x49x64xf32>
// CHECK-DAG: %[[M:.*]] = memref.alloc() : memref<36x49x64xf32>
// CHECK: metal.dispatch @winograd_input_3x3_64to64_25x25 threads [8, 49, 1] {{.*}}(%arg0, %[[D]] :
// CHECK: %[[W:.*]] = metal.weights {{.*}} : memref<36x4x64x16xf32>
// CHECK: metal.dispatch @winograd_product_3x3_64to64_25x25 threads [10, 4, 36] {{.*}}(%[[D]], %[[W]], %[[M]] :
// CHECK: metal.dispatch @winograd_output_3x3_64to64_25x25 threads [8, 49, 1] {{.*}}(%[[M]], %arg1 :
// CHECK: metal.kernel @winograd_output
// CHECK: arith.cmpi slt, %{{.*}}, %c25
// CHECK: arith.maximumf
// CHECK: metal.store_lanes
// HALF-NOT: winograd
//
// By a GPU's figures the memory between the three kernels costs more than it saves.
// GPU-NOT: winograd
// GPU: metal.dispatch @simdgroup_conv3x3_64to64_25x25
// HALF: metal.dispatch @conv3x3_64to64_25x25
func.func @main(%x: tensor<1x25x25x64xf32>) -> tensor<1x25x25x64xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x64x64xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      epilogue {
      ^bb0(%sum: f32):
        %zero = arith.constant 0.0 : f32
        %y = arith.maximumf %sum, %zero : f32
        nn.yield %y : f32
      }
      : tensor<1x25x25x64xf32>, tensor<3x3x64x64xf32> -> tensor<1x25x25x64xf32>
  return %0 : tensor<1x25x25x64xf32>
}

// -----

// 14 x 14 pixels are too few tiles of 4 x 4: tiles of 2 x 2.
// CHECK-LABEL: func @main
// CHECK: memref.alloc() : memref<16x49x64xf32>
func.func @main(%x: tensor<1x14x14x64xf32>) -> tensor<1x14x14x64xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x64x64xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x14x14x64xf32>, tensor<3x3x64x64xf32> -> tensor<1x14x14x64xf32>
  return %0 : tensor<1x14x14x64xf32>
}

// -----

// 7 x 7 pixels do not pay for larger weights, unless there are many products.
// CHECK-LABEL: func @main
// CHECK: winograd_product_3x3_512to512_7x7 threads [{{[0-9]+}}, 32, 16]
func.func @main(%x: tensor<1x7x7x512xf32>) -> tensor<1x7x7x512xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x512x512xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x7x7x512xf32>, tensor<3x3x512x512xf32> -> tensor<1x7x7x512xf32>
  return %0 : tensor<1x7x7x512xf32>
}

// -----

// CHECK-LABEL: func @main
// CHECK-NOT: winograd
// CHECK: metal.dispatch @conv3x3_64to64_7x7
func.func @main(%x: tensor<1x7x7x64xf32>) -> tensor<1x7x7x64xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x64x64xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x7x7x64xf32>, tensor<3x3x64x64xf32> -> tensor<1x7x7x64xf32>
  return %0 : tensor<1x7x7x64xf32>
}

// -----

// Nor do strides leave overlapping tiles.
// CHECK-LABEL: func @main
// CHECK-NOT: winograd
// CHECK: metal.dispatch @conv3x3_stride2_64to64_13x13
func.func @main(%x: tensor<1x25x25x64xf32>) -> tensor<1x13x13x64xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x64x64xf32>
  %0 = nn.conv2d %x, %w strides = [2, 2] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x25x25x64xf32>, tensor<3x3x64x64xf32> -> tensor<1x13x13x64xf32>
  return %0 : tensor<1x13x13x64xf32>
}

// -----

// Few channels are transformed for too few products.
// CHECK-LABEL: func @main
// CHECK-NOT: winograd
// CHECK: metal.dispatch @conv3x3_16to64_25x25
func.func @main(%x: tensor<1x25x25x16xf32>) -> tensor<1x25x25x64xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x16x64xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x25x25x16xf32>, tensor<3x3x16x64xf32> -> tensor<1x25x25x64xf32>
  return %0 : tensor<1x25x25x64xf32>
}
