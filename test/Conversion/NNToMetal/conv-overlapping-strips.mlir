// RUN: mlc-opt %s --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// A row of 13 pixels is three strips of five; the last one is moved back to end
// with the row, and stores only what the one before does not.
// CHECK: metal.dispatch @conv1x3_8to16_1x13 threads [3, 1, 1]
// CHECK: metal.kernel
// CHECK: %[[FIRST:.*]] = arith.muli %{{.*}}, %c5
// CHECK: %[[COLUMN:.*]] = arith.minsi %[[FIRST]], %c8
// CHECK: math.fma
// CHECK: %[[X:.*]] = arith.addi %[[COLUMN]]
// CHECK: %[[FRESH:.*]] = arith.cmpi sge, %[[X]], %[[FIRST]]
// CHECK: scf.if %[[FRESH]]
// CHECK: metal.store_lanes
func.func @main(%x: tensor<1x1x15x8xf32>) -> tensor<1x1x13x16xf32> {
  %w = arith.constant dense<0.5> : tensor<1x3x8x16xf32>
  %0 = nn.conv2d %x, %w strides = [1, 1] dilations = [1, 1] padding = [0, 0, 0, 0] groups = 1
      : tensor<1x1x15x8xf32>, tensor<1x3x8x16xf32> -> tensor<1x1x13x16xf32>
  return %0 : tensor<1x1x13x16xf32>
}
