// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-plan-memory))' | FileCheck %s

// What no dispatch uses takes no room, and a program without intermediates has
// an arena of none.
// CHECK-LABEL: func @main
// CHECK: metal.arena bytes = 0 lowerBound = 0
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<1000xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %out : memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
