// RUN: mlc-opt %s --pass-pipeline='builtin.module(func.func(metal-schedule))' | FileCheck %s

// Two parts of a concat lie between each other in memory, channel ranges 0..1
// and 2..5 of each pixel: their writers do not wait for each other. The third
// writes channels 1 and 2, which meet both.
// CHECK-LABEL: func @main
// CHECK: metal.dispatch @two {{.*}}{dependencies = array<i64>}
// CHECK: metal.dispatch @four {{.*}}{dependencies = array<i64>}
// CHECK: metal.dispatch @two_at_one {{.*}}{barrier, dependencies = array<i64: 0, 1>}
func.func @main(%in: memref<4xf32> {metal.role = "input"}, %out: memref<10x6xf32> {metal.role = "output"}) {
  %a = memref.reinterpret_cast %out to offset: [0], sizes: [10, 2], strides: [6, 1]
      : memref<10x6xf32> to memref<10x2xf32, strided<[6, 1]>>
  %b = memref.reinterpret_cast %out to offset: [2], sizes: [10, 4], strides: [6, 1]
      : memref<10x6xf32> to memref<10x4xf32, strided<[6, 1], offset: 2>>
  %c = memref.reinterpret_cast %out to offset: [1], sizes: [10, 2], strides: [6, 1]
      : memref<10x6xf32> to memref<10x2xf32, strided<[6, 1], offset: 1>>
  metal.dispatch @two threads [1, 10, 1] group [1, 10, 1](%in, %a : memref<4xf32>, memref<10x2xf32, strided<[6, 1]>>)
  metal.dispatch @four threads [1, 10, 1] group [1, 10, 1](%in, %b : memref<4xf32>, memref<10x4xf32, strided<[6, 1], offset: 2>>)
  metal.dispatch @two_at_one threads [1, 10, 1] group [1, 10, 1](%in, %c : memref<4xf32>, memref<10x2xf32, strided<[6, 1], offset: 1>>)
  return
}
metal.kernel @two "copy"(%x: memref<4xf32>, write %y: memref<10x2xf32, strided<[6, 1]>>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
metal.kernel @two_at_one "copy"(%x: memref<4xf32>, write %y: memref<10x2xf32, strided<[6, 1], offset: 1>>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
metal.kernel @four "copy"(%x: memref<4xf32>, write %y: memref<10x4xf32, strided<[6, 1], offset: 2>>) attributes {parameterNames = ["input", "output"]} {
  metal.return
}
