// RUN: not mlc-translate --to-manifest %s 2>&1 | FileCheck %s

// Intermediates without a place cannot be bound.
// CHECK: error: has intermediates without a place: run metal-plan-memory first
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<4xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %a : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %out : memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
