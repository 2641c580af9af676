// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-plan-memory))' | FileCheck %s

// In a chain two intermediates are in use at a time: the third takes the place
// of the first. Places are multiples of 256 bytes.
// CHECK-LABEL: func @main
// CHECK: %[[ARENA:.*]] = metal.arena bytes = 512 lowerBound = 512 : memref<512xi8>
// CHECK: %[[A:.*]] = metal.slice %[[ARENA]][[[#PLACE:]]] : memref<512xi8> -> memref<4xf32>
// CHECK: %[[B:.*]] = metal.slice %[[ARENA]]
// CHECK: %[[C:.*]] = metal.slice %[[ARENA]][[[#PLACE]]]
// CHECK: metal.dispatch @copy {{.*}}(%arg0, %[[A]] :
// CHECK: metal.dispatch @copy {{.*}}(%[[A]], %[[B]] :
// CHECK: metal.dispatch @copy {{.*}}(%[[B]], %[[C]] :
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  %c = memref.alloc() : memref<4xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %a : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %b : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%b, %c : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%c, %out : memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
