// RUN: mlc-translate --to-manifest %s | FileCheck %s

// A view of 9 floats is bound at a multiple of 16 bytes; the remaining element
// is the kernel's. Equal weights lie once in the file, others at multiples of 256.
// CHECK: "dispatches": [
// CHECK: "access": "read",
// CHECK-NEXT: "buffer": "weights",
// CHECK-NEXT: "bytes": 16,
// CHECK-NEXT: "index": 0,
// CHECK-NEXT: "offset": 0
// CHECK: "buffer": "image",
// CHECK-NEXT: "bytes": 20,
// CHECK-NEXT: "index": 1,
// CHECK-NEXT: "offset": 32
// CHECK: "dependencies": [],
// CHECK: "origin": [
// CHECK-NEXT: "relu"
// CHECK: "buffer": "weights",
// CHECK: "offset": 256
// CHECK: "buffer": "weights",
// CHECK: "offset": 0
// CHECK: "lowerBoundBytes": 0,
// CHECK-NEXT: "weightBytes": 272
func.func @main(%out: memref<64xf32> {metal.role = "output", coreml.feature = {name = "image"}}) {
  %w = metal.weights dense<1.0> : tensor<4xf32> : memref<4xf32>
  %v = metal.weights dense<2.0> : tensor<4xf32> : memref<4xf32>
  %again = metal.weights dense<1.0> : tensor<4xf32> : memref<4xf32>
  %part = memref.reinterpret_cast %out to offset: [9], sizes: [4], strides: [1]
      : memref<64xf32> to memref<4xf32, strided<[1], offset: 9>>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%w, %part : memref<4xf32>, memref<4xf32, strided<[1], offset: 9>>) {dependencies = array<i64>} loc("relu")
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%v, %part : memref<4xf32>, memref<4xf32, strided<[1], offset: 9>>) {dependencies = array<i64>} loc("second")
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%again, %part : memref<4xf32>, memref<4xf32, strided<[1], offset: 9>>) {dependencies = array<i64>} loc("third")
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32, strided<[1], offset: 1>>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
