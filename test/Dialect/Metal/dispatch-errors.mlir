// RUN: mlc-opt %s -verify-diagnostics -split-input-file

metal.kernel @k "elementwise"(%x: memref<4xf32>, write %y: memref<4xf32>) {
  metal.return
}

// There is such a kernel.
func.func @none(%x: memref<4xf32>) {
  // expected-error@+1 {{there is no kernel @nobody}}
  metal.dispatch @nobody threads [4, 1, 1] group [4, 1, 1](%x : memref<4xf32>)
  return
}

// -----

metal.kernel @k "elementwise"(%x: memref<4xf32>, write %y: memref<4xf32>) {
  metal.return
}

// It gets as many buffers as it takes.
func.func @count(%x: memref<4xf32>) {
  // expected-error@+1 {{gives 1 buffers, the kernel takes 2}}
  metal.dispatch @k threads [4, 1, 1] group [4, 1, 1](%x : memref<4xf32>)
  return
}

// -----

metal.kernel @k "elementwise"(%x: memref<4xf32>, write %y: memref<4xf32>) {
  metal.return
}

// Of the types it takes.
func.func @types(%x: memref<4xf32>, %y: memref<4xf16>) {
  // expected-error@+1 {{buffer #1 is 'memref<4xf16>', the kernel takes 'memref<4xf32>'}}
  metal.dispatch @k threads [4, 1, 1] group [4, 1, 1](%x, %y : memref<4xf32>, memref<4xf16>)
  return
}

// -----

metal.kernel @k "elementwise"(write %y: memref<4xf32>) {
  metal.return
}

// A threadgroup has an end.
func.func @group(%x: memref<4xf32>) {
  // expected-error@+1 {{has 2048 threads in a group, Metal allows 1024}}
  metal.dispatch @k threads [4, 1, 1] group [2048, 1, 1](%x : memref<4xf32>)
  return
}

// -----

metal.kernel @k "elementwise"(write %y: memref<4xf32>) {
  metal.return
}

// A grid has threads.
func.func @grid(%x: memref<4xf32>) {
  // expected-error@+1 {{threads and group must be positive}}
  metal.dispatch @k threads [0, 1, 1] group [1, 1, 1](%x : memref<4xf32>)
  return
}
