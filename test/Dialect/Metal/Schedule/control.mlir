// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-schedule))' | FileCheck %s

// Control flow waits for what was before it, so nothing behind it needs to.
// CHECK-LABEL: func @main
// CHECK: metal.dispatch @copy {{.*}}dependencies = array<i64>}
// CHECK: metal.if
// CHECK: metal.dispatch @copy {{.*}}{dependencies = array<i64>}
// CHECK: metal.dispatch @copy {{.*}}{barrier, dependencies = array<i64: 1>}
// CHECK: else
// CHECK: metal.dispatch @copy {{.*}}{dependencies = array<i64>}
func.func @main(%flag: memref<1xf32> {metal.role = "input"}, %in: memref<64xf32> {metal.role = "input"}, %out: memref<64xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<64xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %a : memref<64xf32>, memref<64xf32>)
  metal.if %flag {
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %out : memref<64xf32>, memref<64xf32>)
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%out, %a : memref<64xf32>, memref<64xf32>)
  } else {
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %out : memref<64xf32>, memref<64xf32>)
  } : memref<1xf32>
  return
}
metal.kernel @copy "copy"(%x: memref<64xf32>, write %y: memref<64xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
