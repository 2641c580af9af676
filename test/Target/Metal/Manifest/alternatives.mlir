// RUN: mlc-translate --to-manifest %s | FileCheck %s

// Other threadgroups for the grid, flatter and squarer; the threads of a cooperative
// kernel have arrays for 128 of them, and may be fewer.
// CHECK: "alternativeThreadsPerThreadgroup": [
// CHECK-COUNT-1: 64,
// CHECK-NEXT: 1,
// CHECK-NEXT: 1
// CHECK: 16,
// CHECK-NEXT: 2,
// CHECK-NEXT: 1
// CHECK: "kernel": "copy"
// CHECK: "alternativeThreadsPerThreadgroup": [
// CHECK-NEXT: [
// CHECK-NEXT: 64,
// CHECK-NEXT: 1,
// CHECK-NEXT: 1
// CHECK-NEXT: ],
// CHECK-NEXT: [
// CHECK-NEXT: 32,
// CHECK-NEXT: 1,
// CHECK-NEXT: 1
// CHECK-NEXT: ]
// CHECK-NEXT: ],
// CHECK: "kernel": "together"
func.func @main(%x: memref<64xf32> {metal.role = "input", coreml.feature = {name = "x"}}, %y: memref<64xf32> {metal.role = "output", coreml.feature = {name = "y"}}) {
  metal.dispatch @copy threads [42, 2, 1] group [32, 2, 1](%x, %y : memref<64xf32>, memref<64xf32>) {dependencies = array<i64>}
  metal.dispatch @together threads [128, 4, 1] group [128, 1, 1](%x, %y : memref<64xf32>, memref<64xf32>) {dependencies = array<i64>}
  return
}
metal.kernel @copy "copy"(%x: memref<64xf32>, write %y: memref<64xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
metal.kernel @together "reduction"(%x: memref<64xf32>, write %y: memref<64xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.barrier
  metal.return
}
