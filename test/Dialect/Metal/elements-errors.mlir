// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// Runs are read as floats.
metal.kernel @type "convolution"() {
  // expected-error@+1 {{is an array of runs of f32}}
  %x = metal.elements f16 : memref<6x8xf16>
  metal.return
}

// -----

// Bytes are no runs.
metal.kernel @storage "convolution"() {
  // expected-error@+1 {{holds what is stored as f16 or f32}}
  %x = metal.elements i8 : memref<6x8xf32>
  metal.return
}

// -----

// Elements must follow each other in memory.
metal.kernel @stride "convolution"(%in: memref<64xf32, strided<[2]>>) {
  %i = arith.constant 0 : index
  %x = metal.elements f32 : memref<6x8xf32>
  // expected-error@+1 {{needs consecutive elements of the array's storage}}
  metal.load_elements %in[%i], %x[%i] : memref<64xf32, strided<[2]>>, memref<6x8xf32>
  metal.return
}

// -----

// A run is filled from a buffer of the array's storage.
metal.kernel @other "convolution"(%in: memref<64xf32>) {
  %i = arith.constant 0 : index
  %x = metal.elements f16 : memref<6x8xf32>
  // expected-error@+1 {{needs consecutive elements of the array's storage}}
  metal.load_elements %in[%i], %x[%i] : memref<64xf32>, memref<6x8xf32>
  metal.return
}

// -----

// Only metal.elements makes an array that buffers are loaded into.
metal.kernel @array "convolution"(%in: memref<64xf32>) {
  %i = arith.constant 0 : index
  %x = memref.alloca() : memref<6x8xf32>
  // expected-error@+1 {{fills an array made by metal.elements}}
  metal.load_elements %in[%i], %x[%i] : memref<64xf32>, memref<6x8xf32>
  metal.return
}

// -----

// Lanes are written to runs of their length.
metal.kernel @put "convolution"() {
  %i = arith.constant 0 : index
  %v = arith.constant dense<0.0> : vector<8xf32>
  %x = memref.alloca() : memref<6x4xf32>
  // expected-error@+1 {{needs a private array of runs as long as the lanes}}
  metal.put_elements %v, %x[%i] : vector<8xf32>, memref<6x4xf32>
  metal.return
}

// -----

// Lanes are no longer than the run they are read from.
metal.kernel @get "lrn"() {
  %i = arith.constant 0 : index
  %x = memref.alloca() : memref<1x8xf32>
  // expected-error@+1 {{needs a private array of runs as long as the lanes}}
  %v = metal.get_lanes %x[%i, %i] : memref<1x8xf32> -> vector<16xf32>
  metal.return
}

// -----

// Lanes need a place that is long enough.
metal.kernel @short "convolution"() {
  %i = arith.constant 0 : index
  %v = arith.constant dense<0.0> : vector<8xf32>
  %x = memref.alloca() : memref<6xf32>
  // expected-error@+1 {{needs an array of the thread or its group, at least as long as the lanes}}
  metal.put_lanes %v, %x[%i] : vector<8xf32>, memref<6xf32>
  metal.return
}
