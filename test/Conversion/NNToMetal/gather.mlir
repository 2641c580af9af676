// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal=precision=f32 --canonicalize --cse | FileCheck %s

// An index outside of the table is clamped as a float: it may be too large for
// an integer.
// CHECK: metal.kernel @gather_3x4 "gather"
// CHECK: %[[LOW:.*]] = arith.maximumf
// CHECK: %[[IN:.*]] = arith.minimumf %[[LOW]]
// CHECK: arith.fptosi %[[IN]]
func.func @main(%x: tensor<3x1xf32>) -> tensor<3x4xf32> {
  %t = arith.constant dense<1.0> : tensor<7x4xf32>
  %0 = nn.gather %x, %t : tensor<3x1xf32>, tensor<7x4xf32> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// -----

// Numbers that lie on a grid of 256 steps stay codes, with a scale and a shift
// for each column; of few bits a run of columns fills a byte or more.
// CHECK: metal.weights dense_resource<codes> : tensor<32x1x1xi8>
// CHECK: metal.weights dense<{{.*}}[0.000000e+00, 0.000000e+00, 0.000000e+00, 0.000000e+00], [1.000000e+00, 1.000000e+00, 1.000000e+00, 1.000000e+00]{{.*}}> : tensor<2x4xf32>
// CHECK: metal.kernel @gather_3x4 "gather"(%[[IN:.*]]: memref<3x1xf32>, %[[CODES:.*]]: memref<32x1x1xi8>, %[[GRIDS:.*]]: memref<2x4xf32>
// CHECK: %[[CODE:.*]] = metal.load_codes %[[CODES]]{{.*}} : memref<32x1x1xi8> -> vector<4xf32>
// CHECK: %[[SCALE:.*]] = metal.load_lanes %[[GRIDS]][%c0
// CHECK: %[[SHIFT:.*]] = metal.load_lanes %[[GRIDS]][%c1
// CHECK: math.fma %[[CODE]], %[[SCALE]], %[[SHIFT]]
func.func @main(%x: tensor<3x1xf32>) -> tensor<3x4xf32> {
  %t = arith.constant dense<1.0> : tensor<32x4xf32>
  %0 = nn.gather %x, %t : tensor<3x1xf32>, tensor<32x4xf32> -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
