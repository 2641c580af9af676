// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// A value outside, the element inside.
// CHECK-LABEL: func @constant
// CHECK: metal.kernel @pad_5x5x4 "padding"
// CHECK: arith.constant dense<2.000000e+00> : vector<4xf32>
// CHECK: arith.select
func.func @constant(%x: tensor<1x3x3x4xf32>) -> tensor<1x5x5x4xf32> {
  %0 = nn.pad constant %x low = [0, 1, 1, 0] high = [0, 1, 1, 0] value = 2.0
      : tensor<1x3x3x4xf32> -> tensor<1x5x5x4xf32>
  return %0 : tensor<1x5x5x4xf32>
}

// -----

// Reflection is arithmetic on the coordinate, no choice.
// CHECK-LABEL: func @reflect
// CHECK: metal.kernel
// CHECK-NOT: arith.select
// CHECK: metal.load_lanes
func.func @reflect(%x: tensor<1x3x3x4xf32>) -> tensor<1x5x5x4xf32> {
  %0 = nn.pad reflect %x low = [0, 1, 1, 0] high = [0, 1, 1, 0]
      : tensor<1x3x3x4xf32> -> tensor<1x5x5x4xf32>
  return %0 : tensor<1x5x5x4xf32>
}

// -----

// Padded channels break lanes apart: one element a thread.
// CHECK-LABEL: func @channels
// CHECK: metal.dispatch {{.*}} threads [8, 2, 2]
// CHECK-NOT: metal.load_lanes
func.func @channels(%x: tensor<1x2x2x4xf32>) -> tensor<1x2x2x8xf32> {
  %0 = nn.pad constant %x low = [0, 0, 0, 2] high = [0, 0, 0, 2]
      : tensor<1x2x2x4xf32> -> tensor<1x2x2x8xf32>
  return %0 : tensor<1x2x2x8xf32>
}
