// RUN: mlc-opt %s -verify-diagnostics -split-input-file

// What is decoded is known when the bundle is loaded.
func.func @variable(%x: memref<8xi8>) {
  // expected-error@+1 {{reads something that is not metal.weights or metal.decode}}
  %0 = metal.decode @look threads 1 group 1(%x) : (memref<8xi8>) -> memref<8xf16>
  return
}
metal.kernel @look "decode"(%codes: memref<?xi8>, write %result: memref<?xf16>) attributes {parameterNames = ["codes", "result"]} {
  metal.return
}

// -----

func.func @group() {
  %x = metal.weights dense<1> : tensor<8xi8> : memref<8xi8>
  // expected-error@+1 {{needs threads, in groups of at most 1024}}
  %0 = metal.decode @look threads 4096 group 2048(%x) : (memref<8xi8>) -> memref<8xf16>
  return
}
metal.kernel @look "decode"(%codes: memref<?xi8>, write %result: memref<?xf16>) attributes {parameterNames = ["codes", "result"]} {
  metal.return
}

// -----

// A parameter of any extent is of one element type.
func.func @type() {
  %x = metal.weights dense<1> : tensor<8xi8> : memref<8xi8>
  // expected-error@+1 {{buffer #1 is 'memref<8xf32>', the kernel takes 'memref<?xf16>'}}
  %0 = metal.decode @look threads 1 group 1(%x) : (memref<8xi8>) -> memref<8xf32>
  return
}
metal.kernel @look "decode"(%codes: memref<?xi8>, write %result: memref<?xf16>) attributes {parameterNames = ["codes", "result"]} {
  metal.return
}

// -----

func.func @missing() {
  %x = metal.weights dense<1> : tensor<8xi8> : memref<8xi8>
  // expected-error@+1 {{there is no kernel @look}}
  %0 = metal.decode @look threads 1 group 1(%x) : (memref<8xi8>) -> memref<8xf16>
  return
}
