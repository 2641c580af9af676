// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-schedule))' | FileCheck %s

// Reuse of a place is a dependency: the third dispatch overwrites what the
// second reads. Another place of the same arena is none.
// CHECK-LABEL: func @main
// CHECK: metal.dispatch @copy {{.*}}{dependencies = array<i64>}
// CHECK: metal.dispatch @copy {{.*}}{barrier, dependencies = array<i64: 0>}
// CHECK: metal.dispatch @copy {{.*}}{barrier, dependencies = array<i64: 1>}
// CHECK: metal.dispatch @copy {{.*}}{dependencies = array<i64>}
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %arena = metal.arena bytes = 512 lowerBound = 256 : memref<512xi8>
  %a = metal.slice %arena[0] : memref<512xi8> -> memref<4xf32>
  %again = metal.slice %arena[0] : memref<512xi8> -> memref<4xf32>
  %other = metal.slice %arena[256] : memref<512xi8> -> memref<4xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %a : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %out : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %again : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %other : memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
