// RUN: mlc-translate --to-manifest %s | FileCheck %s

// The functions of a module are one model for several shapes: the first is the
// manifest itself, the others are its variants. Constants are stored once.
// CHECK: "shape": [
// CHECK-NEXT: 4
// CHECK: "variants": [
// CHECK: "name": "x",
// CHECK-NEXT: "shape": [
// CHECK-NEXT: 8
// CHECK: "weightBytes": 16
// CHECK: "weights": [
// CHECK-COUNT-1: "offset": 0
// CHECK-NOT: "offset"
func.func @main(%in: memref<4xf32> {metal.role = "input", coreml.feature = {name = "x"}}) {
  %w = metal.weights dense<1.0> : tensor<4xf32> : memref<4xf32>
  return
}
func.func @other(%in: memref<8xf32> {metal.role = "input", coreml.feature = {name = "x"}}) {
  %w = metal.weights dense<1.0> : tensor<4xf32> : memref<4xf32>
  return
}
