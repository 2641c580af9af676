// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// No f64.
metal.kernel @double "elementwise"(write %x: memref<4xf32>) {
  // expected-error@+1 {{uses f64, which Metal does not have}}
  %0 = arith.constant 1.0 : f64
  metal.return
}

// -----

// Only ops that have a text.
metal.kernel @alloc "elementwise"(write %x: memref<4xf32>) {
  // expected-error@+1 {{cannot be in a kernel}}
  %0 = memref.alloc() : memref<4xf32>
  metal.return
}

// -----

// Threadgroup memory has an end.
// expected-error@+1 {{allocates 65536 bytes of threadgroup memory, Metal allows 32768}}
metal.kernel @large "reduction"(write %x: memref<4xf32>) {
  %0 = metal.threadgroup_alloc : memref<1024xvector<16xf32>, "threadgroup">
  metal.return
}

// -----

// Shapes and strides are part of a kernel.
// expected-error@+1 {{parameter #0 must be a memref with static shape, strides and offset}}
metal.kernel @dynamic "elementwise"(write %x: memref<?x4xf32>) {
  metal.return
}
