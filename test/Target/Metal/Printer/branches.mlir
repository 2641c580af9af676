// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// A branch with a result assigns it on both ways.
//CHECK:// elementwise
//CHECK-NEXT:kernel void branches(
//CHECK-NEXT:    device const float *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *output {{\[\[}}buffer(1)]],
//CHECK-NEXT:    uint3 gridPosition {{\[\[}}thread_position_in_grid]]) {
//CHECK-NEXT:  int i = int(gridPosition.x);
//CHECK-NEXT:  float result;
//CHECK-NEXT:  if (i < 5) {
//CHECK-NEXT:    result = input[i];
//CHECK-NEXT:  } else {
//CHECK-NEXT:    result = 0.0f;
//CHECK-NEXT:  }
//CHECK-NEXT:  output[i] = result;
//CHECK-NEXT:}
metal.kernel @branches "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %c5 = arith.constant 5 : index
  %zero = arith.constant 0.0 : f32
  %i = metal.thread_position_in_grid x loc("i")
  %inside = arith.cmpi slt, %i, %c5 : index
  %r = scf.if %inside -> (f32) {
    %e = memref.load %x[%i] : memref<8xf32>
    scf.yield %e : f32
  } else {
    scf.yield %zero : f32
  }
  memref.store %r, %y[%i] : memref<8xf32>
  metal.return
}
