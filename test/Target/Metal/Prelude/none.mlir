// RUN: mlc-translate --to-metal %s | FileCheck %s

// A module without lanes needs no lane type: the file begins with the kernel.
// CHECK: #include <metal_stdlib>
// CHECK-NEXT: using namespace metal;
// CHECK-EMPTY:
// CHECK-NEXT: // elementwise
// CHECK-NEXT: kernel void scalar(
// CHECK-NOT: lanes
metal.kernel @scalar "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %e = memref.load %x[%c0] : memref<8xf32>
  memref.store %e, %y[%c0] : memref<8xf32>
  metal.return
}
