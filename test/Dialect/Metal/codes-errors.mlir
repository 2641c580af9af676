// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Codes are of 1, 2, 4 or 8 bits.
metal.kernel @bits "gather"(%x: memref<6xi8>) {
  %i = arith.constant 0 : index
  // expected-error@+1 {{has 6 bytes for 16 codes}}
  %0 = metal.load_codes %x[%i] : memref<6xi8> -> vector<16xf32>
  metal.return
}

// -----

// They do not end within a byte.
metal.kernel @whole "gather"(%x: memref<0xi8>) {
  %i = arith.constant 0 : index
  // expected-error@+1 {{has 0 bytes for 4 codes}}
  %0 = metal.load_codes %x[%i] : memref<0xi8> -> vector<4xf32>
  metal.return
}

// -----

metal.kernel @floats "gather"(%x: memref<8xf16>) {
  %i = arith.constant 0 : index
  // expected-error@+1 {{needs bytes that follow each other}}
  %0 = metal.load_codes %x[%i] : memref<8xf16> -> vector<16xf32>
  metal.return
}

// -----

metal.kernel @indices "gather"(%x: memref<4x8xi8>) {
  %i = arith.constant 0 : index
  // expected-error@+1 {{has 1 indices for 2 dimensions}}
  %0 = metal.load_codes %x[%i] : memref<4x8xi8> -> vector<16xf32>
  metal.return
}
