// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// Parentheses stand where the meaning needs them, and nowhere else.
//CHECK:// elementwise
//CHECK-NEXT:kernel void precedence(
//CHECK-NEXT:    device const float *input {{\[\[}}buffer(0)]],
//CHECK-NEXT:    device float *output {{\[\[}}buffer(1)]]) {
//CHECK-NEXT:  float a = input[0];
//CHECK-NEXT:  float b = input[1];
//CHECK-NEXT:  float c = input[2];
//CHECK-NEXT:  output[0] = a - (b + c);
//CHECK-NEXT:  output[1] = a / (b * c);
//CHECK-NEXT:  output[2] = -((a + b) * c);
//CHECK-NEXT:  output[3] = -(-a);
//CHECK-NEXT:  output[3] = (a > b ? a : b) + c;
//CHECK-NEXT:}
metal.kernel @precedence "elementwise"(%x: memref<8xf32>, write %y: memref<8xf32>) attributes {parameterNames = ["input", "output"]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %a = memref.load %x[%c0] : memref<8xf32> loc("a")
  %b = memref.load %x[%c1] : memref<8xf32> loc("b")
  %c = memref.load %x[%c2] : memref<8xf32> loc("c")
  %0 = arith.addf %b, %c : f32
  %1 = arith.subf %a, %0 : f32
  memref.store %1, %y[%c0] : memref<8xf32>
  %2 = arith.mulf %b, %c : f32
  %3 = arith.divf %a, %2 : f32
  memref.store %3, %y[%c1] : memref<8xf32>
  %4 = arith.addf %a, %b : f32
  %5 = arith.mulf %4, %c : f32
  %6 = arith.negf %5 : f32
  memref.store %6, %y[%c2] : memref<8xf32>
  %7 = arith.negf %a : f32
  %8 = arith.negf %7 : f32
  memref.store %8, %y[%c3] : memref<8xf32>
  %9 = arith.cmpf ogt, %a, %b : f32
  %10 = arith.select %9, %a, %b : f32
  %11 = arith.addf %10, %c : f32
  memref.store %11, %y[%c3] : memref<8xf32>
  metal.return
}
