// RUN: mlc-translate --to-metal %s | FileCheck %s --strict-whitespace --match-full-lines
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/runtime/include -w -
// RUN: mlc-translate --to-metal %s | %clang -x c++ -std=c++14 -fsyntax-only -I%source/test/Target/Metal/Inputs/plain -w -

// Every float is printed so that it reads back as itself.
//CHECK:// elementwise
//CHECK-NEXT:kernel void constants(
//CHECK-NEXT:    device float *output {{\[\[}}buffer(0)]]) {
//CHECK-NEXT:  output[0] = 1.0f;
//CHECK-NEXT:  output[0] = 0.1f;
//CHECK-NEXT:  output[0] = 1e-20f;
//CHECK-NEXT:  output[0] = -3.4028235e+38f;
//CHECK-NEXT:  output[0] = 16777216.0f;
//CHECK-NEXT:  output[0] = INFINITY;
//CHECK-NEXT:  output[0] = NAN;
//CHECK-NEXT:}
metal.kernel @constants "elementwise"(write %y: memref<8xf32>) attributes {parameterNames = ["output"]} {
  %c0 = arith.constant 0 : index
  %0 = arith.constant 1.0 : f32
  memref.store %0, %y[%c0] : memref<8xf32>
  %1 = arith.constant 0.1 : f32
  memref.store %1, %y[%c0] : memref<8xf32>
  %2 = arith.constant 1.0e-20 : f32
  memref.store %2, %y[%c0] : memref<8xf32>
  %3 = arith.constant -3.40282347E+38 : f32
  memref.store %3, %y[%c0] : memref<8xf32>
  %4 = arith.constant 16777216.0 : f32
  memref.store %4, %y[%c0] : memref<8xf32>
  %5 = arith.constant 0x7F800000 : f32
  memref.store %5, %y[%c0] : memref<8xf32>
  %6 = arith.constant 0x7FC00000 : f32
  memref.store %6, %y[%c0] : memref<8xf32>
  metal.return
}
