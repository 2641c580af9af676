// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-order-dispatches))' --split-input-file --remarks-filter-passed=order-dispatches --remark-format=emitRemark 2>&1 | FileCheck %s

// Each branch makes a large value small again, so one is finished before the
// other begins.
// CHECK: another order of what follows needs 1792 bytes at once instead of 2816
// CHECK-LABEL: func @main
// CHECK: metal.dispatch @grow {{.*}}(%arg0, %[[A:.*]] :
// CHECK-NEXT: metal.dispatch @shrink {{.*}}(%[[A]], %[[X:.*]] :
// CHECK-NEXT: metal.dispatch @grow {{.*}}(%arg0, %[[B:.*]] :
// CHECK-NEXT: metal.dispatch @shrink {{.*}}(%[[B]], %[[Y:.*]] :
// CHECK-NEXT: metal.dispatch @add {{.*}}(%[[X]], %[[Y]], %arg1 :
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<300xf32>
  metal.dispatch @grow threads [300, 1, 1] group [256, 1, 1](%in, %a : memref<4xf32>, memref<300xf32>)
  %b = memref.alloc() : memref<300xf32>
  metal.dispatch @grow threads [300, 1, 1] group [256, 1, 1](%in, %b : memref<4xf32>, memref<300xf32>)
  %x = memref.alloc() : memref<4xf32>
  metal.dispatch @shrink threads [4, 1, 1] group [4, 1, 1](%a, %x : memref<300xf32>, memref<4xf32>)
  %y = memref.alloc() : memref<4xf32>
  metal.dispatch @shrink threads [4, 1, 1] group [4, 1, 1](%b, %y : memref<300xf32>, memref<4xf32>)
  metal.dispatch @add threads [4, 1, 1] group [4, 1, 1](%x, %y, %out : memref<4xf32>, memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @grow "copy"(%x: memref<4xf32>, write %y: memref<300xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
metal.kernel @shrink "copy"(%x: memref<300xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
metal.kernel @add "copy"(%x: memref<4xf32>, %y: memref<4xf32>, write %z: memref<4xf32>) attributes {parameterNames = ["left", "right", "output"]} {
  metal.return
}

// -----

// An order that needs as much is left alone.
// CHECK-NOT: another order
// CHECK-LABEL: func @same
// CHECK: metal.dispatch @copy {{.*}}(%arg0, %[[A:.*]] :
// CHECK-NEXT: metal.dispatch @copy {{.*}}(%arg0, %[[B:.*]] :
// CHECK: metal.dispatch @add {{.*}}(%[[A]], %[[B]], %arg1 :
func.func @same(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %a : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %b : memref<4xf32>, memref<4xf32>)
  metal.dispatch @add threads [4, 1, 1] group [4, 1, 1](%a, %b, %out : memref<4xf32>, memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
metal.kernel @add "copy"(%x: memref<4xf32>, %y: memref<4xf32>, write %z: memref<4xf32>) attributes {parameterNames = ["left", "right", "output"]} {
  metal.return
}
