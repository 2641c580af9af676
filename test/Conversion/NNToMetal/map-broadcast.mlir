// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// A number for each channel has stride 0 along the others; rows and columns
// still become one dimension, channels stay their own.
// CHECK: memref.reinterpret_cast %arg1 to offset: [0], sizes: [16, 6], strides: [0, 1]
// CHECK: metal.dispatch @elementwise_16x6 threads [1, 16, 1]
func.func @main(%x: tensor<1x4x4x6xf32>, %s: tensor<6xf32>) -> tensor<1x4x4x6xf32> {
  %0 = nn.map(%x, %s : tensor<1x4x4x6xf32>, tensor<6xf32>) {
  ^bb0(%e: f32, %f: f32):
    %1 = arith.mulf %e, %f : f32
    nn.yield %1 : f32
  } -> tensor<1x4x4x6xf32>
  return %0 : tensor<1x4x4x6xf32>
}
