// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-order-dispatches))' | FileCheck %s

// Nothing passes by a branch, although the first large value could be small
// before the second is made.
// CHECK-LABEL: func @main
// CHECK: metal.dispatch @grow
// CHECK: metal.if
// CHECK: metal.dispatch @grow
// CHECK: metal.dispatch @shrink
// CHECK: metal.dispatch @shrink
// CHECK: metal.dispatch @add
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<300xf32>
  metal.dispatch @grow threads [300, 1, 1] group [256, 1, 1](%in, %a : memref<4xf32>, memref<300xf32>)
  %b = memref.alloc() : memref<300xf32>
  %flag = memref.reinterpret_cast %in to offset: [0], sizes: [1], strides: [1] : memref<4xf32> to memref<1xf32>
  metal.if %flag {
    metal.dispatch @grow threads [300, 1, 1] group [256, 1, 1](%in, %b : memref<4xf32>, memref<300xf32>)
  } else {
  } : memref<1xf32>
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
