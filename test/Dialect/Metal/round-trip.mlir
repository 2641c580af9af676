// RUN: mlc-opt %s | mlc-opt | FileCheck %s

// A program and its kernel survive the round trip.
// CHECK-LABEL: metal.kernel @scale "elementwise"(%arg0: memref<20xf16>, write %arg1: memref<20xf16, strided<[1], offset: 3>>) attributes {parameterNames = ["input", "output"]}
// CHECK: metal.thread_position_in_grid x
// CHECK: metal.guard
// CHECK: metal.load_lanes %arg0[%{{.*}}] count %{{.*}} : memref<20xf16> -> vector<16xf32>
// CHECK: metal.store_lanes
metal.kernel @scale "elementwise"(%input: memref<20xf16>, write %output: memref<20xf16, strided<[1], offset: 3>>) {
  %two = arith.constant 2 : index
  %lanes = arith.constant 16 : index
  %end = arith.constant 20 : index
  %x = metal.thread_position_in_grid x
  %inside = arith.cmpi slt, %x, %two : index
  metal.guard %inside
  %c = arith.muli %x, %lanes : index
  %rest = arith.subi %end, %c : index
  %count = arith.minsi %rest, %lanes : index
  %v = metal.load_lanes %input[%c] count %count : memref<20xf16> -> vector<16xf32>
  %w = arith.addf %v, %v : vector<16xf32>
  metal.store_lanes %w, %output[%c] count %count : vector<16xf32>, memref<20xf16, strided<[1], offset: 3>>
  metal.return
}

// CHECK-LABEL: func @main
// CHECK: metal.arena bytes = 256 lowerBound = 256
// CHECK: metal.dispatch @scale threads [2, 1, 1] group [2, 1, 1]
func.func @main(%in: memref<20xf16>) {
  %arena = metal.arena bytes = 256 lowerBound = 256 : memref<256xi8>
  %a = metal.slice %arena[0] : memref<256xi8> -> memref<40xf16>
  %v = memref.reinterpret_cast %a to offset: [11], sizes: [20], strides: [1] : memref<40xf16> to memref<20xf16, strided<[1], offset: 11>>
  metal.dispatch @scale threads [2, 1, 1] group [2, 1, 1](%in, %v : memref<20xf16>, memref<20xf16, strided<[1], offset: 11>>) {flops = 20 : i64}
  return
}
