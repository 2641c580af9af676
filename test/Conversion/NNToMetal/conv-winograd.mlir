// RUN: mlc-opt %s --convert-nn-to-metal="precision=f32 expand-weights" --canonicalize --cse --split-input-file | FileCheck %s
// RUN: mlc-opt %s --convert-nn-to-metal --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=HALF
// RUN: mlc-opt %s --convert-nn-to-metal="precision=f32" --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=CODES
// RUN: mlc-opt %s --convert-nn-to-metal="precision=f32 gpu-family=apple7" --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=GPU

// A 3x3 convolution with many channels and tiles: 25 x 25 pixels are 7 x 7 tiles
// of 4 x 4. Fused work is done by the last kernel, at the pixels that exist. The
// bundle has the filter as it is, which is transformed when it is loaded. Not in
// half precision, which is for those who have little memory.
// CHECK-LABEL: func @main
// CHECK-DAG: %[[D:.*]] = memref.alloc() : memref<36x49x64xf32>
// CHECK-DAG: %[[M:.*]] = memref.alloc() : memref<36x49x64xf32>
// CHECK: metal.dispatch @winograd_input_3x3_64to64_25x25 threads [4, 49, 1] {{.*}}(%arg0, %[[D]] :
// CHECK: %[[F:.*]] = metal.weights {{.*}} : memref<4x3x3x64x16xf32>
// CHECK: %[[W:.*]] = metal.decode @winograd_filter_4x4_3x3 threads 256 group 256(%[[F]], %{{.*}}) : {{.*}} -> memref<36x4x64x16xf32>
// CHECK: metal.dispatch @winograd_product_3x3_64to64_25x25 threads [10, 4, 36] {{.*}}(%[[D]], %[[W]], %[[M]] :
// CHECK: metal.dispatch @winograd_output_3x3_64to64_25x25 threads [4, 49, 1] {{.*}}(%[[M]], %arg1 :
// CHECK: metal.kernel @winograd_filter_4x4_3x3 "decode"(%{{.*}}: memref<?xf32>, %{{.*}}: memref<?xf32>, write %{{.*}}: memref<?xf32>)
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

// 14 x 14 pixels are too few tiles of 4 x 4: tiles of 2 x 4.
// CHECK-LABEL: func @main
// CHECK: memref.alloc() : memref<24x28x64xf32>
// CHECK: metal.decode @winograd_filter_2x4_3x3
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

// -----

// A filter of one row has tiles in one row: 4 pixels for 10 products of the 28.
// CHECK-LABEL: func @main
// CHECK: memref.alloc() : memref<10x85x128xf32>
// CHECK: metal.decode @winograd_filter_1x4_1x7 {{.*}} -> memref<10x8x128x16xf32>
// CHECK: winograd_product_1x7_128to128_17x17 threads [17, 8, 10]
// HALF: metal.dispatch @conv1x7_128to128_17x17
func.func @main(%x: tensor<1x17x17x128xf32>) -> tensor<1x17x17x128xf32> {
  %w = arith.constant dense<0.5> : tensor<1x7x128x128xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 3, 3] groups = 1
      : tensor<1x17x17x128xf32>, tensor<1x7x128x128xf32> -> tensor<1x17x17x128xf32>
  return %0 : tensor<1x17x17x128xf32>
}

// -----

// A column, and a square of 5 x 5.
// CHECK-LABEL: func @main
// CHECK: metal.decode @winograd_filter_4x1_7x1
// CHECK: metal.decode @winograd_filter_4x4_5x5 {{.*}} -> memref<64x4x64x16xf32>
func.func @main(%x: tensor<1x35x35x64xf32>) -> tensor<1x35x35x64xf32> {
  %w = arith.constant dense<0.5> : tensor<7x1x64x64xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [3, 3, 0, 0] groups = 1
      : tensor<1x35x35x64xf32>, tensor<7x1x64x64xf32> -> tensor<1x35x35x64xf32>
  %v = arith.constant dense<0.5> : tensor<5x5x64x64xf32>
  %1 = nn.conv2d %0, %v strides = [1, 1] dilations = [1, 1] padding = [2, 2, 2, 2] groups = 1
      : tensor<1x35x35x64xf32>, tensor<5x5x64x64xf32> -> tensor<1x35x35x64xf32>
  return %1 : tensor<1x35x35x64xf32>
}

// -----

// Codes are decoded first, then transformed: both when the bundle is loaded.
// CODES-LABEL: func @main
// CODES: %[[C:.*]] = metal.decode @decode_1bit_grid
// CODES: metal.decode @winograd_filter_4x4_3x3 {{.*}}(%[[C]],
func.func @main(%x: tensor<1x25x25x64xf32>) -> tensor<1x25x25x64xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3x64x64xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [1, 1, 1, 1] groups = 1
      : tensor<1x25x25x64xf32>, tensor<3x3x64x64xf32> -> tensor<1x25x25x64xf32>
  return %0 : tensor<1x25x25x64xf32>
}
