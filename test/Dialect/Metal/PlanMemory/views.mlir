// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-plan-memory))' | FileCheck %s

// A use through a view keeps the buffer alive: B may not take A's place,
// although A itself is not named after the first dispatch.
// CHECK-LABEL: func @main
// CHECK: metal.arena bytes = 512 lowerBound = 512
// CHECK: %[[A:.*]] = metal.slice %{{.*}}[0]
// CHECK: %[[B:.*]] = metal.slice %{{.*}}[256]
// CHECK: %[[VIEW:.*]] = memref.reinterpret_cast %[[A]]
// CHECK: metal.dispatch @copy {{.*}}(%[[VIEW]],
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<4xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<2x2xf32>
  %b = memref.alloc() : memref<4xf32>
  %view = memref.reinterpret_cast %a to offset: [0], sizes: [4], strides: [1] : memref<2x2xf32> to memref<4xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %view : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %b : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%view, %out : memref<4xf32>, memref<4xf32>)
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%b, %out : memref<4xf32>, memref<4xf32>)
  return
}
metal.kernel @copy "copy"(%x: memref<4xf32>, write %y: memref<4xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
