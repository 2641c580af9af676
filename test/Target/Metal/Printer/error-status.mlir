// RUN: not mlc-translate --to-metal %s 2>&1 | FileCheck %s

// An error leaves no text behind that could be taken for a kernel.
// CHECK: error: 'math.cbrt' has no Metal text
// CHECK-NOT: kernel void
metal.kernel @unknown "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<8xf32>
  %1 = math.cbrt %a : f32
  memref.store %1, %y[%c0] : memref<8xf32>
  metal.return
}
