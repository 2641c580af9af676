// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-schedule))' | FileCheck %s

// What reads a result waits for it; a dependency that another implies is left
// out (the third does not name the first).
// CHECK-LABEL: func @main
// CHECK: metal.dispatch @copy {{.*}}(%arg0, %alloc : {{.*}}) {dependencies = array<i64>}
// CHECK: metal.dispatch @copy {{.*}}(%alloc, %alloc_0 : {{.*}}) {barrier, dependencies = array<i64: 0>}
// CHECK: metal.dispatch @copy {{.*}}(%alloc_0, %alloc : {{.*}}) {barrier, dependencies = array<i64: 1>}
// CHECK: metal.dispatch @copy {{.*}}(%alloc, %arg1 : {{.*}}) {barrier, dependencies = array<i64: 2>}
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %a : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %b : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%b, %a : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %out : memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
