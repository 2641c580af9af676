// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-schedule))' | FileCheck %s

// Everybody reads constants and inputs; that is no reason to wait.
// CHECK-LABEL: func @main
// CHECK: metal.dispatch @copy {{.*}}{dependencies = array<i64>}
// CHECK: metal.dispatch @copy {{.*}}{dependencies = array<i64>}
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %a: memref<4xf32> {metal.role = "output"},
                %b: memref<4xf32> {metal.role = "output"}) {
  %w = metal.weights dense<1.0> : tensor<4xf32> : memref<4xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%w, %a : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%w, %b : memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
