// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// A whole factor is an integer division.
// CHECK-LABEL: func @nearest
// CHECK: metal.kernel @resize_4x4x4 "resize"
// CHECK-NOT: arith.fptosi
// CHECK: arith.divsi
func.func @nearest(%x: tensor<1x2x2x4xf32>) -> tensor<1x4x4x4xf32> {
  %0 = nn.resize nearest %x scales = [0.5, 0.5] offsets = [0.0, 0.0]
      : tensor<1x2x2x4xf32> -> tensor<1x4x4x4xf32>
  return %0 : tensor<1x4x4x4xf32>
}

// -----

// Others go through floats, clamped to the input.
// CHECK-LABEL: func @bilinear
// CHECK: arith.minimumf
// CHECK: arith.fptosi
// CHECK-COUNT-4: metal.load_lanes
func.func @bilinear(%x: tensor<1x2x2x4xf32>) -> tensor<1x3x3x4xf32> {
  %0 = nn.resize bilinear %x scales = [0.5, 0.5] offsets = [0.25, 0.25]
      : tensor<1x2x2x4xf32> -> tensor<1x3x3x4xf32>
  return %0 : tensor<1x3x3x4xf32>
}
