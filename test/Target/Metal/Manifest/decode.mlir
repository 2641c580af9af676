// RUN: mlc-translate --to-manifest %s | FileCheck %s

// Weights that are decoded when the bundle is loaded have a buffer of their own.
// What is decoded from the same codes is decoded once.
// CHECK: "kind": "decoded",
// CHECK-NEXT: "name": "decoded"
// CHECK: "decode": [
// CHECK-NEXT: {
// CHECK-NEXT: "bindings": [
// CHECK: "buffer": "weights",
// CHECK: "access": "write",
// CHECK-NEXT: "buffer": "decoded",
// CHECK-NEXT: "bytes": 16,
// CHECK-NEXT: "index": 1,
// CHECK-NEXT: "offset": 0
// CHECK: "bytes": 24,
// CHECK: "kernel": "look",
// CHECK: "threadgroups": [
// CHECK-NEXT: 2,
// CHECK: "access": "write",
// CHECK-NEXT: "buffer": "decoded",
// CHECK-NEXT: "bytes": 16,
// CHECK-NEXT: "index": 1,
// CHECK-NEXT: "offset": 256
// CHECK-NOT: "access": "write"
// CHECK: "dispatches": [
// CHECK: "buffer": "decoded",
// CHECK-NEXT: "bytes": 16,
// CHECK-NEXT: "index": 0,
// CHECK-NEXT: "offset": 0
// CHECK: "buffer": "decoded",
// CHECK-NEXT: "bytes": 16,
// CHECK-NEXT: "index": 0,
// CHECK-NEXT: "offset": 256
// CHECK: "buffer": "decoded",
// CHECK-NEXT: "bytes": 16,
// CHECK-NEXT: "index": 0,
// CHECK-NEXT: "offset": 0
// CHECK: "decodedBytes": 272,
func.func @main(%out: memref<8xf16> {metal.role = "output", coreml.feature = {name = "y"}}) {
  %a = metal.weights dense<1> : tensor<8xi8> : memref<8xi8>
  %x = metal.decode @look threads 8 group 4(%a) : (memref<8xi8>) -> memref<8xf16>
  %b = metal.weights dense<2> : tensor<8xi8> : memref<8xi8>
  %y = metal.decode @look threads 8 group 4(%b) : (memref<8xi8>) -> memref<8xf16>
  %c = metal.weights dense<1> : tensor<8xi8> : memref<8xi8>
  %z = metal.decode @look threads 8 group 4(%c) : (memref<8xi8>) -> memref<8xf16>
  metal.dispatch @copy threads [8, 1, 1] group [8, 1, 1](%x, %out : memref<8xf16>, memref<8xf16>) {dependencies = array<i64>}
  metal.dispatch @copy threads [8, 1, 1] group [8, 1, 1](%y, %out : memref<8xf16>, memref<8xf16>) {dependencies = array<i64: 0>}
  metal.dispatch @copy threads [8, 1, 1] group [8, 1, 1](%z, %out : memref<8xf16>, memref<8xf16>) {dependencies = array<i64: 1>}
  return
}
metal.kernel @copy "copy"(%x: memref<8xf16>, write %y: memref<8xf16>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
metal.kernel @look "decode"(%codes: memref<?xi8>, write %result: memref<?xf16>) attributes {parameterNames = ["codes", "result"]} {
  metal.return
}
