// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-schedule))' | FileCheck %s

// Branches do not wait for each other: one barrier stands before the first
// that reads what was written since the last one, none between them.
// CHECK-LABEL: func @main
// CHECK: metal.dispatch @copy {{.*}}(%arg0, %alloc : {{.*}}) {dependencies = array<i64>}
// CHECK: metal.dispatch @copy {{.*}}(%alloc, %alloc_0 : {{.*}}) {barrier, dependencies = array<i64: 0>}
// CHECK: metal.dispatch @copy {{.*}}(%alloc, %alloc_1 : {{.*}}) {dependencies = array<i64: 0>}
// CHECK: metal.dispatch @sum {{.*}}(%alloc_0, %alloc_1, %arg1 : {{.*}}) {barrier, dependencies = array<i64: 1, 2>}
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %c = memref.alloc() : memref<4xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %a : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %b : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %c : memref<4xf32>, memref<4xf32>)
  metal.dispatch @sum threads [4, 1, 1] group [4, 1, 1](%b, %c, %out : memref<4xf32>, memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
metal.kernel @sum "elementwise"(%x: memref<4xf32>, %y: memref<4xf32>, write %z: memref<4xf32>) attributes {parameterNames = ["input", "other", "output"]} {
  metal.return
}
