// RUN: mlc-opt %s --split-input-file --convert-nn-to-metal=precision=f16 --canonicalize --cse | FileCheck %s

// Indices that are the same along the last dimension serve lanes at once; an
// index from the end is brought to the front, one beyond is clamped.
// CHECK: metal.kernel @take_3x8 "gather"
// CHECK: arith.cmpf olt
// CHECK: arith.maximumf
// CHECK: %[[AT:.*]] = arith.minimumf
// CHECK: arith.fptosi %[[AT]]
// CHECK: metal.load_lanes {{.*}} vector<8xf32>
func.func @main(%x: tensor<5x8xf32>, %i: tensor<3x1xf32>) -> tensor<3x8xf32> {
  %0 = nn.take %x, %i axis = 0 : tensor<5x8xf32>, tensor<3x1xf32> -> tensor<3x8xf32>
  return %0 : tensor<3x8xf32>
}

// -----

// Updates take effect in their order.
// CHECK: metal.kernel @scatter_5x8 "scatter"
// CHECK: scf.for
// CHECK: arith.cmpf oeq
// CHECK: arith.addf
// CHECK: arith.select
func.func @main(%x: tensor<5x8xf32>, %i: tensor<3x1xf32>, %u: tensor<3x8xf32>) -> tensor<5x8xf32> {
  %0 = nn.scatter add %x, %i, %u axis = 0 : tensor<5x8xf32>, tensor<3x1xf32>, tensor<3x8xf32> -> tensor<5x8xf32>
  return %0 : tensor<5x8xf32>
}

// -----

// Indices are kept in float even where other values are halves.
// CHECK-DAG: metal.kernel @argsort_4000 "sort"
// CHECK-DAG: metal.kernel @take_9 "gather"
// CHECK-DAG: memref.alloc() : memref<9xf32>
func.func @main(%x: tensor<4000xf32>) -> tensor<9xf32> {
  %i = nn.argsort %x axis = 0 descending = true : tensor<4000xf32> -> tensor<9xf32>
  %0 = nn.take %x, %i axis = 0 : tensor<4000xf32>, tensor<9xf32> -> tensor<9xf32>
  return %0 : tensor<9xf32>
}

// -----

// A thread walks lanes side by side.
// CHECK: metal.kernel @cumsum_4x8 "scan"
// CHECK: scf.for
// CHECK: metal.load_lanes {{.*}} vector<8xf32>
// CHECK: metal.store_lanes
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = nn.cumsum %x axis = 0 exclusive = true reverse = true : tensor<4x8xf32> -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
