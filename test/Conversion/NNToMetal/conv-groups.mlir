// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// Two groups of three outputs: each has blocks of its own, and a thread reads
// only its group's input channels.
// CHECK-LABEL: func @main
// CHECK: metal.weights {{.*}} : memref<2x1x1x2x4xf32>
// CHECK: metal.dispatch {{.*}} threads [1, 2,
// CHECK: metal.kernel
// CHECK: metal.store_lanes {{.*}} count %c3
func.func @main(%x: tensor<1x2x2x4xf32>) -> tensor<1x2x2x6xf32> {
  %w = arith.constant dense<0.5> : tensor<1x1x2x6xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 2
      : tensor<1x2x2x4xf32>, tensor<1x1x2x6xf32> -> tensor<1x2x2x6xf32>
  return %0 : tensor<1x2x2x6xf32>
}
