// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Lanes are 4, 8 or 16 floats.
metal.kernel @width "elementwise"(%x: memref<4xf32>) {
  %i = arith.constant 0 : index
  // expected-error@+1 {{must be lanes: 4, 8 or 16 of f32}}
  %0 = metal.load_lanes %x[%i] : memref<4xf32> -> vector<3xf32>
  metal.return
}

// -----

// An index for each dimension.
metal.kernel @rank "elementwise"(%x: memref<4x4xf32>) {
  %i = arith.constant 0 : index
  // expected-error@+1 {{has 1 indices for 2 dimensions}}
  %0 = metal.load_lanes %x[%i] : memref<4x4xf32> -> vector<4xf32>
  metal.return
}
