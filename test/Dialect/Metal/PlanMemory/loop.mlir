// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-plan-memory))' | FileCheck %s

// What comes into a loop is read again by the next iteration, so what is only
// inside must not take its place, although nothing reads it later in the text.
// CHECK-LABEL: func @main
// CHECK: metal.arena bytes = 512 lowerBound = 512
// CHECK: metal.slice %{{.*}}[0]
// CHECK: metal.loop
// CHECK: metal.slice %{{.*}}[256]
func.func @main(%in: memref<64xf32> {metal.role = "input"}, %out: memref<64xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<64xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %a : memref<64xf32>, memref<64xf32>)
  metal.loop limit 3 while {
  } do {
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %out : memref<64xf32>, memref<64xf32>)
    %b = memref.alloc() : memref<64xf32>
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%out, %b : memref<64xf32>, memref<64xf32>)
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%b, %out : memref<64xf32>, memref<64xf32>)
  }
  return
}

// Without a loop the second takes the place of the first.
// CHECK-LABEL: func @branch
// CHECK: metal.arena bytes = 256 lowerBound = 256
func.func @branch(%flag: memref<1xf32> {metal.role = "input"}, %in: memref<64xf32> {metal.role = "input"}, %out: memref<64xf32> {metal.role = "output"}) {
  %a = memref.alloc() : memref<64xf32>
  metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%in, %a : memref<64xf32>, memref<64xf32>)
  metal.if %flag {
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%a, %out : memref<64xf32>, memref<64xf32>)
    %b = memref.alloc() : memref<64xf32>
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%out, %b : memref<64xf32>, memref<64xf32>)
    metal.dispatch @copy threads [4, 1, 1] group [4, 1, 1](%b, %out : memref<64xf32>, memref<64xf32>)
  } else {
  } : memref<1xf32>
  return
}
metal.kernel @copy "copy"(%x: memref<64xf32>, write %y: memref<64xf32>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
